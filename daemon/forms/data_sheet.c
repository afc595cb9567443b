#include "workbook.h"

#include "m13/limits.h"

#include <string.h>

enum {
    TITLE_MOST = 32,    /* characters of a message's title in Excel */
    MESSAGE_MOST = 255, /* of the message itself */
    WIDTH_LEAST = 9,
    WIDTH_MOST = 30,
    CHOICE_WIDTH_MOST = 14,
    HEADER_HEIGHT = 32,
    REFERENCE_WIDTH = 16,
};

static const char *const numbers[] = {
    "amount", "vat", "cny_debited", "amount_cny", "other_funding", "rate", "share"};

bool form_is_number(const struct local_column *column)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (string_equal(numbers[i], column->key))
            return true;
    return false;
}

static struct text header_of(const struct local_column *column)
{
    struct text header = TEXT_WITH_CEILING(256);
    text_append_string(&header, column->headers[0]);
    text_append_string(&header, column->required ? "*" : "");
    return header;
}

/* Cut to what Excel takes, which counts characters. */
static struct text cut(const char *string, size_t most)
{
    struct text out = TEXT_WITH_CEILING(4 * most);
    const char *cursor = string, *end = string + strlen(string);
    size_t count = 0;
    while (cursor < end && count++ < most)
        utf8_next(&cursor, end);
    text_append(&out, string, (size_t)(cursor - string));
    return out;
}

static struct text message_of(const struct local_column *column)
{
    struct text whole = TEXT_WITH_CEILING(4096);
    text_append_string(&whole, column->expected);
    if (column->example)
        text_append_format(&whole, "\n例：%s", column->example);
    struct text message = cut(text_string(&whole), MESSAGE_MOST);
    text_free(&whole);
    return message;
}

