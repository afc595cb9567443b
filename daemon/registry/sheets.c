/* sheets.c - the tables of one file: which of them speak, of what, and which row of theirs is the header. */
#include "import_inside.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

void local_import_free_sheet(struct local_sheet *sheet)
{
    local_header_search_free(sheet->search);
    local_headers_free(&sheet->headers);
    free(sheet->name);
    free(sheet);
}

/* Of a workbook, the sheet is named. */
static void refuse_sheet(struct local_import *import, const struct local_sheet *sheet, const char *why)
{
    if (sheet->name[0] == '\0')
        local_import_refuse(import, "%s", why);
    else
        local_import_refuse(import, "工作表“%s”：%s", sheet->name, why);
}

struct local_sheet *local_import_sheet_now(struct local_import *import)
{
    return import->sheet_count > 0 ? import->sheets[import->sheet_count - 1] : NULL;
}

static void name_kind(struct local_import *import, const char *kind)
{
    char *kinds = import->result.kind;
    size_t used = strlen(kinds);
    const char *before = strstr(kinds, kind);
    bool named = before != NULL && strchr(", ", before[strlen(kind)]) != NULL;
    if (!named)
        snprintf(kinds + used, sizeof import->result.kind - used, "%s%s", used > 0 ? ", " : "", kind);
}

void local_import_insert_sheet(struct local_import *import, struct local_sheet *sheet)
{
    store_write(import->store);
    query_run(query_bind(
        query(import->store, "INSERT INTO local_file (delivery, name, sheet, sha256, kind, delivered_by, "
                             "taken_at, state, full_list) VALUES (?, ?, ?, ?, ?, ?, ?, 'staging', ?)"),
        "itttttii", import->id, import->name, sheet->name, import->sha256, sheet->headers.kind->kind,
        import->by, clock_wall(), (int64_t)sheet->headers.full_list));
    sheet->file = store_last_id(import->store);
    name_kind(import, sheet->headers.kind->kind);
    import->personal |= sheet->headers.kind->personal;
    if (import->id != 0)
        return;
    import->id = import->result.id = sheet->file;
    query_run(query_bind(
        query(import->store, "UPDATE local_file SET delivery = id WHERE id = ?"), "i", sheet->file));
}

/* Of one key or the other; -1 = none. */
static int column_of(const struct local_kind *kind, const char *key, const char *other)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, key) || string_equal(kind->columns[i].key, other))
            return (int)i;
    return -1;
}

/* Its headers are known. */
static void begin_sheet(struct local_import *import, struct local_sheet *sheet)
{
    static const char *const references[REFERENCES][2] = {
        {"uscc"}, {"product_id"}, {"authority"}, {"number"}, {"case"}, {"document", "file"}};
    const struct local_kind *kind = sheet->headers.kind;
    local_header_search_free(sheet->search);
    sheet->search = NULL;
    for (size_t i = 0; i < REFERENCES; i++)
        sheet->reference[i] = column_of(kind, references[i][0], references[i][1]);
    sheet->shares = column_of(kind, "shares", NULL);
    if (sheet->headers.full_list && kind->full_list == FULL_LIST_NEVER) {
        refuse_sheet(import, sheet, "这种表只能报送增减和更正，不能作为全量表报送。请去掉“全量”后重新报送");
        return;
    }
    if (sheet->rows > 0) /* one that could not be read */
        local_import_insert_sheet(import, sheet);
    struct failure failure;
    if (kind->personal && !import->contacts_begun) {
        if (contacts_begin(import->contacts, &failure) < 0)
            local_import_fail(import, &failure);
        else
            import->contacts_begun = true;
    }
}

/* What is in it may have to be deleted, whatever is wrong with it. */
static void refuse_without_headers(
    struct local_import *import, const struct local_sheet *sheet, const char *why)
{
    import->personal |= local_header_search_is_personal(sheet->search);
    refuse_sheet(import, sheet, why);
}

static void end_sheet(struct local_import *import)
{
    struct local_sheet *sheet = local_import_sheet_now(import);
    struct failure why;
    if (sheet == NULL || sheet->headers.kind != NULL)
        return;
    if (!local_header_search_end(sheet->search, &why)) {
        refuse_without_headers(import, sheet, why.text);
    } else { /* notes */
        import->sheet_count--;
        local_import_free_sheet(sheet);
    }
}

bool local_import_sheet(struct local_import *import, const char *name, bool epoch_1904)
{
    if (!local_import_is_going_on(import))
        return false;
    end_sheet(import);
    for (size_t i = 0; i < import->sheet_count; i++)
        if (string_equal(import->sheets[i]->name, name))
            local_import_refuse(import, "有两个工作表同名：“%s”", name);
    if (import->sheet_count == LIMIT_LOCAL_SHEETS)
        local_import_refuse(import, "工作表太多，一个文件最多 %d 个", LIMIT_LOCAL_SHEETS);
    if (import->refused)
        return false;
    struct local_sheet *sheet = memory_get_zeroed(1, sizeof *sheet);
    sheet->name = memory_copy_string(name);
    sheet->epoch_1904 = epoch_1904;
    sheet->search = local_header_search_new(name);
    import->sheets[import->sheet_count++] = sheet;
    return true;
}

bool local_import_end_sheets(struct local_import *import)
{
    bool some = false;
    if (local_import_is_going_on(import))
        end_sheet(import);
    for (size_t i = 0; i < import->sheet_count; i++)
        some |= import->sheets[i]->rows > 0;
    if (import->sheet_count == 0)
        local_import_refuse(import, "文件中没有表头");
    else if (!some)
        local_import_refuse(import, "文件中没有数据行");
    return local_import_is_going_on(import);
}

void local_import_search_headers(struct local_import *import, struct local_sheet *sheet, json_t *cells)
{
    size_t count = json_array_size(cells);
    const char **texts = memory_get_zeroed(count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        json_t *cell = json_array_get(cells, i);
        const char *text = json_string_value(cell);
        if (text == NULL)
            text = json_string_value(json_object_get(cell, "number"));
        texts[i] = text != NULL ? text : "";
    }
    struct failure why;
    switch (local_header_search_row(sheet->search, texts, count, &sheet->headers, &why)) {
    case HEADER_NOT_YET:
        break;
    case HEADER_FOUND:
        begin_sheet(import, sheet);
        break;
    case HEADER_FAILED:
        refuse_without_headers(import, sheet, why.text);
        break;
    }
    free(texts);
}
