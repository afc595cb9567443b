#include "row.h"

#include "codes.h"
#include "fold.h"

#include <string.h>

/* How a cell speaks before any parser sees it. */
enum cell_word { CELL_BLANK, CELL_CLEAR, CELL_VALUE };

static enum cell_word cell_word(const char *cell, size_t length)
{
    if (*cell > ' ' && *cell < 0x7f) /* the usual case, decided at once */
        return CELL_VALUE;
    struct text start = TEXT_WITH_CEILING(16);
    local_fold(cell, length, 0, &start);
    enum cell_word word = CELL_VALUE;
    if (!start.overflowed && start.length == 0)
        word = CELL_BLANK;
    else if (!start.overflowed && strcmp(start.bytes, "清空") == 0)
        word = CELL_CLEAR;
    text_free(&start);
    return word;
}

struct reading {
    const struct local_headers *headers;
    struct local_problems *problems;
    struct local_row *row;
    size_t start[LOCAL_COLUMNS]; /* of the value in row->memory, counted from 1 */
    int64_t warnings;
};

static void add_error(
    struct reading *reading, const struct local_header *header, const char *reason, const char *expected)
{
    local_problem_add(reading->problems, reading->row->row, header->text, reason, expected);
    reading->row->errors++;
    if (header->column >= 0)
        reading->row->faulty[header->column] = true;
}

static void add_warning(
    struct reading *reading, const struct local_header *header, const char *reason, const char *expected)
{
    struct text whole = TEXT_WITH_CEILING(1200);
    text_append_format(&whole, "提醒（本行已接收）：%s", reason);
    local_problem_add(reading->problems, reading->row->row, header->text, text_string(&whole), expected);
    text_free(&whole);
    reading->warnings++;
}

static void read_withdrawal(struct reading *reading, const struct local_header *header, const char *cell)
{
    struct text folded = TEXT_WITH_CEILING(64);
    local_fold(cell, strlen(cell), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
    const char *word = local_code(yes_no_words, yes_no_word_count, text_string(&folded));
    if (string_equal(word, "yes") || string_equal(text_string(&folded), "作废"))
        reading->row->withdrawn = true;
    else if (word == NULL)
        add_error(reading, header, "无法判断是否作废", "作废填 是，不作废留空");
    text_free(&folded);
}

static void read_value(struct reading *reading, const struct local_header *header, const char *cell)
{
    const struct local_column *column = &reading->headers->kind->columns[header->column];
    struct text *memory = &reading->row->memory;
    struct failure why = {0};
    size_t start = memory->length;
    int r = column->parse(cell, memory, &why);
    if (r < 0) {
        add_error(reading, header, why.text, column->expected);
        return;
    }
    if (r > 0)
        add_warning(reading, header, why.text, column->expected);
    text_append_character(memory, '\0');
    reading->start[header->column] = start + 1;
}

static void read_cell(
    struct reading *reading, const struct local_header *header, const char *cell, size_t length)
{
    enum cell_word word = cell_word(cell, length);
    if (word == CELL_BLANK)
        return;
    reading->row->blank = false;
    if (strlen(cell) != length) {
        add_error(reading, header, "单元格中有看不见的空字符（NUL）", "去掉不可见字符后重填");
    } else if (header->column == HEADER_IGNORED) {
        if (string_is_blank(header->text))
            add_error(reading, header, "这一格没有表头", "给这一列加上列名，或清空这一格");
    } else if (header->column == HEADER_WITHDRAWS) {
        read_withdrawal(reading, header, cell);
    } else if (word == CELL_CLEAR) {
        const struct local_column *column = &reading->headers->kind->columns[header->column];
        if (column->is_key || column->required)
            add_error(reading, header, "必填项不能清空", column->expected);
        text_append_character(&reading->row->memory, '\0');
        reading->start[header->column] = reading->row->memory.length;
    } else {
        read_value(reading, header, cell);
    }
}

void local_row_read(const struct local_headers *headers, json_t *cells, int64_t number,
    struct local_problems *problems, struct local_row *row, int64_t *ret_warnings)
{
    static char nameless[] = "";
    const struct local_header whole_row = {.text = nameless, .column = HEADER_IGNORED};
    struct reading reading = {.headers = headers, .problems = problems, .row = row};
    text_clear(&row->memory);
    *row = (struct local_row){.row = number, .blank = true, .memory = row->memory};

    const char *name;
    json_t *cell;
    size_t place = 0;
    json_object_foreach(cells, name, cell)
    {
        const struct local_header *header = local_header(headers, name, place++);
        if (header != NULL && json_is_string(cell))
            read_cell(&reading, header, json_string_value(cell), json_string_length(cell));
        else
            add_error(&reading, &whole_row, "这一行的列与表头不一致", "每一格都要在有列名的列中");
    }
    if (row->memory.overflowed)
        add_error(&reading, &whole_row, "整行内容过长", "不超过 512 KB");
    for (size_t i = 0; i < LOCAL_COLUMNS; i++)
        row->value[i] = reading.start[i] > 0 ? text_string(&row->memory) + reading.start[i] - 1 : NULL;
    *ret_warnings = reading.warnings;
}

bool local_row_key(const struct local_row *row, const struct local_kind *kind, struct text *ret_key)
{
    text_clear(ret_key);
    for (size_t i = 0, keys = 0; i < kind->column_count; i++) {
        if (!kind->columns[i].is_key)
            continue;
        if (row->value[i] == NULL || row->value[i][0] == '\0')
            return false;
        if (keys++ > 0)
            text_append_character(ret_key, '|');
        text_append_string(ret_key, row->value[i]);
    }
    return true;
}
