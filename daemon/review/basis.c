/* basis.c - on what a decision rests: the firm's names and numbers, the register's words on the maker, and
 * what the matcher said. */
#include "internal.h"

#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *review_member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

/* --- the firm ---------------------------------------------------------------------------------------------
 */

static bool is_firm(struct store *store, const char *uscc)
{
    return store_value(store, 0,
               "SELECT count(*) FROM local_record WHERE kind = 'firms' AND key = ? AND seq_to IS NULL "
               "AND withdrawn = 0",
               "t", uscc) > 0;
}

void review_firm_now(struct store *store, const char *uscc, char out[32])
{
    out[0] = '\0';
    if (is_firm(store, uscc)) {
        snprintf(out, 32, "%s", uscc);
        return;
    }
    if (!registry_is_candidate(uscc))
        return;
    struct query *q = query_bind(
        query(store, "SELECT key FROM local_identifier WHERE identifier = ? AND kind = 'firms'"), "t", uscc);
    if (query_next(q))
        snprintf(out, 32, "%s", query_text(q, 0));
    query_end(q);
}

/* What a person looks at to tell whose a name is. */
static const char *const firm_fields[] = {
    "name_zh", "name_en", "aliases", "former_names", "srn", "fei", "owner_operator"};
static const char *const entity_fields[] = {"name", "country", "relation", "srn", "fei"};

struct naming {
    struct digest_stream *stream;
    bool found;
};

static void add_fields(struct naming *naming, const char *json, const char *const *names, size_t count)
{
    json_t *fields = json_loads(json, 0, NULL);
    for (size_t i = 0; i < count; i++) {
        const char *value = review_member(fields, names[i]);
        digest_add(naming->stream, value, strlen(value) + 1);
    }
    json_decref(fields);
}

static bool add_entity(const struct local_record *record, void *context)
{
    add_fields(context, record->fields, entity_fields, sizeof entity_fields / sizeof *entity_fields);
    return true;
}

static void add_firm(struct naming *naming, struct store *store, const char *uscc)
{
    struct query *q = query_bind(query(store, "SELECT fields FROM local_record WHERE kind = 'firms' "
                                              "AND key = ? AND seq_to IS NULL AND withdrawn = 0"),
        "t", uscc);
    naming->found = query_next(q);
    if (naming->found)
        add_fields(naming, query_text(q, 0), firm_fields, sizeof firm_fields / sizeof *firm_fields);
    query_end(q);
}

bool review_firm_basis(struct store *store, const char *uscc, char out[DIGEST_HEX_BYTES])
{
    uint8_t digest[DIGEST_BYTES];
    struct naming naming = {.stream = digest_begin()};
    add_firm(&naming, store, uscc);
    registry_each(store, "entities", uscc, add_entity, &naming);
    digest_end(naming.stream, digest);
    digest_hex(digest, out);
    return naming.found;
}

/* --- the matcher's word -----------------------------------------------------------------------------------
 */

static const char *const band_codes[] = {"none", "review", "auto"};

const char *review_band_code(enum review_band band)
{
    return band_codes[band];
}

enum review_band review_band_of(const char *code)
{
    for (size_t i = 0; i < sizeof band_codes / sizeof *band_codes; i++)
        if (string_equal(band_codes[i], code))
            return (enum review_band)i;
    return REVIEW_BAND_NONE;
}

struct review_answer review_basis_own(const json_t *basis)
{
    const json_t *own = json_object_get(basis, "own");
    struct review_answer answer = {.band = review_band_of(review_member(own, "band")),
        .score = (int)json_integer_value(json_object_get(own, "score"))};
    snprintf(answer.uscc, sizeof answer.uscc, "%s", review_member(own, "uscc"));
    snprintf(answer.rule, sizeof answer.rule, "%s", review_member(own, "rule"));
    return answer;
}

/* --- the register's word ----------------------------------------------------------------------------------
 */

json_t *review_basis(
    const char *firm_basis, const struct review_maker *maker, const struct review_answer *own)
{
    return json_pack("{s:s, s:{s:s, s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:i}}", "firm", firm_basis, "maker",
        "country", maker->country, "city", maker->city, "postcode", maker->postcode, "identifiers",
        maker->identifiers, "own", "band", review_band_code(own->band), "uscc", own->uscc, "rule", own->rule,
        "score", own->score);
}

static bool is_ignored(unsigned char byte)
{
    return byte < 0x80 && !(byte >= '0' && byte <= '9') && !(byte >= 'a' && byte <= 'z');
}

static unsigned char lower(char byte)
{
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

/* The next byte that counts; 0 at the end. */
static unsigned char next_byte(const char **cursor)
{
    while (**cursor != '\0' && is_ignored(lower(**cursor)))
        (*cursor)++;
    return **cursor == '\0' ? 0 : lower(*(*cursor)++);
}

static bool reads_alike(const char *a, const char *b)
{
    unsigned char byte;
    do {
        byte = next_byte(&a);
        if (byte != next_byte(&b))
            return false;
    } while (byte != 0);
    return true;
}

bool review_maker_is_same(const json_t *basis, const struct review_maker *maker)
{
    const json_t *then = json_object_get(basis, "maker");
    return review_same_but_for_listing(review_member(then, "identifiers"), maker->identifiers) &&
           reads_alike(review_member(then, "country"), maker->country) &&
           reads_alike(review_member(then, "city"), maker->city) &&
           reads_alike(review_member(then, "postcode"), maker->postcode);
}
