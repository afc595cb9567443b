/* The defaults of what measure13.md leaves open beside authorities, dates and routes. */
#include "parameters_default.h"

#include "m13/memory.h"

#include <string.h>

struct parameter_source parameters_assumed(const char *name, const char *cited, enum applies_by applies_by)
{
    return (struct parameter_source){.name = name,
        .cited = memory_copy_string(cited),
        .confirmed = false,
        .applies_by = applies_by,
        .from = applies_by == APPLIES_BY_BATCH ? day_from_civil(2025, 11, 24) : DAY_NONE,
        .to = DAY_NONE};
}

void parameters_split(const char *words, char separator, char ***ret_words, size_t *ret_count)
{
    const char separators[] = {separator, '\0'};
    size_t capacity = 0;
    *ret_words = NULL;
    *ret_count = 0;
    for (const char *word = words; *word != '\0';) {
        size_t length = strcspn(word, separators);
        MEMORY_GROW(*ret_words, *ret_count, capacity);
        (*ret_words)[(*ret_count)++] = memory_copy_bytes(word, length);
        word += length + (word[length] == separator);
    }
}

static struct word_list words_of(const char *words)
{
    struct word_list list;
    parameters_split(words, '|', &list.words, &list.count);
    return list;
}

static struct answer_parameter *answers_of(
    const struct answer_parameter *defaults, size_t count, size_t *ret_count)
{
    struct answer_parameter *answers = memory_get_zeroed(count, sizeof *answers);
    memcpy(answers, defaults, count * sizeof *answers);
    *ret_count = count;
    return answers;
}

/* --- BRICS, group, device, sales, product, credit ------------------------------------------------------- */

/* Brazil, Russia and India held the first summit on 2009-06-16; South Africa took part from that of
 * 2011-04-14 on; four joined on 2024-01-01; Indonesia's membership was announced on 2025-01-06. China is a
 * member, and not foreign. Sources differ on whether Saudi Arabia, invited in 2023, has joined. */
static const struct default_membership {
    const char *country;
    int year, month, day;
    enum route_answer answer;
} memberships[] = {
    {"BR", 2009, 6, 16, ROUTE_YES},
    {"RU", 2009, 6, 16, ROUTE_YES},
    {"IN", 2009, 6, 16, ROUTE_YES},
    {"ZA", 2011, 4, 14, ROUTE_YES},
    {"EG", 2024, 1, 1, ROUTE_YES},
    {"ET", 2024, 1, 1, ROUTE_YES},
    {"IR", 2024, 1, 1, ROUTE_YES},
    {"AE", 2024, 1, 1, ROUTE_YES},
    {"ID", 2025, 1, 6, ROUTE_YES},
    {"SA", 2024, 1, 1, ROUTE_REVIEW},
};

static void set_memberships(struct policy_parameters *parameters)
{
    parameters->brics_source = parameters_assumed("brics",
        ARTICLE_13 "“金砖国家药品监管机构”，未列成员；按金砖合作机制成员国及加入时间，沙特待核",
        APPLIES_BY_DECISION);
    parameters->brics_count = sizeof memberships / sizeof *memberships;
    parameters->brics = memory_get_zeroed(parameters->brics_count, sizeof *parameters->brics);
    for (size_t i = 0; i < parameters->brics_count; i++)
        parameters->brics[i] =
            (struct membership_parameter){.country = memory_copy_string(memberships[i].country),
                .from = day_from_civil(memberships[i].year, memberships[i].month, memberships[i].day),
                .to = DAY_NONE,
                .answer = memberships[i].answer};
}

static const struct answer_parameter flags[] = {
    {"serious-dishonesty", "严重失信", "serious dishonesty", ROUTE_NO},
    {"abnormal-operation", "经营异常", "abnormal operation", ROUTE_NO},
    {"recall", "产品召回", "recall of a product", ROUTE_REVIEW},
};

