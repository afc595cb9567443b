/* listing.c - under whose number an approval is listed with the FDA.
 *
 * These numbers stand among the maker's identifiers, but they are of the establishments that list the very
 * approval, whoever they are: a new one makes nobody else of the maker. It is news only to whoever has said
 * that the maker is not this firm. */
#include "internal.h"

#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

/* In the order in which review_is_listed_by() reads the firm's own. */
static const char *const listings[] = {"listed_fei", "listed_owner_operator"};
enum { LISTINGS = sizeof listings / sizeof *listings };

/* Lists are parted as registers and desks part them. */
static const char separators[] = " |,;";

static json_t *without_listing(const char *identifiers)
{
    json_t *object = *identifiers == '\0' ? NULL : json_loads(identifiers, 0, NULL);
    for (int i = 0; i < LISTINGS; i++)
        json_object_del(object, listings[i]);
    return object == NULL ? json_object() : object;
}

bool review_same_but_for_listing(const char *then, const char *now)
{
    json_t *a = without_listing(then), *b = without_listing(now);
    bool same = json_equal(a, b) != 0;
    json_decref(a);
    json_decref(b);
    return same;
}

static bool list_has(const char *list, const char *number, size_t length)
{
    for (const char *at = list + strspn(list, separators); *at != '\0'; at += strspn(at, separators)) {
        size_t own = strcspn(at, separators);
        if (own == length && memcmp(at, number, length) == 0)
            return true;
        at += own;
    }
    return false;
}

bool review_lists_meet(const char *left, const char *right)
{
    for (const char *at = left + strspn(left, separators); *at != '\0'; at += strspn(at, separators)) {
        size_t length = strcspn(at, separators);
        if (list_has(right, at, length))
            return true;
        at += length;
    }
    return false;
}

bool review_is_listed_by(struct store *store, const char *uscc, const char *identifiers)
{
    json_t *object = *identifiers == '\0' ? NULL : json_loads(identifiers, 0, NULL);
    struct query *q = query_bind(query(store, "SELECT fields ->> 'fei', fields ->> 'owner_operator' "
                                              "FROM local_record WHERE kind = 'firms' AND key = ? "
                                              "AND seq_to IS NULL AND withdrawn = 0"),
        "t", uscc);
    bool listed = false;
    while (query_next(q))
        for (int i = 0; i < LISTINGS; i++)
            listed = listed || review_lists_meet(review_member(object, listings[i]), query_text(q, i));
    json_decref(object);
    return listed;
}
