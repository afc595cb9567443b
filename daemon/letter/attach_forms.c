/* attach_forms.c - which sheets a firm gets, and what is already filled in. */
#include "m13/forms.h"
#include "m13/letter.h"
#include "m13/limits.h"
#include "m13/parameters.h"
#include "m13/registry.h"
#include "m13/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The forms by which a firm answers: how its own rows are found, and what a new one begins with. */
struct asked_form {
    const char *kind;
    bool by_product, by_authority, by_number; /* a known row is of the case when these are the same */
    const char *series; /* letters of a new row's own number; NULL = its key is what the case has */
    const char *fact;   /* that always asks for one more row; NULL = only where none is known */
};
static const struct asked_form asked_forms[] = {
    {"answers", false, false, false, NULL, NULL},
    {"declarations", true, true, false, NULL, NULL},
    {"approvals", false, true, true, NULL, NULL},
    {"scopes", true, true, true, NULL, NULL},
    {"sales", true, false, false, "S", "sale"},
    {"costs", false, true, true, "C", "costs"},
};
enum { ASKED_FORMS = sizeof asked_forms / sizeof *asked_forms };

#define ABOUT_CASE    "参考线索编号"
#define ABOUT_NUMBER  "参考批准编号"
#define ABOUT_DEVICE  "参考登记名称"
#define ABOUT_PRODUCT "参考产品名称"
static const char *const references[] = {ABOUT_CASE, ABOUT_NUMBER, ABOUT_DEVICE, ABOUT_PRODUCT};

struct asking {
    struct store *store;
    const struct config *config;
    const char *uscc;
    const struct asked_form *form;
    const json_t *told;   /* the case */
    json_t *rows, *known; /* of this form; keys of records that are in it */
    size_t found;         /* of this case */
};

