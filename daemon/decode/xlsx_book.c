#include "xlsx_book.h"

#include "clean.h"
#include "relations.h"
#include "xml_part.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* Excel's names have 31 characters. */
#define NAME_BYTES 256

struct book_reading {
    struct xlsx_book *book;
    struct relations relations;
    size_t seen; /* sheets, the hidden ones too */
};

static int take_properties(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct book_reading *reading = part->context;
    reading->book->epoch_1904 = xml_value_is_true(xml_attribute(attributes, "date1904"));
    return 0;
}

/* Excel forgets this word when it saves; libraries that write formulas leave it to Excel to compute them. */
static int take_computing(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct book_reading *reading = part->context;
    reading->book->uncomputed = xml_value_is_true(xml_attribute(attributes, "fullCalcOnLoad"));
    return 0;
}

static char *name_of(struct xlsx_book *book, struct xml_value value)
{
    struct text name = TEXT_WITH_CEILING(3 * (NAME_BYTES + 1));
    if (value.length > NAME_BYTES)
        value.length = utf8_cut(value.bytes, NAME_BYTES);
    if (value.length > 0)
        clean_append(value.bytes, value.length, (struct clean_rules){0}, &name, &book->replaced);
    return text_take(&name);
}

static void add_sheet(struct xlsx_book *book, struct xml_value name, const char *part)
{
    MEMORY_GROW(book->sheets, book->sheet_count, book->sheet_capacity);
    book->sheets[book->sheet_count++] = (struct xlsx_place){name_of(book, name), memory_copy_string(part)};
}

/* Hidden sheets are left out: forms keep their lists there. So are those that hold a chart and no cells. */
static int take_sheet(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct book_reading *reading = part->context;
    struct xml_value state = xml_attribute(attributes, "state");
    char *id = xml_value_copy(xml_relation(attributes, "id"));
    const struct relation *relation = relations_by_id(&reading->relations, id);
    free(id);
    if (++reading->seen > LIMIT_WORKBOOK_SHEETS)
        return xml_part_fail(part, FAULT_SHEETS, LIMIT_WORKBOOK_SHEETS);
    if (relation == NULL)
        return xml_part_fail(part, FAULT_XML_ROOT, 0);
    bool visible = state.bytes == NULL || xml_value_is(state, "visible");
    if (visible && string_equal(relation->type, "worksheet"))
        add_sheet(reading->book, xml_attribute(attributes, "name"), relation->part);
    return 0;
}

enum { WORKBOOK, PROPERTIES, SHEETS, COMPUTING, SHEET };
static const struct xml_element elements[] = {
    [WORKBOOK] = {"workbook", -1, false, NULL, NULL},
    [PROPERTIES] = {"workbookPr", WORKBOOK, false, take_properties, NULL},
    [SHEETS] = {"sheets", WORKBOOK, false, NULL, NULL},
    [COMPUTING] = {"calcPr", WORKBOOK, false, take_computing, NULL},
    [SHEET] = {"sheet", SHEETS, false, take_sheet, NULL},
};
static const struct xml_plan plan = {XML_SPREADSHEET, elements, sizeof elements / sizeof elements[0]};

static int tell(
    const struct package *package, enum fault_kind kind, const char *name, struct failure *ret_failure)
{
    struct fault fault = {.kind = kind, .name = name};
    return fault_tell(&fault, package_language(package), ret_failure);
}

/* The workbook's own part: *ret_part is the caller's. */
static int find_workbook(struct package *package, char **ret_part, struct failure *ret_failure)
{
    static const char usual[] = "xl/workbook.xml";
    struct relations relations;
    int r = relations_read(package, "", &relations, ret_failure);
    const struct relation *relation = relations_by_type(&relations, "officeDocument");
    const char *part = relation != NULL ? relation->part : usual;
    if (r == 0 && string_ends(part, ".bin"))
        r = tell(package, FAULT_XLSB, part, ret_failure);
    else if (r == 0 && relation == NULL && package_has(package, "content.xml"))
        r = tell(package, FAULT_OPEN_DOCUMENT, part, ret_failure);
    else if (r == 0 &&
             (!package_has(package, part) || string_starts(part, "word/") || string_starts(part, "ppt/")))
        r = tell(package, FAULT_NO_WORKBOOK, part, ret_failure);
    *ret_part = r == 0 ? memory_copy_string(part) : NULL;
    relations_release(&relations);
    return r;
}

static char *part_of_type(const struct relations *relations, const char *type)
{
    const struct relation *relation = relations_by_type(relations, type);
    return relation != NULL ? memory_copy_string(relation->part) : NULL;
}

static int read_workbook(struct xlsx_book *book, const char *part, struct failure *ret_failure)
{
    struct book_reading reading = {.book = book};
    int r = relations_read(book->package, part, &reading.relations, ret_failure);
    if (r == 0)
        r = xml_part_read(book->package, part, &plan, &reading, ret_failure);
    if (r == 0 && book->sheet_count == 0)
        r = tell(book->package, FAULT_NO_SHEET, part, ret_failure);
    book->strings_part = part_of_type(&reading.relations, "sharedStrings");
    book->styles_part = part_of_type(&reading.relations, "styles");
    relations_release(&reading.relations);
    return r;
}

int xlsx_book_read(struct package *package, struct xlsx_book *ret_book, struct failure *ret_failure)
{
    char *part = NULL;
    *ret_book = (struct xlsx_book){.package = package};
    int r = find_workbook(package, &part, ret_failure);
    if (r == 0)
        r = read_workbook(ret_book, part, ret_failure);
    if (r == 0)
        r = xlsx_styles_read(ret_book, ret_failure);
    if (r == 0)
        r = xlsx_strings_read(ret_book, ret_failure);
    free(part);
    return r;
}

void xlsx_book_release(struct xlsx_book *book)
{
    for (size_t i = 0; i < book->sheet_count; i++) {
        free(book->sheets[i].name);
        free(book->sheets[i].part);
    }
    free(book->sheets);
    free(book->strings_part);
    free(book->styles_part);
    free(book->styles);
    text_free(&book->strings.texts);
    free(book->strings.ends);
    *book = (struct xlsx_book){0};
}