void parameters_default_sales(struct policy_parameters *parameters)
{
    set_memberships(parameters);
    parameters->group_source = parameters_assumed("group-company",
        ARTICLE_13 "未写明持证人、付款人与申报企业的关系；参照商务部门做法认可全资子公司",
        APPLIES_BY_DECISION);
    parameters->group_least_share = 100;

    parameters->device_source = parameters_assumed(
        "device", ARTICLE_13 "“医疗器械产品”；药械组合产品和健康产品未明确，由人核定", APPLIES_BY_DECISION);
    parameters->doubtful_words =
        words_of("combination product|drug-device|wellness|组合产品|药械组合|健康产品");

    parameters->sales_source = parameters_assumed("sale",
        ARTICLE_13 "“在相应国外市场实现销售”，未定最低金额、货样、关联交易和港澳台口径", APPLIES_BY_DECISION);
    parameters->least_sale = 0;
    parameters->no_sale_modes = words_of("3010|3100");
    parameters->no_sale_regions = words_of("HK|MO|TW");
    parameters->group_exports = ROUTE_REVIEW;
    parameters->settling_buyers = words_of(
        "UNICEF|UNFPA|UNDP|UNOPS|UNHCR|PAHO|World Health Organization|Ministry of Health|Global Fund|卫生部");

    parameters->product_source = parameters_assumed("product",
        ARTICLE_13 "“单个产品”，未定义；同一器械的全部规格型号为一个产品，单独的附件、软件由人核定",
        APPLIES_BY_DECISION);
    parameters->alone_words = words_of("accessory|accessories|software|附件|配件|软件");

    parameters->credit_source = parameters_assumed("credit",
        ARTICLE_13 "未写明信用要求；按财政资金通行要求，严重失信、经营异常期间不予支持，召回由人核定",
        APPLIES_BY_APPLICATION);
    parameters->flags = answers_of(flags, sizeof flags / sizeof *flags, &parameters->flag_count);
}

/* --- money ---------------------------------------------------------------------------------------------- */

static const struct answer_parameter categories[] = {
    {"official-fee", "官方费用", "official fee", ROUTE_YES},
    {"notified-body", "公告机构费用", "notified body", ROUTE_YES},
    {"testing", "检测费", "testing", ROUTE_YES},
    {"translation", "翻译费", "translation", ROUTE_YES},
    {"agent", "代理费", "agent", ROUTE_REVIEW},
    {"consulting", "咨询费", "consulting", ROUTE_REVIEW},
    {"clinical", "临床费用", "clinical", ROUTE_REVIEW},
    {"other", "其他费用", "other", ROUTE_REVIEW},
    {"travel", "差旅费", "travel", ROUTE_NO},
    {"staff", "人员费用", "own staff", ROUTE_NO},
    {"annual-fee", "年费", "annual fee", ROUTE_NO},
};

static void set_caps(struct policy_parameters *parameters)
{
    parameters->product_cap_source = parameters_assumed("product-cap",
        ARTICLE_13 "：单个产品最高支持额度不超过100万；是否终身、跨机构合计未定", APPLIES_BY_BATCH);
    parameters->product_cap = 1000000 * FEN_PER_YUAN;
    parameters->firm_cap_source = parameters_assumed(
        "firm-cap", ARTICLE_13 "：单个企业每年支持额度不超过300万；年度口径未定", APPLIES_BY_BATCH);
    parameters->firm_cap = 3000000 * FEN_PER_YUAN;
    parameters->order_source = parameters_assumed(
        "order", ARTICLE_13 "未写明额度不足时的先后；按批准决定日期先后", APPLIES_BY_BATCH);
    parameters->order = ORDER_BY_DECISION;
}

void parameters_default_money(struct policy_parameters *parameters)
{
    parameters->costs_source =
        parameters_assumed("costs", ARTICLE_13 "“注册申请成本”，未列费用项目和付款人", APPLIES_BY_BATCH);
    parameters->categories =
        answers_of(categories, sizeof categories / sizeof *categories, &parameters->category_count);

    parameters->window_source = parameters_assumed("cost-window",
        ARTICLE_13 "“注册申请成本”，未定发生期间；参照深圳做法取批准前36个月至批准后90日", APPLIES_BY_BATCH);
    parameters->window_months = 36;
    parameters->window_days = 90;

    static const int scenarios[] = {100, 50, 30};
    parameters->ratio_source = parameters_assumed(
        "ratio", ARTICLE_13 "“给予一定支持”，未定比例；按100%、50%、30%分别测算", APPLIES_BY_BATCH);
    parameters->ratio = RATIO_UNSET;
    parameters->scenario_count = sizeof scenarios / sizeof *scenarios;
    memcpy(parameters->scenarios, scenarios, sizeof scenarios);

    set_caps(parameters);
    parameters->other_money_source = parameters_assumed("other-money",
        ARTICLE_13 "未写明与其他财政资金的关系；同一费用已获其他财政资金的部分扣除", APPLIES_BY_BATCH);
    parameters->other_money = OTHER_MONEY_SUBTRACTED;
    parameters->exchange_source = parameters_assumed("exchange-rate",
        ARTICLE_13 "未定折算汇率；有银行人民币扣款额的按扣款额，否则按付款当月首个交易日中间价",
        APPLIES_BY_BATCH);
    parameters->rate_day = RATE_MONTH_FIRST;
    parameters->first_trading_day_by = 10;
}
