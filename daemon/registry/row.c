#include "row.h"

#include "codes.h"
#include "fold.h"
#include "row_words.h"

#include <ctype.h>
#include <string.h>

struct reading {
    const struct local_headers *headers;
    struct local_problems *problems;
    struct local_row *row;
    bool epoch_1904;
    size_t start[LOCAL_COLUMNS]; /* of the value in row->memory, counted from 1 */
    int64_t warnings;
};

static const struct local_column *column_of(const struct reading *reading, const struct local_header *header)
{
    return header->column >= 0 ? &reading->headers->kind->columns[header->column] : NULL;
}

/* --- faults ----------------------------------------------------------------------------------------------
 */

static void add_error(
    struct reading *reading, const struct local_header *header, const char *reason, const char *expected)
{
    local_problem_add(reading->problems, reading->row->row, header->text, reason, expected);
    reading->row->errors++;
    if (header->column >= 0)
        reading->row->faulty[header->column] = true;
}

/* What the parser says, unless it would quote somebody's personal data. */
static const char *said(const struct reading *reading, const struct failure *why)
{
    return reading->headers->kind->personal ? "内容不合要求（联系信息不在此显示）" : why->text;
}

/* --- one cell --------------------------------------------------------------------------------------------
 */

/* Names and codes stand in one line; where there are more, a quote may be missing in the file. */
static bool is_one_line(const struct local_column *column)
{
    static local_cell_parser *const parsers[] = {
        local_cell_name, local_cell_key_name, local_cell_code, local_cell_product, local_cell_number};
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++)
        if (column != NULL && column->parse == parsers[i])
            return true;
    return false;
}

