#include "xlsx_sheet.h"

#include "xml_part.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A cell that is kept until its row ends. */
struct kept_cell {
    bool filled;
    enum xlsx_cell_kind kind;
    const char *shared; /* one of the book's texts; NULL = it stands in the row's own */
    size_t start, length;
};

struct sheet_reading {
    struct xlsx_book *book;
    const struct xlsx_place *place;
    const struct xlsx_reading *reading;
    int64_t row;     /* of the last row that began */
    bool row_counts; /* the row has a number of its own, so that its cells must agree */
    size_t column;   /* behind the last cell */
    /* The cell that is being read. */
    const struct cell_type *type;
    size_t style;
    bool has_formula, has_value;
    /* The row that is being read. */
    struct kept_cell cells[LIMIT_CSV_COLUMNS];
    struct xlsx_cell views[LIMIT_CSV_COLUMNS];
    size_t count, touched; /* up to the last cell that is not blank; that is there at all */
    bool too_wide;
    struct text text;
    bool enough; /* nobody wants the rest */
};

static int fail_at(struct xml_part *part, enum fault_kind kind, int64_t row)
{
    const struct sheet_reading *sheet = part->context;
    struct fault fault = {.kind = kind, .name = sheet->place->name, .row = row, .number = LIMIT_FIELD_BYTES};
    return fault_tell(&fault, sheet->reading->language, part->ret_failure);
}

/* --- what a cell holds, by its type ----------------------------------------------------------------------
 * Each appends to the row's text; the value stands in part->text.
 */

static enum xlsx_cell_kind take_number(struct sheet_reading *sheet, const char *value, size_t length)
{
    enum xlsx_format format =
        sheet->style < sheet->book->style_count ? sheet->book->styles[sheet->style] : XLSX_FORMAT_NUMBER;
    return xlsx_number(value, length, format, sheet->book->epoch_1904, &sheet->text);
}

static enum xlsx_cell_kind take_text(struct sheet_reading *sheet, const char *value, size_t length)
{
    xlsx_text(value, length, &sheet->text, &sheet->book->replaced);
    return XLSX_TEXT;
}

static enum xlsx_cell_kind take_error(struct sheet_reading *sheet, const char *value, size_t length)
{
    xlsx_text(value, length, &sheet->text, &sheet->book->replaced);
    return XLSX_ERROR;
}

