/* names.c - stages, next actions, and what happens to cases, with the words for people. */
#include "m13/casework.h"

const struct name_entry case_stage_names[CASE_STAGES] = {
    {STAGE_LEAD, "lead", "新线索", "new lead"},
    {STAGE_CHECKING, "checking", "待核实", "being checked"},
    {STAGE_NOTIFIED, "notified", "已告知", "firm notified"},
    {STAGE_CONFIRMED, "confirmed", "已确认", "confirmed by the firm"},
    {STAGE_DISPUTED, "disputed", "有异议", "disputed by the firm"},
    {STAGE_DECLINED, "declined", "不申报", "firm does not apply"},
    {STAGE_APPLIED, "applied", "已申报", "applied"},
    {STAGE_RETURNED, "returned", "补正", "returned for completion"},
    {STAGE_REVIEWED, "reviewed", "已核定", "reviewed"},
    {STAGE_PUBLISHED, "published", "公示", "published"},
    {STAGE_PAID, "paid", "已拨付", "paid"},
    {STAGE_WATCHED, "watched", "跟踪", "watched after payment"},
    {STAGE_REJECTED, "rejected", "不予支持", "rejected"},
    {STAGE_WITHDRAWN, "withdrawn", "撤回", "withdrawn"},
    {STAGE_RECOVERED, "recovered", "追回", "recovered"},
};

const struct name_entry case_next_action_names[CASE_NEXT_ACTIONS] = {
    {ACTION_NONE, "none", "无", "none"},
    {ACTION_CLEAR_IDENTITY, "clear-identity", "工作人员核实归属或登记含义",
        "the desk clears up whose it is or what the register means"},
    {ACTION_LINK_PRODUCT, "link-product", "工作人员关联产品", "the desk links the product"},
    {ACTION_FIND_DATE, "find-date", "工作人员查明确切日期", "the desk finds the exact date"},
    {ACTION_ASSESS, "assess", "随申报核定口径", "to be assessed with the application"},
    {ACTION_ASK_FIRM, "ask-firm", "请企业补充材料", "the firm is asked for what is missing"},
    {ACTION_INVITE, "invite", "请企业申报", "the firm is invited to apply"},
};

/* First the members of a case's facts (facts_json.c) in the order in which they are named, then the others.
 */
const struct name_entry case_cause_names[CASE_CAUSES] = {
    {0, "firm", "企业信息", "the firm"},
    {1, "approval", "境外批准", "the approval"},
    {2, "paper", "报送的批准文件", "the certificate on paper"},
    {3, "link", "产品关联", "the link to the product"},
    {4, "claimant", "申报主体", "whose the product is"},
    {5, "product", "产品信息", "the product"},
    {6, "predecessors", "在先批准", "earlier approvals"},
    {7, "declaration", "企业声明", "the firm's declaration"},
    {8, "rulings", "人工核定", "what a person has ruled"},
    {9, "application", "申报时间", "the application"},
    {10, "batch_year", "批次年度", "the year of the batch"},
    {11, "pair", "同一产品的其他证书", "another certificate of the product"},
    {12, "sales", "境外销售", "sales"},
    {13, "sales_all", "境外销售（全部）", "the list of sales"},
    {14, "costs", "费用", "costs"},
    {15, "costs_all", "费用（全部）", "the list of costs"},
    {16, "payments", "支付台账", "the ledger"},
    {17, "payments_all", "支付台账（全部）", "the list of payments"},
    {18, "left", "额度余额", "what is left under the caps"},
    {19, "credit", "信用信息", "credit information"},
    {20, "credit_all", "信用信息（全部）", "the list of credit information"},
    {21, "day", "日期推移", "the calendar"},
    {CASE_CAUSE_PARTS, "first-load", "首次载入", "the register's first load"},
    {CASE_CAUSE_PARTS + 1, "parameters", "政策参数", "parameters"},
    {CASE_CAUSE_PARTS + 2, "rules", "规则或额度分配", "rules, or how the caps are shared out"},
    {CASE_CAUSE_PARTS + 3, "officer", "工作人员办理", "an officer"},
    {CASE_CAUSE_PARTS + 4, "answer", "企业答复", "the firm's answer"},
    {CASE_CAUSE_PARTS + 5, "told", "已告知企业", "the firm was told"},
};

const struct name_entry case_event_names[CASE_EVENTS] = {
    {0, "opened", "新建线索", "opened"},
    {1, "verdict", "结论变化", "another verdict"},
    {2, "firm", "企业变化", "another firm"},
    {3, "product", "产品变化", "another product"},
    {4, "facts", "依据变化", "other facts"},
    {5, "difference", "与封存或已拨付结果不一致", "differs from what is held"},
    {6, "stage", "环节变化", "another stage"},
    {7, "assign", "分配经办人", "given to an officer"},
    {8, "answer", "企业答复", "answered by the firm"},
    {9, "decision", "工作人员核定", "decided by an officer"},
    {10, "batch", "列入批次", "taken into a batch"},
};