static void read_withdrawal(struct reading *reading, const struct local_header *header, const char *cell)
{
    struct text folded = TEXT_WITH_CEILING(64);
    local_fold(cell, strlen(cell), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
    const char *word = local_code(yes_no_choices, text_string(&folded), folded.length);
    static const char *const said_so[] = {"作废", "已作废", "删除", "已删除", "撤销", "已撤销"};
    bool withdrawn = string_equal(word, "yes");
    for (size_t i = 0; i < sizeof said_so / sizeof said_so[0]; i++)
        withdrawn = withdrawn || string_equal(text_string(&folded), said_so[i]);
    if (withdrawn)
        reading->row->withdrawn = true;
    else if (word == NULL)
        add_error(reading, header, "无法判断是否作废", "作废填 是，不作废留空");
    text_free(&folded);
}

static void read_value(struct reading *reading, const struct local_header *header, const char *cell)
{
    const struct local_column *column = column_of(reading, header);
    struct text *memory = &reading->row->memory;
    char buffer[ROW_WORD_BYTES], unwrapped[ROW_WORD_BYTES];
    if (column->digits && row_is_ruined(cell)) {
        add_error(reading, header, "已被表格软件改成科学计数，原数已失真", column->expected);
        return;
    }
    if (column->digits)
        cell = row_without_wrapping(cell, unwrapped);
    if (string_is_blank(cell))
        return; /* an apostrophe alone */
    const char *value = row_with_unit(cell, header->unit, buffer);
    local_cell_parser *parse =
        row_is_date(column) && reading->epoch_1904 ? local_cell_date_1904 : column->parse;
    struct failure why; /* filled when there is something to say: a kilobyte, sixteen times a row */
    size_t start = memory->length;
    int r = parse(value, memory, &why);
    if (r < 0) {
        add_error(reading, header, said(reading, &why), column->expected);
        return;
    }
    if (r == 0 && strchr(cell, '\n') != NULL && is_one_line(column)) {
        fail(&why, 0, "这一格里有换行，已并成一行，请核对");
        r = 1;
    }
    if (r > 0) {
        local_problem_warn(
            reading->problems, reading->row->row, header->text, said(reading, &why), column->expected);
        reading->warnings++;
    }
    if (memory->length == start)
        return; /* nothing that can be seen */
    if (column->parse == local_cell_amount)
        reading->row->currencies[header->column] = local_amount_currencies(value);
    text_append_character(memory, '\0');
    reading->start[header->column] = start + 1;
}

static void clear_value(struct reading *reading, const struct local_header *header)
{
    const struct local_column *column = column_of(reading, header);
    if (column->is_key || column->required)
        add_error(reading, header, "必填项不能清空", column->expected);
    text_append_character(&reading->row->memory, '\0');
    reading->start[header->column] = reading->row->memory.length;
}

static void read_cell(
    struct reading *reading, const struct local_header *header, const char *cell, size_t length)
{
    enum cell_word word = row_cell_word(column_of(reading, header), cell, length);
    if (word == CELL_BLANK)
        return;
    reading->row->blank = false;
    if (strlen(cell) != length)
        add_error(reading, header, "单元格中有看不见的空字符（NUL）", "去掉不可见字符后重填");
    else if (reading->headers->count >= (is_one_line(column_of(reading, header)) ? 3 : 6) &&
             row_swallows_rows(cell, reading->headers->count))
        add_error(
            reading, header, "这一格里有好几行数据，像是漏了引号或多了引号", "检查这一行前后的引号后重报");
    else if (header->column >= 0 && strstr(cell, "\xef\xbf\xbd") != NULL)
        add_error(
            reading, header, "有无法辨认的字符（\xef\xbf\xbd）", "文件存成 UTF-8 或 XLSX，照原件重填这一格");
    else if (header->column == HEADER_WITHDRAWS)
        read_withdrawal(reading, header, cell);
    else if (header->column == HEADER_IGNORED && string_is_blank(header->text))
        add_error(reading, header, "这一格没有表头", "给这一列加上列名，或清空这一格");
    else if (header->column >= 0 && word == CELL_UNTOLD)
        reading->row->untold[header->column] = true;
    else if (header->column >= 0 && word == CELL_CLEAR)
        clear_value(reading, header);
    else if (header->column >= 0)
        read_value(reading, header, cell);
}

/* What the decoder could not trust (m13/decoder.h). */
static void read_untrusted(struct reading *reading, const struct local_header *header, const json_t *cell)
{
    reading->row->blank = false;
    if (header->column == HEADER_IGNORED && !string_is_blank(header->text))
        return;
    const char *error = json_string_value(json_object_get(cell, "error"));
    char reason[200] = "数字超过 15 位，Excel 已把后面的数字改掉";
    if (error != NULL)
        snprintf(reason, sizeof reason, *error != '\0' ? "单元格的内容不可用：%.60s" : "公式没有结果", error);
    add_error(reading, header, reason,
        error != NULL ? "把公式的结果作为值粘贴，或直接填写"
                      : "先把这一列的单元格格式设为“文本”，再照原件重新填写");
}

/* --- a row -----------------------------------------------------------------------------------------------
 */

static const struct local_header *header_at(const struct local_headers *headers, size_t i)
{
    static char nameless[] = "";
    static const struct local_header none = {.text = nameless, .column = HEADER_IGNORED};
    return i < headers->count ? &headers->items[i] : &none;
}

/* A row of our own list of makers that still waits for somebody who knows the firm. */
static bool is_unclaimed(const struct local_headers *headers, json_t *cells)
{
    if (!headers->reference || headers->kind->key_instead[0] == NULL)
        return false;
    for (size_t i = 0; i < headers->count; i++) {
        int column = headers->items[i].column;
        if (column < 0 || !headers->kind->columns[column].is_key)
            continue;
        json_t *cell = json_array_get(cells, i);
        if (cell != NULL &&
            (!json_is_string(cell) || row_cell_word(&headers->kind->columns[column], json_string_value(cell),
                                          json_string_length(cell)) == CELL_VALUE))
            return false;
    }
    return true;
}

/* 21 digits are a declaration number and its item. */
static void split_declaration(struct reading *reading, int declaration, int item)
{
    struct local_row *row = reading->row;
    const char *written =
        row->value[declaration] == NULL ? NULL : local_declaration_item(row->value[declaration]);
    if (written == NULL || row->memory.overflowed)
        return;
    const char *number = *written == '0' ? written + 1 : written;
    row->memory.bytes[reading->start[declaration] - 1 + 18] = '\0';
    if (row->value[item] != NULL && strcmp(row->value[item], number) != 0)
        local_problem_add(reading->problems, row->row, local_header_of(reading->headers, item),
            "与 21 位报关单号末两位的项号不一致", "两处填同一个项号，或报关单号只填前 18 位");
    row->errors += row->value[item] != NULL && strcmp(row->value[item], number) != 0;
    row->value[item] = number;
}

static void split_declarations(struct reading *reading)
{
    const struct local_kind *kind = reading->headers->kind;
    int declaration = -1, item = -1;
    for (size_t i = 0; i < kind->column_count; i++) {
        if (kind->columns[i].parse == local_cell_declaration)
            declaration = (int)i;
        if (kind->columns[i].parse == local_cell_item_number)
            item = (int)i;
    }
    if (declaration >= 0 && item >= 0)
        split_declaration(reading, declaration, item);
}

void local_row_read(const struct local_headers *headers, json_t *cells, int64_t number, bool epoch_1904,
    struct local_problems *problems, struct local_row *row, int64_t *ret_warnings)
{
    struct reading reading = {.headers = headers, .problems = problems, .row = row, .epoch_1904 = epoch_1904};
    text_clear(&row->memory);
    *row = (struct local_row){.row = number, .blank = true, .memory = row->memory};
    *ret_warnings = 0;
    if (is_unclaimed(headers, cells) || row_is_below_the_table(headers, cells))
        return;

    for (size_t i = 0; i < json_array_size(cells); i++) {
        const json_t *cell = json_array_get(cells, i);
        if (json_is_string(cell))
            read_cell(&reading, header_at(headers, i), json_string_value(cell), json_string_length(cell));
        else
            read_untrusted(&reading, header_at(headers, i), cell);
    }
    if (row->memory.overflowed)
        add_error(&reading, header_at(headers, headers->count), "整行内容过长", "不超过 512 KB");
    for (size_t i = 0; i < LOCAL_COLUMNS; i++)
        row->value[i] = reading.start[i] > 0 ? text_string(&row->memory) + reading.start[i] - 1 : NULL;
    split_declarations(&reading);
    *ret_warnings = reading.warnings;
}

/* SRN:CN-MF-000012345, of several the first. */
static void put_key_instead(const char *key, const char *value, struct text *ret_key)
{
    for (; *key != '\0'; key++)
        text_append_character(ret_key, (char)toupper((unsigned char)*key));
    text_append_character(ret_key, ':');
    text_append(ret_key, value, strcspn(value, "|"));
}

static bool key_instead(const struct local_row *row, const struct local_kind *kind, struct text *ret_key)
{
    for (size_t n = 0; n < 2 && kind->key_instead[n] != NULL; n++) {
        int column = local_column_index(kind, kind->key_instead[n]);
        const char *value = column < 0 ? NULL : row->value[column];
        if (value != NULL && *value != '\0') {
            put_key_instead(kind->key_instead[n], value, ret_key);
            return true;
        }
    }
    return false;
}

bool local_row_key(const struct local_row *row, const struct local_kind *kind, struct text *ret_key)
{
    text_clear(ret_key);
    for (size_t i = 0, keys = 0; i < kind->column_count; i++) {
        if (!kind->columns[i].is_key)
            continue;
        if (row->value[i] == NULL || row->value[i][0] == '\0') {
            text_clear(ret_key);
            /* A USCC that is wrong makes no candidate of a firm. */
            return !row->faulty[i] && key_instead(row, kind, ret_key);
        }
        if (keys++ > 0)
            text_append_character(ret_key, '|');
        text_append_string(ret_key, row->value[i]);
    }
    return true;
}
