/* parameters.h - what Measure 13 leaves open, as dated, cited values (measure13.md; conf/measure13.conf).
 *
 * Pure data: the rules read it, config fills it, nothing else touches it. A parameter that the bureau has not
 * yet confirmed is printed as an assumption in every trace. */
#ifndef M13_PARAMETERS_H
#define M13_PARAMETERS_H

#include "m13/date.h"
#include "m13/money.h"

#include <stdbool.h>
#include <stddef.h>

enum applies_by { APPLIES_BY_DECISION, APPLIES_BY_APPLICATION, APPLIES_BY_BATCH };

/* Where a value comes from; each parameter below carries one. */
struct parameter_source {
    const char *name; /* as in measure13.conf, e.g. "newly-approved" */
    char *cited;      /* document and article */
    bool confirmed;   /* by the bureau; else an assumption */
    enum applies_by applies_by;
    int32_t from, to; /* DAY_NONE = open */
};

enum newly_mode { NEWLY_SINCE, NEWLY_CALENDAR_YEAR, NEWLY_INTERVAL, NEWLY_ROLLING_MONTHS };
enum route_answer { ROUTE_YES, ROUTE_REVIEW, ROUTE_NO };
enum award_order { ORDER_BY_DECISION, ORDER_BY_AMOUNT };
enum other_money { OTHER_MONEY_SUBTRACTED, OTHER_MONEY_EXCLUDES };
enum rate_day { RATE_MONTH_FIRST, RATE_PAYMENT_DAY };
enum { SCENARIOS_MOST = 6, RATIO_UNSET = 0 };

struct authority_parameter {
    char *code; /* FDA, CE, ... as in records */
    char *zh, *en;
    char *group;    /* the text's word: FDA, CE, PMDA, TGA, BRICS, WHO; "" = not named in the text */
    char *country;  /* of a national regulator: ISO alpha-2; "" = none (R04) */
    char **markets; /* ISO alpha-2 whose sales count; "*" (here or below) = any but CN */
    size_t market_count;
    char **review_markets; /* a sale there is for a person to judge */
    size_t review_market_count;
    bool available; /* has a usable public register */
};

/* Member of the BRICS group from one day to another. */
struct membership_parameter {
    char *country;            /* ISO alpha-2; may stand several times, with other days */
    int32_t from, to;         /* inclusive; DAY_NONE = open */
    enum route_answer answer; /* review: sources differ */
};

/* A code of the local records (category of a cost, credit flag) and what follows from it. */
struct answer_parameter {
    const char *code, *zh, *en; /* constants */
    enum route_answer answer;   /* of flags: yes = without effect, no = excluded */
};

struct word_list {
    char **words;
    size_t count;
};

struct route_parameter {
    char *code; /* 510k, pma-panel-track ... */
    enum route_answer answer;
    char *zh, *en;
};

/* One more value of a parameter, for other days than the one that stands in the set itself: of `values` only
 * that parameter's members count, which are the bytes from `begin` to before `end`, its source first. */
struct dated_value {
    size_t begin, end;
    struct policy_parameters *values;
};

/* Each parameter's source stands in front of its members, and they are all that stands between it and the
 * next source. */
struct policy_parameters {
    char *policy; /* "M13" */
    /* R01 */
    struct parameter_source force_source;
    int32_t force_first, force_last; /* 2025-11-24 .. 2028-12-31 */
    int32_t last_filing_day;         /* DAY_NONE = unset */
    /* R01: when applications are taken, as a document says; firms are told no other day */
    struct parameter_source filing_source;
    int32_t filing_first, filing_last; /* DAY_NONE = not announced */
    /* R02 */
    struct parameter_source newly_source;
    enum newly_mode newly_mode;
    int32_t newly_first, newly_last; /* since / interval */
    int newly_months;                /* rolling */
    int32_t watch_first, watch_last; /* decided in here: review; DAY_NONE = no such band */
    /* R03, R11, R13 */
    struct parameter_source authorities_source;
    struct authority_parameter *authorities;
    size_t authority_count;
    /* R04 */
    struct parameter_source brics_source;
    struct membership_parameter *brics;
    size_t brics_count;
    /* R05 */
    struct parameter_source routes_source;
    struct route_parameter *routes; /* a route that is not listed: review */
    size_t route_count;
    /* R06: which earlier approvals are candidate predecessors */
    struct parameter_source first_source;
    int number_years_apart; /* a year in the number may be that many years off the decision */
    int like_entry_days;    /* a like entry of another holder within so many days; 0 = not asked */
    /* R07, R15: which share makes a company of the group as good as the firm itself */
    struct parameter_source group_source;
    int group_least_share; /* percent */
    /* R09: words of a device's name that put it before a person */
    struct parameter_source device_source;
    struct word_list doubtful_words;
    /* R12 */
    struct parameter_source sales_source;
    fen_t least_sale; /* a sale of less does not count */
    struct word_list no_sale_modes, no_sale_regions, settling_buyers;
    enum route_answer group_exports;
    /* R14: words that speak for an accessory or software alone */
    struct parameter_source product_source;
    struct word_list alone_words;
    /* R15 */
    struct parameter_source costs_source;
    struct answer_parameter *categories; /* one that is not listed: review */
    size_t category_count;
    /* R16 */
    struct parameter_source window_source;
    int window_months, window_days; /* before the decision, after it */
    /* R17 */
    struct parameter_source ratio_source;
    int ratio;                     /* percent, or RATIO_UNSET */
    int scenarios[SCENARIOS_MOST]; /* percent, shown while the ratio is unset; the first one is the ceiling */
    size_t scenario_count;
    /* R18 */
    struct parameter_source product_cap_source;
    fen_t product_cap; /* 100_000_000 */
    /* R19 */
    struct parameter_source firm_cap_source;
    fen_t firm_cap; /* 300_000_000 */
    /* R20 */
    struct parameter_source order_source;
    enum award_order order;
    /* R21 */
    struct parameter_source other_money_source;
    enum other_money other_money;
    /* R22 */
    struct parameter_source credit_source;
    struct answer_parameter *flags; /* one that is not listed: review */
    size_t flag_count;
    /* R23 */
    struct parameter_source exchange_source;
    enum rate_day rate_day;
    int first_trading_day_by; /* day of the month: a parity quoted later is not that of the first trading day
                               */

    /* By parameter, and of one parameter by `from`: behind the value that stands above, without gap or
     * overlap. */
    struct dated_value *dated;
    size_t dated_count;
    char hash[65]; /* SHA-256 of the canonical form: the same parameters, the same hash */
};

/* The defaults of measure13.md, complete. */
struct policy_parameters *parameters_default(void);
void parameters_free(struct policy_parameters *parameters);
/* Fills `hash`; call after any change. */
void parameters_seal(struct policy_parameters *parameters);
const struct authority_parameter *parameters_authority(
    const struct policy_parameters *parameters, const char *code);
const struct route_parameter *parameters_route(const struct policy_parameters *parameters, const char *code);
/* Every parameter's source, in order of rule: how many, and the one at `index`. */
size_t parameters_source_count(void);
struct parameter_source *parameters_source(struct policy_parameters *parameters, size_t index);
/* One more value of the parameter at `index`, to be filled in: it starts as the default. */
struct policy_parameters *parameters_add_dated(struct policy_parameters *parameters, size_t index);

/* One line for people and for table `parameter`: calls `each` for every value of every parameter, in order of
 * rule and of days. */
void parameters_list(const struct policy_parameters *parameters,
    void (*each)(void *context, const char *rule, const struct parameter_source *source, const char *value),
    void *context);

#endif
