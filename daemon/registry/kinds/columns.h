/* columns.h - how the tables of kinds are written: one word for each sort of cell, with what would be right.
 */
#ifndef REGISTRY_KINDS_COLUMNS_H
#define REGISTRY_KINDS_COLUMNS_H

#include "cells.h"
#include "codes.h"

#define KEY      .required = true, .is_key = true
#define REQUIRED .required = true

#define TEXT_CELL  .parse = local_cell_text, .expected = "文字，不超过 16 KB"
#define NAME_CELL  .parse = local_cell_name, .expected = "名称，不超过 4000 字节"
#define NAMES_CELL .parse = local_cell_names, .expected = "名称，多个之间用分号分开"
#define FILES_CELL                                                                                           \
    .parse = local_cell_files, .expected = "放在 inbox/files 中的文件名，不带文件夹，多个之间用分号分开",    \
    .example = "报关单.pdf"
#define CODE_CELL .parse = local_cell_code, .expected = "编号，不含竖线（|），不超过 120 字节", .digits = true
#define PRODUCT_CELL                                                                                         \
    .parse = local_cell_product, .expected = "产品编号，不含竖线（|）和 @，不超过 120 字节", .digits = true, \
    .example = "P-001"
#define NUMBER_CELL                                                                                          \
    .parse = local_cell_number, .expected = "编号，不含竖线（|），不超过 120 字节", .digits = true
#define NUMBERS_CELL .parse = local_cell_numbers, .expected = "编号，多个之间用分号分开", .digits = true
#define USCC_CELL                                                                                            \
    .parse = local_cell_uscc, .expected = "18 位统一社会信用代码，如 91110000802100433B", .digits = true
#define DATE_CELL                                                                                            \
    .parse = local_cell_date, .expected = "日期，如 2026、2026-03、2026-03-05、2026/3/5 或 2026年3月5日",    \
    .digits = true, .example = "2026-03-05"
#define AMOUNT_CELL                                                                                          \
    .parse = local_cell_amount, .expected = "以原币的元为单位的数字，如 1234.50、1,234.50 或 12.5万"
#define CNY_CELL                                                                                             \
    .parse = local_cell_amount_cny, .expected = "以人民币元为单位的数字，最多两位小数，如 1234.50 或 12.5万"

/* A list of codes.h, for the drop-down of a form too. */
#define CHOICE_CELL(reader, table, right)                                                                    \
    .parse = (reader), .choices = (table), .choice_count = sizeof(table) / sizeof(table)[0],                 \
    .expected = (right)
#define YES_NO_CELL CHOICE_CELL(local_cell_yes_no, yes_no_choices, "是 或 否"), .example = "是"
#define COUNTRY_CELL                                                                                         \
    CHOICE_CELL(local_cell_country, country_choices,                                                         \
        "国家或地区：中文名、两位或三位字母代码，或海关国别代码，如 美国、US、USA、502"),                    \
        .digits = true, .example = "美国"
#define CURRENCY_CELL                                                                                        \
    CHOICE_CELL(local_cell_currency, currency_choices, "币种，如 USD、EUR、CNY 或 美元、欧元、人民币"),      \
        .example = "美元"
#define AUTHORITY_CELL                                                                                       \
    CHOICE_CELL(local_cell_authority, authority_choices, "机构代码，如 FDA、CE、PMDA、TGA、ANVISA、WHO"),    \
        .example = "FDA"

/* Of the firm whose row it is. */
#define FIRM_CELL                                                                                            \
    USCC_CELL,                                                                                               \
        .headers = {"统一社会信用代码", "企业统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码",  \
            "企业信用代码", "统一代码", "社会统一信用代码", "统一社会信用代码号", "USCC"},                   \
        .example = "91110000802100433B"
#define PRODUCT_HEADERS                                                                                      \
    .headers = {"产品编号", "产品代码", "产品ID", "产品标识", "产品号", "企业产品编号", "内部产品编号"}
#define AUTHORITY_HEADERS                                                                                    \
    .headers = {"批准机构", "境外机构", "审批机构", "机构", "境外批准机构", "监管机构", "发证机构",          \
        "批准机关", "认证机构"}
#define APPROVAL_NUMBER_HEADERS                                                                              \
    .headers = {"批准编号", "批准号", "证书编号", "证书号", "境外注册证号", "境外注册证编号", "批准文号",    \
        "注册号", "境外批准编号", "境外注册编号", "批件号"}
#define DOCUMENT_HEADERS                                                                                     \
    .headers = {                                                                                             \
        "证明材料", "证明文件", "附件", "文件", "佐证材料", "附件名称", "材料文件名", "文件名", "扫描件"}
#define DOCUMENT_COLUMN                                                                                      \
    {                                                                                                        \
        .key = "document", FILES_CELL, DOCUMENT_HEADERS                                                      \
    }

enum {
    FIRM_COLUMNS = 18,
    ENTITY_COLUMNS = 10,
    CREDIT_COLUMNS = 5,
    CONTACT_COLUMNS = 5,
    PRODUCT_COLUMNS = 10,
    APPROVAL_COLUMNS = 11,
    SCOPE_COLUMNS = 7,
    DECLARATION_COLUMNS = 7,
    SALE_COLUMNS = 16,
    COST_COLUMNS = 16,
    PAYMENT_COLUMNS = 11,
    FX_COLUMNS = 5,
    DOCUMENT_COLUMNS = 5,
    DECISION_COLUMNS = 8,
    ANSWER_COLUMNS = 6,
};
extern const struct local_column firm_columns[FIRM_COLUMNS], entity_columns[ENTITY_COLUMNS];
extern const struct local_column credit_columns[CREDIT_COLUMNS], contact_columns[CONTACT_COLUMNS];
extern const struct local_column product_columns[PRODUCT_COLUMNS], approval_columns[APPROVAL_COLUMNS];
extern const struct local_column scope_columns[SCOPE_COLUMNS], declaration_columns[DECLARATION_COLUMNS];
extern const struct local_column sale_columns[SALE_COLUMNS], cost_columns[COST_COLUMNS];
extern const struct local_column payment_columns[PAYMENT_COLUMNS], fx_columns[FX_COLUMNS];
extern const struct local_column document_columns[DOCUMENT_COLUMNS], decision_columns[DECISION_COLUMNS];
extern const struct local_column answer_columns[ANSWER_COLUMNS];

#endif
