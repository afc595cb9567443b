/* codes.h - what people write for a code, as tables. */
#ifndef REGISTRY_CODES_H
#define REGISTRY_CODES_H

#include "m13/registry.h"

#include <stddef.h>

enum {
    LOCAL_COUNTRIES = 249,
    LOCAL_CURRENCIES = 160,
    LOCAL_YES_NO = 2,
    LOCAL_RELATED = 2,
    LOCAL_FIRM_STATUSES = 6,
    LOCAL_DISTRICTS = 17,
    LOCAL_DEVICE_CLASSES = 3,
    LOCAL_RELATIONS = 5,
    LOCAL_AUTHORITIES = 15,
    LOCAL_ROUTES = 28,
    LOCAL_APPROVAL_STATUSES = 7,
    LOCAL_TRADE_MODES = 23,
    LOCAL_COST_CATEGORIES = 11,
    LOCAL_LEVELS = 3,
    LOCAL_PAYMENT_KINDS = 3,
    LOCAL_QUOTES = 2,
    LOCAL_CREDIT_FLAGS = 3,
    LOCAL_CHANNELS = 5,
    LOCAL_LANGUAGES = 3,
    LOCAL_SLOTS = 8,
    LOCAL_DECISION_ITEMS = 5,
    LOCAL_ANSWERS = 4,
    LOCAL_DISPUTES = 5,
};

/* Words are written as local_fold() leaves them: plain ASCII, capitals, no blanks. */
extern const struct local_choice country_choices[LOCAL_COUNTRIES];
extern const struct local_choice currency_choices[LOCAL_CURRENCIES];
extern const struct local_choice yes_no_choices[LOCAL_YES_NO];
extern const struct local_choice related_choices[LOCAL_RELATED];
extern const struct local_choice firm_status_choices[LOCAL_FIRM_STATUSES];
extern const struct local_choice district_choices[LOCAL_DISTRICTS];
extern const struct local_choice device_class_choices[LOCAL_DEVICE_CLASSES];
extern const struct local_choice relation_choices[LOCAL_RELATIONS];
extern const struct local_choice authority_choices[LOCAL_AUTHORITIES];
extern const struct local_choice route_choices[LOCAL_ROUTES];
extern const struct local_choice approval_status_choices[LOCAL_APPROVAL_STATUSES];
extern const struct local_choice trade_mode_choices[LOCAL_TRADE_MODES];
extern const struct local_choice cost_category_choices[LOCAL_COST_CATEGORIES];
extern const struct local_choice level_choices[LOCAL_LEVELS];
extern const struct local_choice payment_kind_choices[LOCAL_PAYMENT_KINDS];
extern const struct local_choice quote_choices[LOCAL_QUOTES];
extern const struct local_choice credit_flag_choices[LOCAL_CREDIT_FLAGS];
extern const struct local_choice channel_choices[LOCAL_CHANNELS];
extern const struct local_choice language_choices[LOCAL_LANGUAGES];
extern const struct local_choice slot_choices[LOCAL_SLOTS];
extern const struct local_choice decision_item_choices[LOCAL_DECISION_ITEMS];
extern const struct local_choice answer_choices[LOCAL_ANSWERS];
extern const struct local_choice dispute_choices[LOCAL_DISPUTES];

/* All of them, for whoever checks the tables. */
struct local_choices {
    const struct local_choice *items;
    size_t count;
};
extern const struct local_choices local_choice_tables[];
extern const size_t local_choice_table_count;

/* The code that `folded`, `length` bytes, is a word of in that table, or NULL. Takes the same time for any
 * table. */
const char *local_code(const struct local_choice *table, const char *folded, size_t length);

/* ISO 4217's minor unit: decimals of an amount in that currency. */
int local_currency_decimals(const char *code);

#endif
