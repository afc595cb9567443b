/* match_list.c - lists of names come out of spreadsheets: each row is asked as it stands, or told why not. */
#include "match_list.h"

#include "m13/country.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum list_column { LIST_NAME, LIST_COUNTRY, LIST_CITY, LIST_IDENTIFIER, LIST_COLUMNS };
static const char *const list_columns[LIST_COLUMNS] = {"name", "country", "city", "identifier"};

struct list {
    struct ctl *ctl;
    void (*each)(const struct listed_name *row, void *context);
    void *context;
    enum list_column columns[LIMIT_CSV_COLUMNS]; /* of the file, by position; LIST_COLUMNS = none of ours */
    size_t column_count;
    struct text cells[LIST_COLUMNS];
    size_t at;           /* cells of this row so far */
    int64_t row;         /* the header is row 1; empty ones do not count */
    bool is_over;        /* the file has ended: what still comes stands behind an open quotation mark */
    bool has_more;       /* cells than the header */
    bool has_problem;    /* some row */
    char problem[256];   /* of this row */
    const char *refusal; /* of the whole file */
};

/* --- the header -------------------------------------------------------------------------------------------
 */

static enum list_column column_of(const char *cell, size_t length)
{
    for (enum list_column i = 0; i < LIST_COLUMNS; i++)
        if (strlen(list_columns[i]) == length && strncasecmp(cell, list_columns[i], length) == 0)
            return i;
    return LIST_COLUMNS;
}

static void take_header_cell(struct list *list, const char *cell, size_t length)
{
    if (list->column_count == LIMIT_CSV_COLUMNS)
        return;
    if (list->column_count == 0 && length >= 3 && memcmp(cell, "\xef\xbb\xbf", 3) == 0) {
        cell += 3; /* the byte-order mark of Excel */
        length -= 3;
    }
    list->columns[list->column_count++] = column_of(cell, length);
}

static void check_header(struct list *list)
{
    size_t count[LIST_COLUMNS + 1] = {0};
    for (size_t i = 0; i < list->column_count; i++)
        count[list->columns[i]]++;
    for (size_t i = 0; i < LIST_COLUMNS; i++)
        if (count[i] > 1)
            list->refusal = SAY(list->ctl, "表头中有重复的列", "a column stands twice in the header");
    if (count[LIST_NAME] == 0)
        list->refusal = SAY(list->ctl, "表头缺少 name 列（须为 UTF-8 编码的 CSV 文件）",
            "the header has no column `name` (CSV in UTF-8 is expected)");
}

/* --- rows -------------------------------------------------------------------------------------------------
 */

static void on_list_cell(void *cell, size_t length, void *context)
{
    struct list *list = context;
    if (list->row == 0)
        take_header_cell(list, cell, length);
    else if (list->at >= list->column_count)
        list->has_more = list->has_more || length > 0;
    else if (list->columns[list->at] != LIST_COLUMNS)
        text_append(&list->cells[list->columns[list->at]], cell, length);
    list->at++;
}

static bool has_bad_bytes(const struct list *list)
{
    for (size_t i = 0; i < LIST_COLUMNS; i++) {
        const char *bytes = text_string(&list->cells[i]);
        size_t length = list->cells[i].length;
        if (memchr(bytes, '\0', length) != NULL || !utf8_is_valid(bytes, length))
            return true;
    }
    return false;
}

static bool has_endless_cell(const struct list *list)
{
    for (size_t i = 0; i < LIST_COLUMNS; i++)
        if (list->cells[i].overflowed)
            return true;
    return false;
}

/* A code in small letters, too. NULL when nobody knows it. */
static const char *country_code(const char *named)
{
    char capitals[4] = "";
    size_t length = strlen(named);
    if (string_is_blank(named))
        return "";
    for (size_t i = 0; length < sizeof capitals && i < length; i++)
        capitals[i] = (char)(named[i] >= 'a' && named[i] <= 'z' ? named[i] - 'a' + 'A' : named[i]);
    return country_find(length < sizeof capitals ? capitals : named);
}

