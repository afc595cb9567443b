/* read.c - the current local records, for whoever decides with them. */
#include "m13/registry.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

/* Records are copied a page at a time, so that no statement is open while `each` runs. */
#define PAGE_ROWS 128

enum { TEXT_COLUMNS = 8 }; /* key uscc product_id authority number case_id assurance fields */

struct page {
    struct {
        char *text[TEXT_COLUMNS];
        int64_t version, file, row, unlisted;
    } rows[PAGE_ROWS];
    size_t count;
};

static struct query *select_page(
    struct store *store, const char *kind, const char *uscc, const char *after_key)
{
    int64_t most = PAGE_ROWS;
    if (uscc == NULL)
        return query_bind(
            query(store, "SELECT key, uscc, product_id, authority, number, case_id, assurance, fields, "
                         "       version, file, row, unlisted FROM local_record "
                         "WHERE kind = ? AND key > ? AND seq_to IS NULL AND withdrawn = 0 "
                         "ORDER BY key LIMIT ?"),
            "tti", kind, after_key, most);
    return query_bind(
        query(store, "SELECT key, uscc, product_id, authority, number, case_id, assurance, fields, "
                     "       version, file, row, unlisted FROM local_record "
                     "WHERE uscc = ? AND kind = ? AND key > ? AND seq_to IS NULL "
                     "  AND withdrawn = 0 ORDER BY key LIMIT ?"),
        "ttti", uscc, kind, after_key, most);
}

static void read_page(
    struct store *store, const char *kind, const char *uscc, const char *after_key, struct page *ret_page)
{
    ret_page->count = 0;
    struct query *q = select_page(store, kind, uscc, after_key);
    while (query_next(q)) {
        size_t i = ret_page->count++;
        for (int column = 0; column < TEXT_COLUMNS; column++)
            ret_page->rows[i].text[column] = memory_copy_string(query_text(q, column));
        ret_page->rows[i].version = query_integer(q, TEXT_COLUMNS);
        ret_page->rows[i].file = query_integer(q, TEXT_COLUMNS + 1);
        ret_page->rows[i].row = query_integer(q, TEXT_COLUMNS + 2);
        ret_page->rows[i].unlisted = query_integer(q, TEXT_COLUMNS + 3);
    }
}

static bool tell(const struct page *page, size_t i, const char *kind,
    bool (*each)(const struct local_record *record, void *context), void *context)
{
    char *const *text = page->rows[i].text;
    return each(
        &(struct local_record){
            .kind = kind,
            .key = text[0],
            .uscc = text[1],
            .product_id = text[2],
            .authority = text[3],
            .number = text[4],
            .case_id = text[5],
            .assurance = text[6],
            .fields = text[7],
            .version = page->rows[i].version,
            .file = page->rows[i].file,
            .row = page->rows[i].row,
            .unlisted = page->rows[i].unlisted != 0,
        },
        context);
}

void registry_each(struct store *store, const char *kind, const char *uscc,
    bool (*each)(const struct local_record *record, void *context), void *context)
{
    char *after_key = memory_copy_string("");
    struct page *page = memory_get(sizeof *page);
    bool wanted = true;
    do {
        read_page(store, kind, uscc, after_key, page);
        for (size_t i = 0; i < page->count && wanted; i++)
            wanted = tell(page, i, kind, each, context);
        if (page->count > 0) {
            free(after_key);
            after_key = memory_copy_string(page->rows[page->count - 1].text[0]);
        }
        for (size_t i = 0; i < page->count; i++)
            for (int column = 0; column < TEXT_COLUMNS; column++)
                free(page->rows[i].text[column]);
    } while (wanted && page->count == PAGE_ROWS);
    free(page);
    free(after_key);
}
