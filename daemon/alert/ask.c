/* ask.c - the forms that a firm is asked to fill in for one case, without a message. */
#include "facts.h"

#include "m13/alert.h"
#include "m13/letter.h"
#include "m13/store.h"

#include <errno.h>
#include <stdio.h>

int alert_ask(struct store *store, const struct config *config, const char *case_id, const char *file,
    struct failure *ret_failure)
{
    int64_t case_file = store_value(store, 0, "SELECT id FROM case_file WHERE case_id = ?", "t", case_id);
    json_t *told = case_file ? facts_of_case(store, config, case_file, "reminder") : NULL;
    if (!told)
        return fail(ret_failure, -ENOENT, "%s", case_id);
    struct query *q = query_bind(
        query(store, "SELECT uscc FROM case_version WHERE case_file = ? AND seq_to IS NULL"), "i", case_file);
    char uscc[64] = "";
    while (query_next(q))
        snprintf(uscc, sizeof uscc, "%s", query_text(q, 0));
    json_t *cases = json_pack("[o]", told);
    int r = forms_for_cases(store, config, uscc, cases, file, ret_failure);
    json_decref(cases);
    return r;
}
