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

struct authority_parameter {
    char *code; /* FDA, CE, ... as in records */
    char *zh, *en;
    char *group;    /* the text's word: FDA, CE, PMDA, TGA, BRICS, WHO; "" = not named in the text */
    char **markets; /* ISO alpha-2 whose sales count; "*" (here or below) = any but CN */
    size_t market_count;
    char **review_markets; /* a sale there is for a person to judge */
    size_t review_market_count;
    bool available; /* has a usable public register */
};

struct route_parameter {
    char *code; /* 510k, pma-panel-track ... */
    enum route_answer answer;
    char *zh, *en;
};

struct policy_parameters {
    char *policy; /* "M13" */
    /* R01 */
    struct parameter_source force_source;
    int32_t force_first, force_last; /* 2025-11-24 .. 2028-12-31 */
    int32_t last_filing_day;         /* DAY_NONE = unset */
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
    /* R05 */
    struct parameter_source routes_source;
    struct route_parameter *routes; /* a route that is not listed: review */
    size_t route_count;
    /* R18, R19 */
    struct parameter_source product_cap_source, firm_cap_source;
    fen_t product_cap; /* 100_000_000 */
    fen_t firm_cap;    /* 300_000_000 */

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

/* One line for people and for table `parameter`: calls `each` for every parameter, in order of rule. */
void parameters_list(const struct policy_parameters *parameters,
    void (*each)(void *context, const char *rule, const struct parameter_source *source, const char *value),
    void *context);

#endif
