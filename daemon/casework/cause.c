/* cause.c - why a case changed: the parts of its facts that are not what they were. */
#include "internal.h"

#include "m13/store.h"

#include <jansson.h>

static void name_part(struct text *out, const char *part)
{
    text_append_format(out, "%s%s", out->length > 0 ? "," : "", part);
}

static json_t *stored_facts(struct store *store, const struct current_case *current)
{
    struct query *q =
        query_bind(query(store, "SELECT facts FROM case_version WHERE case_file = ? AND version = ?"), "ii",
            current->case_file, current->version);
    json_t *facts = query_next(q) ? json_loads(query_text(q, 0), 0, NULL) : NULL;
    query_end(q);
    return facts;
}

static void name_differing_parts(struct store *store, const struct current_case *current,
    const struct decided_case *decided, struct text *out)
{
    json_t *before = stored_facts(store, current);
    json_t *now = json_loads(decided->verdict->facts, 0, NULL);
    for (size_t i = 0; i < CASE_CAUSE_PARTS; i++) {
        const char *part = case_cause_names[i].code;
        json_t *a = json_object_get(before, part), *b = json_object_get(now, part);
        if (a != b && !json_equal(a, b))
            name_part(out, part);
    }
    json_decref(before);
    json_decref(now);
}

/* The same facts give another answer only under other parameters or rules, or when the caps were shared out
 * anew. */
void case_cause(struct store *store, const struct current_case *current, const struct decided_case *decided,
    struct text *out)
{
    if (current->case_file == 0)
        name_part(out, decided->first_load ? "first-load" : "approval");
    else if (!string_equal(current->facts_hash, decided->verdict->facts_hash))
        name_differing_parts(store, current, decided, out);
    else if (!string_equal(current->parameters_hash, decided->parameters_hash))
        name_part(out, "parameters");
    else
        name_part(out, "rules");
}
