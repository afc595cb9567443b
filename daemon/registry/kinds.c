/* kinds.c - the kinds of local records and their columns, as contract.md lists them (Local records). */
#include "m13/registry.h"

#include "cells.h"

#define EXPECT_TEXT      "文字，不超过 16 KB"
#define EXPECT_NAME      "名称，不超过 4000 字节"
#define EXPECT_NAMES     "名称，多个之间用分号分开"
#define EXPECT_CODE      "编号，不含竖线，不超过 120 字节"
#define EXPECT_CODES     "编号，多个之间用分号分开"
#define EXPECT_USCC      "18 位统一社会信用代码，如 91110000802100433B"
#define EXPECT_DATE      "日期，如 2026、2026-03、2026-03-05、2026/3/5 或 2026年3月5日"
#define EXPECT_YES_NO    "是 或 否"
#define EXPECT_COUNTRY   "国家或地区：两位或三位字母代码，或中文名，如 US、USA、美国"
#define EXPECT_AMOUNT    "以元（原币）为单位的数字，如 1234.50 或 1,234.50，不带单位"
#define EXPECT_CURRENCY  "币种，如 USD、EUR、CNY 或 美元、欧元、人民币"
#define EXPECT_AUTHORITY "机构代码，如 FDA、CE、PMDA、TGA、ANVISA、CDSCO、WHO"
#define EXPECT_DISTRICT  "北京市的区，如 海淀区、经开区，或 110108"
#define EXPECT_STATUS    "存续、迁出、停业、经营异常、吊销 或 注销"
#define EXPECT_CLASS     "一类、二类 或 三类"
#define EXPECT_FORMER    "曾用名，多个之间用分号分开；有停用日期的写作 名称@2019-05-01"

