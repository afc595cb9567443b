#include "xlsx_book.h"
#include "xml_part.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

struct custom_format {
    int64_t id;
    enum xlsx_format format;
};
struct styles_reading {
    struct xlsx_book *book;
    struct custom_format *customs;
    size_t count, capacity;
};

static int take_code(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct styles_reading *reading = part->context;
    char *code = xml_value_copy(xml_attribute(attributes, "formatCode"));
    int64_t id = xml_value_number(xml_attribute(attributes, "numFmtId"), INT32_MAX);
    if (reading->count == LIMIT_WORKBOOK_STYLES) {
        free(code);
        return xml_part_fail(part, FAULT_STYLES, LIMIT_WORKBOOK_STYLES);
    }
    if (code != NULL && id >= 0) {
        MEMORY_GROW(reading->customs, reading->count, reading->capacity);
        reading->customs[reading->count++] = (struct custom_format){id, xlsx_format_of_code(code)};
    }
    free(code);
    return 0;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t first = ((const struct custom_format *)a)->id, second = ((const struct custom_format *)b)->id;
    return (first > second) - (first < second);
}

static int sort_codes(struct xml_part *part)
{
    struct styles_reading *reading = part->context;
    if (reading->count > 0)
        qsort(reading->customs, reading->count, sizeof *reading->customs, compare_ids);
    return 0;
}

/* What the workbook says of a number goes before what Excel means by it. */
static enum xlsx_format format_of(const struct styles_reading *reading, int64_t id)
{
    struct custom_format wanted = {.id = id};
    const struct custom_format *found =
        reading->count > 0
            ? bsearch(&wanted, reading->customs, reading->count, sizeof *reading->customs, compare_ids)
            : NULL;
    return found != NULL ? found->format : xlsx_format_of_id(id);
}

static int take_style(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct styles_reading *reading = part->context;
    struct xlsx_book *book = reading->book;
    if (book->style_count == LIMIT_WORKBOOK_STYLES)
        return xml_part_fail(part, FAULT_STYLES, LIMIT_WORKBOOK_STYLES);
    MEMORY_GROW(book->styles, book->style_count, book->style_capacity);
    book->styles[book->style_count++] =
        format_of(reading, xml_value_number(xml_attribute(attributes, "numFmtId"), INT32_MAX));
    return 0;
}

enum { STYLE_SHEET, NUM_FMTS, CELL_XFS, NUM_FMT, XF };
static const struct xml_element elements[] = {
    [STYLE_SHEET] = {"styleSheet", -1, false, NULL, NULL},
    [NUM_FMTS] = {"numFmts", STYLE_SHEET, false, NULL, sort_codes},
    [CELL_XFS] = {"cellXfs", STYLE_SHEET, false, NULL, NULL},
    [NUM_FMT] = {"numFmt", NUM_FMTS, false, take_code, NULL},
    [XF] = {"xf", CELL_XFS, false, take_style, NULL},
};
static const struct xml_plan plan = {XML_SPREADSHEET, elements, sizeof elements / sizeof elements[0]};

int xlsx_styles_read(struct xlsx_book *book, struct failure *ret_failure)
{
    struct styles_reading reading = {.book = book};
    if (book->styles_part == NULL)
        return 0;
    int r = xml_part_read(book->package, book->styles_part, &plan, &reading, ret_failure);
    free(reading.customs);
    return r;
}