/* Some libraries write the failure of a formula as its text. */
static enum xlsx_cell_kind take_formula_text(struct sheet_reading *sheet, const char *value, size_t length)
{
    static const char *const failures[] = {
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"};
    struct xml_value text = {value, length};
    for (size_t i = 0; i < sizeof failures / sizeof failures[0] && sheet->has_formula; i++)
        if (xml_value_is(text, failures[i]))
            return take_error(sheet, value, length);
    return take_text(sheet, value, length);
}

static enum xlsx_cell_kind take_boolean(struct sheet_reading *sheet, const char *value, size_t length)
{
    struct xml_value boolean = {value, length};
    text_append_string(&sheet->text, xml_value_is_true(boolean) ? "TRUE" : "FALSE");
    return XLSX_TEXT;
}

static enum xlsx_cell_kind take_date(struct sheet_reading *sheet, const char *value, size_t length)
{
    xlsx_iso_date(value, length, &sheet->text);
    return XLSX_TEXT;
}

/* `take` NULL: the value is the place of one of the book's texts. */
static const struct cell_type {
    const char *name;
    bool text; /* "" is a value */
    enum xlsx_cell_kind (*take)(struct sheet_reading *sheet, const char *value, size_t length);
} types[] = {
    {"n", false, take_number}, /* the default */
    {"s", false, NULL},
    {"str", true, take_formula_text},
    {"inlineStr", true, take_text},
    {"b", false, take_boolean},
    {"e", false, take_error},
    {"d", false, take_date},
};

static const struct cell_type *type_of(struct xml_value name)
{
    if (name.bytes == NULL)
        return &types[0];
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (xml_value_is(name, types[i].name))
            return &types[i];
    return NULL;
}

/* --- where a cell stands ---------------------------------------------------------------------------------
 */

/* B7: *ret_column from 0, *ret_row; false when it is no such place. */
static bool read_place(struct xml_value place, size_t *ret_column, int64_t *ret_row)
{
    size_t column = 0, letters = 0;
    while (
        letters < place.length && letters < 4 && place.bytes[letters] >= 'A' && place.bytes[letters] <= 'Z')
        column = column * 26 + (size_t)(place.bytes[letters++] - 'A' + 1);
    struct xml_value digits = {place.bytes + letters, place.length - letters};
    *ret_row = xml_value_number(digits, LIMIT_SHEET_ROWS);
    *ret_column = column - 1;
    return column >= 1 && column <= LIMIT_SHEET_COLUMNS && *ret_row > 0;
}

static int begin_row(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct sheet_reading *sheet = part->context;
    struct xml_value given = xml_attribute(attributes, "r");
    int64_t number = given.bytes != NULL ? xml_value_number(given, LIMIT_SHEET_ROWS) : sheet->row + 1;
    if (number <= sheet->row || number > LIMIT_SHEET_ROWS)
        return fail_at(part, FAULT_ROW_PLACE, number > 0 ? number : sheet->row + 1);
    sheet->row = number;
    sheet->row_counts = given.bytes != NULL;
    sheet->column = 0;
    return 0;
}

/* Writers may leave the place out: then it is behind the cell before. */
static int place_cell(struct xml_part *part, struct xml_value given)
{
    struct sheet_reading *sheet = part->context;
    size_t column = sheet->column;
    int64_t row = sheet->row;
    if (given.bytes != NULL && !read_place(given, &column, &row))
        return fail_at(part, FAULT_CELL_PLACE, sheet->row);
    if (row < sheet->row || (row > sheet->row && (sheet->row_counts || sheet->touched > 0)))
        return fail_at(part, FAULT_CELL_PLACE, sheet->row);
    bool doubled = column < LIMIT_CSV_COLUMNS && column < sheet->touched && sheet->cells[column].filled;
    if (doubled || column >= LIMIT_SHEET_COLUMNS)
        return fail_at(part, FAULT_CELL_PLACE, sheet->row);
    sheet->row = row;
    sheet->column = column + 1;
    return 0;
}

static int begin_cell(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct sheet_reading *sheet = part->context;
    int64_t style = xml_value_number(xml_attribute(attributes, "s"), LIMIT_WORKBOOK_STYLES);
    sheet->style = style >= 0 ? (size_t)style : 0;
    sheet->has_formula = sheet->has_value = false;
    sheet->type = type_of(xml_attribute(attributes, "t"));
    text_clear(&part->text);
    if (sheet->type == NULL)
        return fail_at(part, FAULT_CELL_TYPE, sheet->row);
    return place_cell(part, xml_attribute(attributes, "r"));
}

static int note_formula(struct xml_part *part, const struct xml_attributes *attributes)
{
    (void)attributes;
    ((struct sheet_reading *)part->context)->has_formula = true;
    return 0;
}

static int note_value(struct xml_part *part, const struct xml_attributes *attributes)
{
    (void)attributes;
    ((struct sheet_reading *)part->context)->has_value = true;
    return 0;
}

/* --- the end of a cell and of a row ----------------------------------------------------------------------
 */

static void keep_cell(struct sheet_reading *sheet, const struct kept_cell *cell)
{
    size_t column = sheet->column - 1;
    bool blank = cell->length == 0 && cell->kind == XLSX_TEXT;
    if (column >= LIMIT_CSV_COLUMNS) {
        sheet->too_wide = sheet->too_wide || !blank;
        return;
    }
    while (sheet->touched <= column)
        sheet->cells[sheet->touched++] = (struct kept_cell){0};
    sheet->cells[column] = *cell;
    if (!blank && column >= sheet->count)
        sheet->count = column + 1;
}

static bool find_shared(const struct xlsx_strings *strings, struct xml_value place, struct kept_cell *cell)
{
    int64_t index = xml_value_number(place, LIMIT_WORKBOOK_STRINGS);
    if (index < 0 || (size_t)index >= strings->count)
        return false;
    uint32_t start = index > 0 ? strings->ends[index - 1] : 0;
    cell->shared = text_string(&strings->texts) + start;
    cell->length = strings->ends[index] - start;
    return true;
}

/* A formula that nobody has computed: it has no value, or the 0 of a library that computes nothing. */
static bool lacks_value(const struct sheet_reading *sheet, struct xml_value value)
{
    if (!sheet->has_formula)
        return false;
    if (!sheet->has_value || (value.length == 0 && !sheet->type->text))
        return true;
    return sheet->book->uncomputed && (value.length == 0 || xml_value_is(value, "0"));
}

/* Blanks round a number mean nothing. */
static struct xml_value trimmed(const struct text *text)
{
    struct xml_value value = {text_string(text), text->length};
    while (value.length > 0 && (unsigned char)value.bytes[value.length - 1] <= ' ')
        value.length--;
    while (value.length > 0 && (unsigned char)*value.bytes <= ' ') {
        value.bytes++;
        value.length--;
    }
    return value;
}

static int end_cell(struct xml_part *part)
{
    struct sheet_reading *sheet = part->context;
    struct kept_cell cell = {.filled = true, .kind = XLSX_TEXT, .start = sheet->text.length};
    struct xml_value value = trimmed(&part->text);
    if (part->text.overflowed)
        return fail_at(part, FAULT_LONG_TEXT, sheet->row);
    if (lacks_value(sheet, value)) {
        cell.kind = XLSX_NO_VALUE;
    } else if (value.length > 0 && sheet->type->take != NULL) {
        cell.kind = sheet->type->take(sheet, value.bytes, value.length);
        cell.length = sheet->text.length - cell.start;
    } else if (value.length > 0 && !find_shared(&sheet->book->strings, value, &cell)) {
        return fail_at(part, FAULT_CELL_STRING, sheet->row);
    }
    keep_cell(sheet, &cell);
    return 0;
}

static int end_row(struct xml_part *part)
{
    struct sheet_reading *sheet = part->context;
    struct xlsx_row row = {.number = sheet->row,
        .cells = sheet->views,
        .count = sheet->count,
        .too_wide = sheet->too_wide,
        .too_large = sheet->text.overflowed};
    const char *own = text_string(&sheet->text);
    for (size_t i = 0; i < sheet->count; i++) {
        const struct kept_cell *cell = &sheet->cells[i];
        const char *bytes = cell->shared != NULL ? cell->shared : own + cell->start;
        sheet->views[i] = (struct xlsx_cell){cell->kind, bytes, cell->length};
    }
    int r = row.count > 0 || row.too_wide || row.too_large
                ? sheet->reading->row(&row, sheet->reading->context, part->ret_failure)
                : 0;
    sheet->count = sheet->touched = 0;
    sheet->too_wide = false;
    text_clear(&sheet->text);
    sheet->enough = r == XLSX_ENOUGH;
    return sheet->enough ? -ECANCELED : r; /* the way to stop a parser */
}

enum { WORKSHEET, SHEET_DATA, ROW, CELL, FORMULA, VALUE, INLINE, INLINE_TEXT, RUN, RUN_TEXT };
static const struct xml_element elements[] = {
    [WORKSHEET] = {"worksheet", -1, false, NULL, NULL},
    [SHEET_DATA] = {"sheetData", WORKSHEET, false, NULL, NULL},
    [ROW] = {"row", SHEET_DATA, false, begin_row, end_row},
    [CELL] = {"c", ROW, false, begin_cell, end_cell},
    [FORMULA] = {"f", CELL, false, note_formula, NULL},
    [VALUE] = {"v", CELL, true, note_value, NULL},
    [INLINE] = {"is", CELL, false, note_value, NULL},
    [INLINE_TEXT] = {"t", INLINE, true, NULL, NULL},
    [RUN] = {"r", INLINE, false, NULL, NULL},
    [RUN_TEXT] = {"t", RUN, true, NULL, NULL},
};
static const struct xml_plan plan = {XML_SPREADSHEET, elements, sizeof elements / sizeof elements[0]};

int xlsx_sheet_read(struct xlsx_book *book, const struct xlsx_place *place,
    const struct xlsx_reading *reading, struct failure *ret_failure)
{
    struct sheet_reading *sheet = memory_get_zeroed(1, sizeof *sheet);
    sheet->book = book;
    sheet->place = place;
    sheet->reading = reading;
    sheet->text = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    int r = xml_part_read(book->package, place->part, &plan, sheet, ret_failure);
    if (sheet->enough)
        r = 0;
    text_free(&sheet->text);
    free(sheet);
    return r;
}