static const struct local_column firms[] = {
    {"uscc", {"统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "企业信用代码"}, true, true,
        local_cell_uscc, EXPECT_USCC},
    {"name_zh", {"企业名称", "公司名称", "单位名称", "企业中文名称", "中文名称", "名称"}, true, false,
        local_cell_name, EXPECT_NAME},
    {"name_en", {"英文名称", "企业英文名称", "公司英文名称", "单位英文名称", "英文名"}, false, false,
        local_cell_name, EXPECT_NAME},
    {"aliases", {"别名", "其他名称", "英文别名", "企业别名"}, false, false, local_cell_names, EXPECT_NAMES},
    {"former_names", {"曾用名", "曾用名称", "历史名称", "原名称"}, false, false, local_cell_former_names,
        EXPECT_FORMER},
    {"district", {"所属区", "区县", "所在区", "行政区", "注册区"}, false, false, local_cell_district,
        EXPECT_DISTRICT},
    {"park", {"园区", "所属园区", "产业园区", "所在园区"}, false, false, local_cell_text, EXPECT_TEXT},
    {"address", {"地址", "注册地址", "住所", "企业地址"}, false, false, local_cell_text, EXPECT_TEXT},
    {"established_on", {"成立日期", "成立时间", "注册日期"}, false, false, local_cell_date, EXPECT_DATE},
    {"beijing_from", {"在京起始日期", "迁入北京日期", "在京注册起", "迁入日期"}, false, false,
        local_cell_date, EXPECT_DATE},
    {"beijing_to", {"在京截止日期", "迁出北京日期", "在京注册止", "迁出日期"}, false, false, local_cell_date,
        EXPECT_DATE},
    {"parent_uscc", {"母公司统一社会信用代码", "母公司信用代码", "上级单位统一社会信用代码"}, false, false,
        local_cell_uscc, EXPECT_USCC},
    {"successor_uscc", {"承继企业统一社会信用代码", "承继企业信用代码", "存续企业统一社会信用代码"}, false,
        false, local_cell_uscc, EXPECT_USCC},
    {"status", {"经营状态", "登记状态", "企业状态"}, false, false, local_cell_status, EXPECT_STATUS},
    {"srn", {"SRN号", "欧盟SRN", "欧盟单一注册号", "EUDAMED编号"}, false, false, local_cell_codes,
        EXPECT_CODES},
    {"fei", {"FEI号", "FDA企业识别号", "FDA FEI"}, false, false, local_cell_codes, EXPECT_CODES},
    {"owner_operator", {"FDA所有者运营者编号", "所有者运营者编号", "Owner Operator Number"}, false, false,
        local_cell_codes, EXPECT_CODES},
};

static const struct local_column products[] = {
    {"product_id", {"产品编号", "产品代码", "产品ID", "产品标识"}, true, true, local_cell_code, EXPECT_CODE},
    {"uscc", {"统一社会信用代码", "企业统一社会信用代码", "社会信用代码", "信用代码"}, true, false,
        local_cell_uscc, EXPECT_USCC},
    {"name_zh", {"产品名称", "产品中文名称", "医疗器械名称", "器械名称"}, true, false, local_cell_name,
        EXPECT_NAME},
    {"name_en", {"产品英文名称", "英文名称", "英文名", "英文产品名称"}, false, false, local_cell_name,
        EXPECT_NAME},
    {"brand", {"品牌", "商标", "商品名"}, false, false, local_cell_name, EXPECT_NAME},
    {"models", {"型号", "型号规格", "规格型号", "型号、规格"}, false, false, local_cell_names, EXPECT_NAMES},
    {"nmpa_number", {"注册证编号", "注册证号", "医疗器械注册证编号", "备案号", "注册证编号/备案号"}, false,
        false, local_cell_number, EXPECT_CODE},
    {"class", {"管理类别", "器械类别", "类别"}, false, false, local_cell_class, EXPECT_CLASS},
    {"udi_di", {"UDI-DI", "UDI产品标识", "最小销售单元产品标识", "UDI"}, false, false, local_cell_codes,
        EXPECT_CODES},
    {"family", {"产品系列", "产品族", "系列"}, false, false, local_cell_text, EXPECT_TEXT},
};

static const struct local_column scopes[] = {
    {"authority", {"批准机构", "境外机构", "审批机构", "机构"}, true, true, local_cell_authority,
        EXPECT_AUTHORITY},
    {"number", {"批准编号", "批准号", "证书编号", "证书号", "境外注册证号"}, true, true, local_cell_number,
        EXPECT_CODE},
    {"product_id", {"产品编号", "产品代码", "产品ID", "产品标识"}, true, true, local_cell_code, EXPECT_CODE},
    {"in_scope_from", {"纳入日期", "纳入范围日期", "产品纳入日期", "进入范围日期"}, true, false,
        local_cell_date, EXPECT_DATE},
    {"out_of_scope_on", {"移出日期", "移出范围日期", "产品移出日期"}, false, false, local_cell_date,
        EXPECT_DATE},
    {"models", {"型号", "型号规格", "规格型号"}, false, false, local_cell_names, EXPECT_NAMES},
    {"document", {"证明材料", "证明文件", "附件", "文件"}, false, false, local_cell_text, EXPECT_TEXT},
};

static const struct local_column declarations[] = {
    {"uscc", {"统一社会信用代码", "企业统一社会信用代码", "社会信用代码", "信用代码"}, true, true,
        local_cell_uscc, EXPECT_USCC},
    {"product_id", {"产品编号", "产品代码", "产品ID", "产品标识"}, true, true, local_cell_code, EXPECT_CODE},
    {"authority", {"批准机构", "境外机构", "审批机构", "机构"}, true, true, local_cell_authority,
        EXPECT_AUTHORITY},
    {"first_approval", {"是否首次获批", "首次获批", "首次获证", "是否首次获证", "是否首次批准"}, true, false,
        local_cell_yes_no, EXPECT_YES_NO},
    {"earlier_approvals", {"既往批准", "既往批准编号", "此前批准编号", "以前批准"}, false, false,
        local_cell_numbers, EXPECT_CODES},
    {"signed_on", {"签署日期", "承诺日期", "签字日期", "承诺签署日期"}, true, false, local_cell_date,
        EXPECT_DATE},
    {"document", {"证明材料", "证明文件", "附件", "文件", "承诺书"}, false, false, local_cell_text,
        EXPECT_TEXT},
};

static const struct local_column sales[] = {
    {"sale_id", {"销售编号", "销售ID", "销售记录编号", "销售流水号"}, true, true, local_cell_code,
        EXPECT_CODE},
    {"uscc", {"统一社会信用代码", "企业统一社会信用代码", "社会信用代码", "信用代码"}, true, false,
        local_cell_uscc, EXPECT_USCC},
    {"product_id", {"产品编号", "产品代码", "产品ID", "产品标识"}, true, false, local_cell_code, EXPECT_CODE},
    {"seller", {"销售方", "卖方", "出口商"}, false, false, local_cell_name, EXPECT_NAME},
    {"buyer", {"购买方", "买方", "客户", "境外客户"}, false, false, local_cell_name, EXPECT_NAME},
    {"related", {"是否关联方", "关联交易", "是否关联交易", "关联方"}, false, false, local_cell_yes_no,
        EXPECT_YES_NO},
    {"country", {"最终目的国", "最终目的国（地区）", "目的国", "销售国家", "国家", "最终目的地"}, true, false,
        local_cell_country, EXPECT_COUNTRY},
    {"date", {"日期", "销售日期", "出口日期", "申报日期"}, true, false, local_cell_date, EXPECT_DATE},
    {"amount", {"金额", "销售金额", "销售额", "成交金额"}, true, false, local_cell_amount, EXPECT_AMOUNT},
    {"currency", {"币种", "币制", "货币"}, true, false, local_cell_currency, EXPECT_CURRENCY},
    {"return_of", {"退货对应销售编号", "原销售编号", "退货对应编号"}, false, false, local_cell_code,
        EXPECT_CODE},
    {"declaration_no", {"报关单号", "报关单编号", "海关编号"}, false, false, local_cell_number, EXPECT_CODE},
    {"item_no", {"项号", "商品项号", "报关单项号"}, false, false, local_cell_code, EXPECT_CODE},
    {"trade_mode", {"监管方式", "贸易方式"}, false, false, local_cell_text, EXPECT_TEXT},
    {"invoice_no", {"发票号", "发票号码", "发票编号"}, false, false, local_cell_code, EXPECT_CODE},
    {"document", {"证明材料", "证明文件", "附件", "文件"}, false, false, local_cell_text, EXPECT_TEXT},
};

#define COLUMNS(table) table, sizeof(table) / sizeof(table)[0]
const struct local_kind local_kinds[] = {
    {"firms", "企业", "documented", COLUMNS(firms)},
    {"products", "产品", "documented", COLUMNS(products)},
    {"scopes", "批准范围", "claimed", COLUMNS(scopes)},
    {"declarations", "首次获批承诺", "claimed", COLUMNS(declarations)},
    {"sales", "销售", "claimed", COLUMNS(sales)},
};
const size_t local_kind_count = sizeof local_kinds / sizeof local_kinds[0];

const struct local_kind *local_kind(const char *kind)
{
    for (size_t i = 0; i < local_kind_count; i++)
        if (string_equal(local_kinds[i].kind, kind))
            return &local_kinds[i];
    return NULL;
}
