/* names.c - the codes of facts and answers, with the words for people. */
#include "m13/measure13.h"

const struct name_entry assurance_names[4] = {
    {ASSURANCE_CLAIMED, "claimed", "企业自述", "claimed"},
    {ASSURANCE_DOCUMENTED, "documented", "有材料", "documented"},
    {ASSURANCE_VERIFIED, "verified", "已核验", "verified"},
    {ASSURANCE_OFFICIAL, "official", "官方登记", "official"},
};

const struct name_entry predecessor_likeness_names[LIKENESSES] = {
    {LIKE_UNSAID, "", "", ""},
    {LIKE_PRODUCT, "product", "同一产品", "the same product"},
    {LIKE_CODE, "code", "产品代码相同", "the same product code"},
    {LIKE_TERM, "term", "登记分类名称相同", "the same term in the register"},
    {LIKE_NAME, "name", "产品名称相同", "the same device name"},
    {LIKE_OTHER_HOLDER, "other-holder", "另一持证人的同类条目", "a like entry of another holder"},
    {LIKE_LEGACY, "legacy", "此前法规下已上市的器械", "a device on the market under earlier law"},
};

const struct name_entry entity_relation_names[ENTITY_RELATIONS] = {
    {ENTITY_SUBSIDIARY, "subsidiary", "子公司", "subsidiary"},
    {ENTITY_PARENT, "parent", "母公司", "parent"},
    {ENTITY_AGENT, "agent", "代理人", "agent"},
    {ENTITY_OEM, "oem", "委托或受托生产企业", "contract maker"},
    {ENTITY_DISTRIBUTOR, "distributor", "经销商", "distributor"},
};

const struct name_entry verdict_names[5] = {
    {VERDICT_EXCLUDED, "excluded", "初判不符合", "excluded"},
    {VERDICT_OUT_OF_WINDOW, "out_of_window", "不在支持期间", "out of window"},
    {VERDICT_REVIEW, "review", "待人工核定", "to be judged by a person"},
    {VERDICT_PENDING, "pending", "待补材料", "facts missing"},
    {VERDICT_ELIGIBLE, "eligible", "初判符合（待核定）", "eligible at first sight"},
};

const struct name_entry review_kind_names[3] = {
    {REVIEW_NOT, "", "", ""},
    {REVIEW_IDENTITY, "identity", "归属待核", "whose, or which product"},
    {REVIEW_ASSESSMENT, "assessment", "口径待核", "to be assessed with the application"},
};

const struct name_entry amount_state_names[4] = {
    {AMOUNT_NONE, "none", "未测算", "none"},
    {AMOUNT_PARTIAL, "partial", "部分测算", "partial"},
    {AMOUNT_COMPLETE, "complete", "已测算", "complete"},
    {AMOUNT_SCENARIO, "scenario", "情景测算", "scenario"},
};

const struct name_entry rule_outcome_names[5] = {
    {RULE_PASS, "pass", "符合", "pass"},
    {RULE_FAIL, "fail", "不符合", "fail"},
    {RULE_MISSING, "missing", "缺材料", "missing"},
    {RULE_REVIEW, "review", "待核定", "review"},
    {RULE_NOT_APPLICABLE, "n/a", "不适用", "not applicable"},
};

const struct name_entry fact_supplier_names[SUPPLIERS] = {
    {SUPPLIER_NONE, "", "", ""},
    {SUPPLIER_FIRM, "firm", "企业", "the firm"},
    {SUPPLIER_DESK, "desk", "工作人员", "the desk"},
    {SUPPLIER_BUREAU, "bureau", "主管部门", "the bureau"},
};

const struct name_entry missing_fact_names[MISSING_FACTS] = {
    {MISSING_EXACT_DATE, "exact-date", "确切日期", "the exact date"},
    {MISSING_PRODUCT_LINK, "product-link", "批准与企业产品的对应关系",
        "which of the firm's products this approval is for"},
    {MISSING_DECLARATION, "declaration", "首次获证承诺", "the signed declaration of first approval"},
    {MISSING_DECLARATION_DOCUMENT, "declaration-document", "首次获证承诺的签署件",
        "the signed declaration as a document"},
    {MISSING_SALE, "sale", "获批后在相应国外市场的销售记录",
        "a sale in the market of the approval since its decision"},
    {MISSING_SALE_DOCUMENT, "sale-document", "销售的证明材料（报关单、发票或合同）",
        "a document that proves the sale (customs declaration, invoice or contract)"},
    {MISSING_SCOPE_LIST, "scope-list", "证书所附产品清单",
        "the list of products that the certificate covers"},
    {MISSING_SCOPE_DOCUMENT, "scope-document", "产品纳入证书范围的证明材料",
        "a document that shows when the product came into the scope"},
    {MISSING_COSTS, "costs", "注册申请费用明细", "the costs of the registration"},
    {MISSING_RATE, "exchange-rate", "付款当月的汇率", "the exchange rate of the month of payment"},
    {MISSING_APPROVAL_DOCUMENT, "approval-document", "境外批准证书文件", "the certificate of the approval"},
    {MISSING_DATE_IN_WINDOW, "date-in-window", "在支持期间之内的批准决定日期",
        "a decision date within the period that is supported"},
};
