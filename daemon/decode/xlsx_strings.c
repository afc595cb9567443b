#include "xlsx_book.h"
#include "xlsx_value.h"
#include "xml_part.h"

#include "m13/limits.h"
#include "m13/memory.h"

static int begin_string(struct xml_part *part, const struct xml_attributes *attributes)
{
    (void)attributes;
    text_clear(&part->text);
    return 0;
}

static int end_string(struct xml_part *part)
{
    struct xlsx_book *book = part->context;
    struct xlsx_strings *strings = &book->strings;
    if (part->text.overflowed)
        return xml_part_fail(part, FAULT_LONG_TEXT, LIMIT_FIELD_BYTES);
    if (strings->count == LIMIT_WORKBOOK_STRINGS)
        return xml_part_fail(part, FAULT_STRINGS, LIMIT_WORKBOOK_STRINGS);
    xlsx_text(text_string(&part->text), part->text.length, &strings->texts, &book->replaced);
    if (strings->texts.overflowed)
        return xml_part_fail(part, FAULT_STRING_BYTES, LIMIT_WORKBOOK_STRING_BYTES / (1024 * 1024));
    MEMORY_GROW(strings->ends, strings->count, strings->capacity);
    strings->ends[strings->count++] = (uint32_t)strings->texts.length;
    return 0;
}

/* A text may be in runs of several fonts; how it is to be read aloud (rPh) is no part of it. */
enum { SST, SI, SI_T, SI_R, SI_R_T };
static const struct xml_element elements[] = {
    [SST] = {"sst", -1, false, NULL, NULL},
    [SI] = {"si", SST, false, begin_string, end_string},
    [SI_T] = {"t", SI, true, NULL, NULL},
    [SI_R] = {"r", SI, false, NULL, NULL},
    [SI_R_T] = {"t", SI_R, true, NULL, NULL},
};
static const struct xml_plan plan = {XML_SPREADSHEET, elements, sizeof elements / sizeof elements[0]};

int xlsx_strings_read(struct xlsx_book *book, struct failure *ret_failure)
{
    book->strings.texts = TEXT_WITH_CEILING(LIMIT_WORKBOOK_STRING_BYTES);
    if (book->strings_part == NULL)
        return 0;
    return xml_part_read(book->package, book->strings_part, &plan, book, ret_failure);
}
