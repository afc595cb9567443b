/* mapping_plan.h - a definition's mappings with every name looked up, so that a row costs no look-ups. */
#ifndef M13_DECODE_MAPPING_PLAN_H
#define M13_DECODE_MAPPING_PLAN_H

#include "source_list.h"
#include "url_template.h"

#include "m13/feed_definition.h"

#include <stdbool.h>
#include <stddef.h>

struct plan_condition {
    size_t source;
    const struct feed_condition *definition;
};

/* Where a value comes from: the first of these that is there. */
struct plan_choice {
    const char *value;
    struct url_template *template;
    size_t *sources; /* the first non-empty, or all non-empty joined */
    size_t source_count;
    const char *join;
};

struct plan_rule {
    struct plan_condition *conditions;
    size_t condition_count;
    struct plan_choice choice;
};

/* A row is left out where all hold. */
struct plan_skip {
    struct plan_condition *conditions;
    size_t condition_count;
};

struct plan_member {
    const struct feed_mapping *definition;
    struct plan_rule *rules;
    size_t rule_count;
    struct plan_choice otherwise; /* no rule matches */
};

struct plan {
    struct source_list sources;
    struct plan_member *members; /* in wire order */
    size_t member_count;
    struct plan_skip *skip;
    size_t skip_count;
};

void plan_make(const struct feed_definition *definition, struct plan *ret_plan);
void plan_release(struct plan *plan);

#endif