/* Other spellings are taken, and 清空, hence a question and no bar. */
static void set_rule(
    struct form *form, lxw_worksheet *worksheet, lxw_col_t at, const struct local_column *column)
{
    static char elsewise[] = "不在下拉列表中。填“清空”或确认写法无误时，请选“是”继续。";
    struct text title = cut(column->headers[0], TITLE_MOST), message = message_of(column);
    lxw_data_validation validation = {
        .ignore_blank = LXW_VALIDATION_ON,
        .show_input = LXW_VALIDATION_ON,
        .show_error = LXW_VALIDATION_ON,
        .dropdown = LXW_VALIDATION_ON,
        .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING,
        .error_title = title.bytes,
        .error_message = elsewise,
        .input_title = title.bytes,
        .input_message = message.bytes,
    };
    form_offer(form, worksheet, at, column->choices, column->choice_count, &validation);
    text_free(&title);
    text_free(&message);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* As narrow as it goes, so that the sheet can still be read on paper: headers take two lines. */
static size_t width_of(const struct local_column *column, const char *header)
{
    size_t width = (form_width(header) + 1) / 2;
    width = larger(width, column->example ? form_width(column->example) : 0);
    for (size_t i = 0; i < column->choice_count; i++) {
        struct text word = form_word(column->choices + i, 1, column->choices[i].code);
        size_t choice = form_width(text_string(&word));
        width = larger(width, choice < CHOICE_WIDTH_MOST ? choice : CHOICE_WIDTH_MOST);
        text_free(&word);
    }
    width = larger(width + 2, WIDTH_LEAST);
    return width < WIDTH_MOST ? width : WIDTH_MOST;
}

static void write_column(
    struct form *form, lxw_worksheet *worksheet, lxw_col_t at, const struct local_column *column)
{
    struct text header = header_of(column);
    worksheet_write_string(
        worksheet, 0, at, text_string(&header), column->required ? form->required : form->header);
    worksheet_set_column(worksheet, at, at, (double)width_of(column, text_string(&header)),
        form_is_number(column) ? form->number : form->text);
    set_rule(form, worksheet, at, column);
    text_free(&header);
}

/* 作废, of every kind. */
static void write_withdrawal(struct form *form, lxw_worksheet *worksheet, lxw_col_t at)
{
    static const struct local_choice yes[] = {{"yes", "是"}};
    static const struct local_column column = {.key = "withdrawn",
        .headers = {FORM_WITHDRAWS},
        .expected = "要作废这一条时填“是”，否则留空",
        .choices = yes,
        .choice_count = 1};
    write_column(form, worksheet, at, &column);
}

static const char *value_of(json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return value ? value : "";
}

static bool has_column(const struct form_sheet *sheet, const struct local_column *column)
{
    for (const char *const *key = sheet->columns; key && *key; key++)
        if (string_equal(*key, column->key))
            return true;
    return !sheet->columns;
}

/* P1@60|P2@40 is read back as P1@60%|P2@40%: of a bare number up to 1 nobody could tell what was meant. */
static struct text with_percent_signs(const char *value)
{
    struct text out = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    for (const char *c = value; *c; c++) {
        text_append_string(&out, *c == '|' ? "%" : "");
        text_append_character(&out, *c);
    }
    text_append_character(&out, '%');
    return out;
}

static bool is_percentage(const struct local_column *column)
{
    return string_equal(column->key, "share") || string_equal(column->key, "shares");
}

static void write_value(struct form *form, lxw_worksheet *worksheet, lxw_row_t row, lxw_col_t at,
    const struct local_column *column, const char *value)
{
    if (!*value)
        return;
    struct text shown = is_percentage(column) ? with_percent_signs(value)
                                              : form_word(column->choices, column->choice_count, value);
    worksheet_write_string(
        worksheet, row, at, text_string(&shown), form_is_number(column) ? form->number : form->text);
    text_free(&shown);
}

static void write_row(struct form *form, lxw_worksheet *worksheet, lxw_row_t row,
    const struct form_sheet *sheet, json_t *values)
{
    const struct local_kind *kind = sheet->kind;
    lxw_col_t at = 0;
    for (size_t i = 0; i < kind->column_count; i++)
        if (has_column(sheet, &kind->columns[i]))
            write_value(
                form, worksheet, row, at++, &kind->columns[i], value_of(values, kind->columns[i].key));
    at++; /* 作废 */
    for (size_t i = 0; i < sheet->reference_count; i++, at++) {
        const char *value = value_of(values, sheet->references[i]);
        if (*value)
            worksheet_write_string(worksheet, row, at, value, form->aside);
    }
}

static void write_reference(struct form *form, lxw_worksheet *worksheet, lxw_col_t at, const char *header)
{
    worksheet_write_string(worksheet, 0, at, header, form->reference);
    worksheet_set_column(worksheet, at, at, REFERENCE_WIDTH, form->aside);
}

static void write_headers(struct form *form, lxw_worksheet *worksheet, const struct form_sheet *sheet)
{
    const struct local_kind *kind = sheet->kind;
    lxw_col_t at = 0;
    worksheet_set_row(worksheet, 0, HEADER_HEIGHT, NULL);
    for (size_t i = 0; i < kind->column_count; i++)
        if (has_column(sheet, &kind->columns[i]))
            write_column(form, worksheet, at++, &kind->columns[i]);
    write_withdrawal(form, worksheet, at++);
    for (size_t i = 0; i < sheet->reference_count; i++)
        write_reference(form, worksheet, at++, sheet->references[i]);
}

static void set_print(lxw_worksheet *worksheet, const struct local_kind *kind)
{
    char header[256];
    snprintf(header, sizeof header, "&L&\"-,Bold\"%s&R%s", kind->zh, "带 * 的列必填");
    worksheet_set_landscape(worksheet);
    worksheet_set_paper(worksheet, 9); /* A4 */
    worksheet_fit_to_pages(worksheet, 1, 0);
    worksheet_repeat_rows(worksheet, 0, 0);
    worksheet_set_header(worksheet, header);
    worksheet_set_footer(worksheet, "&C&P / &N");
}

static size_t leading_keys(const struct form_sheet *sheet)
{
    const struct local_kind *kind = sheet->kind;
    size_t count = 0;
    while (
        count < kind->column_count && kind->columns[count].is_key && has_column(sheet, &kind->columns[count]))
        count++;
    return count;
}

void form_data_sheet(struct form *form, lxw_worksheet *worksheet, const struct form_sheet *sheet)
{
    write_headers(form, worksheet, sheet);
    size_t i;
    json_t *row;
    json_array_foreach(sheet->rows, i, row) write_row(form, worksheet, (lxw_row_t)(i + 1), sheet, row);
    worksheet_freeze_panes(worksheet, 1, (lxw_col_t)leading_keys(sheet));
    /* Long numbers are text on purpose: no green corner at each. */
    worksheet_ignore_errors(worksheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576");
    set_print(worksheet, sheet->kind);
}