/* Sets the problem of this row; the country's code, or "". */
static const char *check_row(struct list *list)
{
    const char *named = text_string(&list->cells[LIST_COUNTRY]), *code = "";
    list->problem[0] = '\0';
    if (list->has_more)
        snprintf(list->problem, sizeof list->problem, "%s",
            SAY(list->ctl, "单元格比表头多：含逗号的名称须加引号",
                "more cells than the header: a name with a comma stands in quotation marks"));
    else if (has_endless_cell(list))
        snprintf(list->problem, sizeof list->problem,
            SAY(list->ctl, "单元格超过 %d 字节", "a cell has more than %d bytes"), LIMIT_NAME_BYTES);
    else if (has_bad_bytes(list))
        snprintf(list->problem, sizeof list->problem, "%s",
            SAY(list->ctl, "不是 UTF-8 文字：请另存为“CSV UTF-8”",
                "no text in UTF-8: save the file as \"CSV UTF-8\""));
    else if ((code = country_code(named)) == NULL)
        snprintf(list->problem, sizeof list->problem,
            SAY(list->ctl, "国家无法识别：%.*s（如 CN）", "no country: %.*s (CN, for example)"),
            (int)utf8_cut(named, strnlen(named, 64)), named);
    return code == NULL ? "" : code;
}

static void take_row(struct list *list)
{
    struct listed_name row = {.country = check_row(list), .problem = list->problem};
    row.name = text_string(&list->cells[LIST_NAME]);
    row.city = text_string(&list->cells[LIST_CITY]);
    row.identifier = text_string(&list->cells[LIST_IDENTIFIER]);
    if (*row.problem != '\0') {
        list->has_problem = true;
        fprintf(stderr, SAY(list->ctl, "m13ctl: 第 %lld 行：%s\n", "m13ctl: row %lld: %s\n"),
            (long long)list->row, row.problem);
        if (!utf8_is_valid(row.name, strlen(row.name)))
            row.name = "";
    }
    list->each(&row, list->context);
}

static void on_list_row(int end, void *context)
{
    struct list *list = context;
    (void)end;
    if (list->is_over) {
        list->refusal =
            SAY(list->ctl, "文件末尾的引号没有配对", "a quotation mark is not closed at the end of the file");
        return;
    }
    list->row++;
    if (list->row == 1)
        check_header(list);
    else if (list->refusal == NULL)
        take_row(list);
    list->at = 0;
    list->has_more = false;
    for (size_t i = 0; i < LIST_COLUMNS; i++)
        text_clear(&list->cells[i]);
}

/* --- the file ---------------------------------------------------------------------------------------------
 */

static int end_list(const struct list *list)
{
    if (list->refusal != NULL)
        fprintf(stderr, "m13ctl: %s\n", list->refusal);
    return list->refusal != NULL ? EXIT_BAD_DATA : list->has_problem ? EXIT_SOME_FAILED : EXIT_FINE;
}

static int read_list(struct list *list, FILE *in)
{
    struct csv_parser parser;
    char buffer[64 * 1024];
    size_t length;
    csv_init(&parser, CSV_APPEND_NULL);
    errno = 0;
    while (list->refusal == NULL && (length = fread(buffer, 1, sizeof buffer, in)) > 0)
        if (csv_parse(&parser, buffer, length, on_list_cell, on_list_row, list) != length)
            list->refusal = csv_strerror(csv_error(&parser));
    if (ferror(in)) {
        fprintf(stderr, "m13ctl: %s\n", strerror(errno));
        csv_free(&parser);
        return EXIT_IO;
    }
    if (list->refusal == NULL) {
        csv_parse(&parser, "\n", 1, on_list_cell, on_list_row, list);
        list->is_over = true;
        csv_fini(&parser, on_list_cell, on_list_row, list);
    }
    csv_free(&parser);
    if (list->row == 0 && list->refusal == NULL)
        check_header(list);
    return end_list(list);
}

int match_list_read(
    struct ctl *ctl, FILE *in, void (*each)(const struct listed_name *row, void *context), void *context)
{
    struct list *list = memory_get_zeroed(1, sizeof *list);
    *list = (struct list){.ctl = ctl, .each = each, .context = context};
    for (size_t i = 0; i < LIST_COLUMNS; i++)
        list->cells[i] = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    int exit_code = read_list(list, in);
    for (size_t i = 0; i < LIST_COLUMNS; i++)
        text_free(&list->cells[i]);
    free(list);
    return exit_code;
}
