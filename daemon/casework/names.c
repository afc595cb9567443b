/* names.c - stages and next actions, with the words for people. */
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