static const char *string_at(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void set_value(json_t *row, const char *key, const char *value)
{
    if (*value)
        json_object_set_new(row, key, json_string(value));
}

static void set_references(json_t *row, const json_t *told)
{
    set_value(row, ABOUT_CASE, string_at(told, "case_id"));
    set_value(row, ABOUT_NUMBER, string_at(told, "number"));
    set_value(row, ABOUT_DEVICE, string_at(told, "device"));
    set_value(row, ABOUT_PRODUCT, string_at(told, "product_zh"));
}

/* --- what is known ----------------------------------------------------------------------------------------
 */

static void add_known(struct asking *asking, const char *key, const char *fields)
{
    asking->found++;
    if (json_object_get(asking->known, key) || json_array_size(asking->rows) >= LIMIT_ASKED_ROWS)
        return;
    json_t *row = json_loads(fields, 0, NULL);
    if (!row)
        return;
    set_references(row, asking->told);
    json_array_append_new(asking->rows, row);
    json_object_set_new(asking->known, key, json_true());
}

/* The firm's own records alone: another one's may name the same approval. A scope names no firm, but one of
 * its products. */
static void add_known_of_product(struct asking *asking)
{
    const json_t *told = asking->told;
    bool of_number = asking->form->by_number, of_authority = asking->form->by_authority;
    struct query *q = query_bind(
        query(asking->store, "SELECT key, fields FROM local_record WHERE product_id = ? AND kind = ? "
                             "AND uscc IN ('', ?) AND (? = '' OR authority = ?4) AND (? = '' OR number = ?5) "
                             "AND seq_to IS NULL AND withdrawn = 0 ORDER BY key"),
        "ttttt", string_at(told, "product_id"), asking->form->kind, asking->uscc,
        of_authority ? string_at(told, "authority") : "", of_number ? string_at(told, "number") : "");
    while (query_next(q))
        add_known(asking, query_text(q, 0), query_text(q, 1));
}

static void add_known_of_approval(struct asking *asking)
{
    struct query *q = query_bind(
        query(asking->store, "SELECT key, fields FROM local_record WHERE authority = ? AND number = ? "
                             "AND number <> '' AND kind = ? AND uscc IN ('', ?) "
                             "AND seq_to IS NULL AND withdrawn = 0 ORDER BY key"),
        "tttt", string_at(asking->told, "authority"), string_at(asking->told, "number"), asking->form->kind,
        asking->uscc);
    while (query_next(q))
        add_known(asking, query_text(q, 0), query_text(q, 1));
}

static void add_all_known(struct asking *asking)
{
    if (asking->form->by_product && *string_at(asking->told, "product_id"))
        add_known_of_product(asking);
    else if (asking->form->by_number && !asking->form->by_product)
        add_known_of_approval(asking);
}

/* --- what is new ------------------------------------------------------------------------------------------
 */

/* Of an authority of one country; where there are several the firm knows which. */
static void set_market(const struct asking *asking, json_t *row)
{
    const struct authority_parameter *authority =
        asking->config->parameters
            ? parameters_authority(asking->config->parameters, string_at(asking->told, "authority"))
            : NULL;
    if (authority && authority->market_count == 1 && !string_equal(authority->markets[0], "*"))
        set_value(row, "country", authority->markets[0]);
}

/* M13-2026-00042-S1, and on from there: the first that no row of the firm has. */
static void set_own_number(const struct asking *asking, json_t *row)
{
    const char *key = asking->form->kind[0] == 's' ? "sale_id" : "cost_id";
    char number[96];
    for (size_t i = 1; i <= LIMIT_ASKED_ROWS + 1; i++) {
        snprintf(
            number, sizeof number, "%s-%s%zu", string_at(asking->told, "case_id"), asking->form->series, i);
        if (!json_object_get(asking->known, number))
            break;
    }
    json_object_set_new(asking->known, number, json_true());
    set_value(row, key, number);
}

static void add_new(struct asking *asking)
{
    const json_t *told = asking->told;
    const char *product = string_at(told, "product_id");
    json_t *row = json_object();
    set_references(row, told);
    if (!registry_is_candidate(asking->uscc))
        set_value(row, "uscc", asking->uscc);
    set_value(row, "product_id", product);
    set_value(row, "authority", string_at(told, "authority"));
    set_value(row, "number", string_at(told, "number"));
    set_value(row, "case", string_at(told, "case_id"));
    if (string_equal(asking->form->kind, "sales"))
        set_market(asking, row);
    if (string_equal(asking->form->kind, "costs") && *product) {
        char shares[256];
        snprintf(shares, sizeof shares, "%s@100", product);
        set_value(row, "shares", shares);
    }
    if (asking->form->series)
        set_own_number(asking, row);
    json_array_append_new(asking->rows, row);
}

/* --- which ------------------------------------------------------------------------------------------------
 */

const char *form_for_fact(enum missing_fact missing)
{
    static const char *const forms[MISSING_FACTS] = {
        [MISSING_EXACT_DATE] = "approvals",
        [MISSING_DECLARATION] = "declarations",
        [MISSING_DECLARATION_DOCUMENT] = "declarations",
        [MISSING_SALE] = "sales",
        [MISSING_SALE_DOCUMENT] = "sales",
        [MISSING_SCOPE_LIST] = "scopes",
        [MISSING_SCOPE_DOCUMENT] = "scopes",
        [MISSING_COSTS] = "costs",
        [MISSING_APPROVAL_DOCUMENT] = "approvals",
        [MISSING_DATE_IN_WINDOW] = "scopes",
    };
    return forms[missing];
}

/* Whether something is missing that this form supplies, and whether that takes one more row. */
static bool needs_form(const struct asked_form *form, const json_t *told, bool *ret_one_more)
{
    bool needs = false;
    size_t i;
    json_t *missing;
    *ret_one_more = false;
    json_array_foreach(json_object_get(told, "missing"), i, missing)
    {
        const char *fact = string_at(missing, "fact");
        const struct name_entry *entry = name_find(missing_fact_names, MISSING_FACTS, fact);
        const char *kind = entry ? form_for_fact((enum missing_fact)entry->value) : NULL;
        if (!kind || !string_equal(kind, form->kind))
            continue;
        needs = true;
        *ret_one_more = *ret_one_more || (form->fact && string_equal(fact, form->fact));
    }
    return needs || string_equal(form->kind, "answers");
}

static json_t *rows_of_form(struct asking *asking, const json_t *cases)
{
    asking->rows = json_array();
    asking->known = json_object();
    for (size_t i = 0; i < json_array_size(cases); i++) {
        bool one_more;
        asking->told = json_array_get(cases, i);
        asking->found = 0;
        if (!needs_form(asking->form, asking->told, &one_more) ||
            json_array_size(asking->rows) >= LIMIT_ASKED_ROWS)
            continue;
        add_all_known(asking);
        if (one_more || !asking->found)
            add_new(asking);
    }
    json_decref(asking->known);
    return asking->rows;
}

int forms_for_cases(struct store *store, const struct config *config, const char *uscc, const json_t *cases,
    const char *file, struct failure *ret_failure)
{
    struct form_sheet sheets[ASKED_FORMS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < ASKED_FORMS; i++) {
        struct asking asking = {.store = store, .config = config, .uscc = uscc, .form = &asked_forms[i]};
        json_t *rows = rows_of_form(&asking, cases);
        if (!json_array_size(rows)) {
            json_decref(rows);
            continue;
        }
        sheets[count++] = (struct form_sheet){.kind = local_kind(asked_forms[i].kind),
            .rows = rows,
            .references = references,
            .reference_count = sizeof references / sizeof *references};
    }
    int r = count ? form_write(file, sheets, count, ret_failure)
                  : fail(ret_failure, -ENODATA, "nothing is asked for");
    for (size_t i = 0; i < count; i++)
        json_decref(sheets[i].rows);
    return r;
}
