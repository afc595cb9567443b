/* product_fit.c - the products of a case's firm, those first for which something in the approval speaks. */
#include "ctl.h"

#include "m13/memory.h"
#include "m13/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *product_row(struct query *q, const json_t *record)
{
    static const char *const shown[] = {"name_zh", "name_en", "brand", "models"};
    json_t *fields = json_loads(query_text(q, 1), 0, NULL);
    json_t *row = json_pack("{s:s}", "product_id", query_text(q, 0));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        json_t *value = json_object_get(fields, shown[i]);
        json_object_set_new(row, shown[i], value ? json_incref(value) : json_string(""));
    }
    json_t *fit = review_product_fit(fields, record);
    json_object_update(row, fit);
    json_decref(fit);
    json_decref(fields);
    return row;
}

static int by_score(const void *left, const void *right)
{
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    int64_t own = json_integer_value(json_object_get(a, "score"));
    int64_t other = json_integer_value(json_object_get(b, "score"));
    if (own != other)
        return own > other ? -1 : 1;
    return strcmp(json_string_value(json_object_get(a, "product_id")),
        json_string_value(json_object_get(b, "product_id")));
}

static json_t *sorted(json_t *rows)
{
    size_t count = json_array_size(rows), i;
    json_t **list = memory_get_zeroed(count + 1, sizeof(json_t *)), *row, *out = json_array();
    json_array_foreach(rows, i, row) list[i] = row;
    qsort(list, count, sizeof(json_t *), by_score);
    for (i = 0; i < count; i++)
        json_array_append(out, list[i]);
    free(list);
    json_decref(rows);
    return out;
}

json_t *fitted_products(struct ctl *ctl, int64_t case_file, const char *uscc)
{
    json_t *rows = json_array(), *record = NULL;
    struct query *q = query_bind(
        query(ctl->store, "SELECT coalesce(v.record, '{}') FROM case_file f JOIN approval_version v "
                          "ON v.approval = f.approval AND v.seq_to IS NULL WHERE f.id = ?"),
        "i", case_file);
    if (query_next(q))
        record = json_loads(query_text(q, 0), 0, NULL);
    query_end(q);
    q = query_bind(query(ctl->store, "SELECT key, fields FROM local_record WHERE uscc = ? "
                                     "AND kind = 'products' AND seq_to IS NULL AND withdrawn = 0"),
        "t", uscc);
    while (query_next(q))
        json_array_append_new(rows, product_row(q, record));
    json_decref(record);
    return sorted(rows);
}

static void print_evidence(struct ctl *ctl, const json_t *one)
{
    const struct name_entry *kind = name_find(review_fit_names,
        sizeof review_fit_names / sizeof *review_fit_names, json_string_value(json_object_get(one, "kind")));
    printf(
        SAY(ctl, "        %s“%s”见于批准中的“%s”\n", "        %s \"%s\" stands in the approval's \"%s\"\n"),
        kind ? SAY(ctl, kind->zh, kind->en) : "", json_string_value(json_object_get(one, "ours")),
        json_string_value(json_object_get(one, "theirs")));
}

static const char *string_at(const json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return value ? value : "";
}

void fitted_print(struct ctl *ctl, json_t *products)
{
    size_t i, j;
    json_t *row, *one;
    json_array_foreach(products, i, row)
    {
        long long score = (long long)json_integer_value(json_object_get(row, "score"));
        printf("    %s  %s  %s  %s %s", string_at(row, "product_id"), string_at(row, "name_zh"),
            string_at(row, "name_en"), string_at(row, "brand"), string_at(row, "models"));
        if (score > 0)
            printf(SAY(ctl, "  建议 %lld/1000", "  proposed, %lld of 1000"), score);
        putchar('\n');
        json_array_foreach(json_object_get(row, "evidence"), j, one) print_evidence(ctl, one);
    }
}
