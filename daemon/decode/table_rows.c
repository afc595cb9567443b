#include "table_rows.h"

#include "table_sniff.h"
#include "xlsx_rows.h"

#include "m13/limits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void table_rows_init(struct table_rows *rows, struct emit *emit)
{
    xlsx_prepare();
    *rows = (struct table_rows){.emit = emit,
        .utf8 = charset_new(CHARSET_UTF8),
        .gb18030 = charset_new(CHARSET_GB18030),
        .utf16 = charset_new_utf16(),
        .cell = TEXT_WITH_CEILING(3 * LIMIT_FIELD_BYTES),
        .line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES)};
}

void table_rows_release(struct table_rows *rows)
{
    charset_free(rows->utf8);
    charset_free(rows->gb18030);
    charset_free(rows->utf16);
    text_free(&rows->cell);
    text_free(&rows->line);
}

int64_t table_rows_replaced(const struct table_rows *rows)
{
    return charset_replaced(rows->utf8) + charset_replaced(rows->gb18030) + charset_replaced(rows->utf16) +
           rows->replaced;
}

static int read_form(
    struct table_rows *rows, enum table_form form, int descriptor, struct failure *ret_failure)
{
    switch (form) {
    case TABLE_UTF8:
        return table_rows_read_csv(rows, rows->utf8, descriptor, ret_failure);
    case TABLE_GB18030:
        return table_rows_read_csv(rows, rows->gb18030, descriptor, ret_failure);
    case TABLE_UTF16:
        return table_rows_read_csv(rows, rows->utf16, descriptor, ret_failure);
    case TABLE_XLSX:
        return table_rows_read_xlsx(rows, descriptor, ret_failure);
    }
    return 0;
}

/* As text_append_json_bytes(), but clean text is UTF-8 and has no control characters but line breaks. Most
 * cells are short: then there is one piece to append. */
void table_rows_append(
    struct table_rows *rows, const char *before, const char *bytes, size_t length, const char *behind)
{
    char piece[200];
    size_t plain = 0, fits = length < sizeof piece - 40 ? length : 0, used = strlen(before);
    memcpy(piece, before, used);
    piece[used++] = '"';
    while (plain < fits && bytes[plain] != '"' && bytes[plain] != '\\' && bytes[plain] != '\n')
        piece[used++] = bytes[plain++];
    if (plain < length) {
        text_append_string(&rows->line, before);
        text_append_json_bytes(&rows->line, bytes, length);
        text_append_string(&rows->line, behind);
        return;
    }
    piece[used++] = '"';
    while (*behind != '\0')
        piece[used++] = *behind++;
    text_append(&rows->line, piece, used);
}

void table_rows_reject(
    struct table_rows *rows, int64_t number, bool too_wide, const char *bytes, size_t length)
{
    struct reject reject;
    if (too_wide)
        reject_say(&reject, "", bytes, length, "第 %d 列以后还有内容：一行最多 %d 列", LIMIT_CSV_COLUMNS,
            LIMIT_CSV_COLUMNS);
    else
        reject_say(&reject, "", bytes, length, "内容过多：一格最多 %d KB，一行最多 %d KB",
            LIMIT_FIELD_BYTES / 1024, LIMIT_RECORD_BYTES / 1024);
    emit_reject(rows->emit, number, &reject);
}

int table_rows_read(struct table_rows *rows, int64_t page, int descriptor, struct failure *ret_failure)
{
    enum table_form form = TABLE_UTF8;
    struct input *input = input_open(descriptor);
    int r = table_sniff(input, &form, ret_failure);
    input_close(input);
    if (r < 0)
        return r;
    int64_t before = rows->emit->rows + rows->emit->rejected;
    emit_page(rows->emit, page, -1, "");
    r = read_form(rows, form, descriptor, ret_failure);
    if (r == 0 && rows->emit->rows + rows->emit->rejected == before)
        r = fail(ret_failure, -EBADMSG, "文件是空的：一行内容也没有");
    if (r == 0)
        emit_done(rows->emit, page, -1, "");
    return r;
}
