/* casework.c - what belongs to a case: its papers, what officers decide, what firms answer. */
#include "columns.h"

#define CASE_COLUMN                                                                                          \
    {                                                                                                        \
        .key = "case", KEY, .parse = local_cell_case, .expected = "线索编号，如 M13-2026-00042",             \
        .headers = {"线索编号", "案件编号", "事项编号", "线索号", "编号"}, .example = "M13-2026-00042"       \
    }

const struct local_column document_columns[DOCUMENT_COLUMNS] = {
    CASE_COLUMN,
    {.key = "slot",
        KEY,
        CHOICE_CELL(local_cell_slot, slot_choices,
            "批准证书、销售合同、报关单、发票、回款凭证、费用凭证、专项审计报告 或 承诺书"),
        .headers = {"材料类型", "材料名称", "材料项", "材料类别", "材料", "清单项"},
        .example = "报关单"},
    {.key = "file",
        REQUIRED,
        FILES_CELL,
        .headers = {"文件名", "文件", "附件", "附件名称", "扫描件", "材料文件名", "文件名称"}},
    {.key = "original_seen_by",
        NAME_CELL,
        .headers = {"原件核验人", "核验人", "原件查验人", "查验人", "验原件人"},
        .example = "李某某"},
    {.key = "seen_on",
        DATE_CELL,
        .headers = {"核验日期", "原件核验日期", "查验日期", "核验时间", "验原件日期"}},
};

const struct local_column decision_columns[DECISION_COLUMNS] = {
    CASE_COLUMN,
    {.key = "item",
        KEY,
        CHOICE_CELL(
            local_cell_decision_item, decision_item_choices, "结论、规则、企业匹配、产品归属 或 阶段"),
        .headers = {"核定事项", "事项", "核定项", "判定事项", "决定事项"},
        .example = "结论"},
    {.key = "value", REQUIRED, TEXT_CELL, .headers = {"核定结果", "结果", "取值", "核定值", "决定"}},
    {.key = "reason", REQUIRED, TEXT_CELL, .headers = {"理由", "核定理由", "原因", "依据", "核定依据"}},
    {.key = "officer", REQUIRED, NAME_CELL, .headers = {"核定人", "经办人", "承办人", "审核人"}},
    {.key = "second_officer", NAME_CELL, .headers = {"复核人", "第二核定人", "复审人", "二次核定人"}},
    {.key = "date", REQUIRED, DATE_CELL, .headers = {"核定日期", "日期", "决定日期", "核定时间"}},
    {.key = "facts_hash",
        REQUIRED,
        .parse = local_cell_facts_hash,
        .expected = "导出表中的事实指纹，64 位，不要改动",
        .headers = {"事实指纹", "事实哈希", "事实校验码", "事实版本"},
        .digits = true},
};

const struct local_column answer_columns[ANSWER_COLUMNS] = {
    CASE_COLUMN,
    {.key = "answer",
        KEY,
        CHOICE_CELL(local_cell_answer, answer_choices, "确认、异议、不申报 或 补件"),
        .headers = {"答复", "企业答复", "反馈", "回复", "反馈意见", "企业意见"},
        .example = "确认"},
    {.key = "about",
        CHOICE_CELL(
            local_cell_dispute, dispute_choices, "非本企业产品、批准日期、新批准或换证、金额 或 其他"),
        .headers = {"异议事项", "异议内容", "涉及事项", "关于", "异议类型"},
        .example = "批准日期"},
    {.key = "by", NAME_CELL, .headers = {"答复人", "反馈人", "填报人", "回复人"}},
    {.key = "date", REQUIRED, DATE_CELL, .headers = {"答复日期", "日期", "反馈日期", "回复日期", "答复时间"}},
    {.key = "note", TEXT_CELL, .headers = {"说明", "备注", "补充说明", "答复说明"}},
};
