/* workbook_reader.h - what stands in a workbook, by its parts: for looking at forms as Excel would. */
#ifndef TEST_WORKBOOK_READER_H
#define TEST_WORKBOOK_READER_H

#include <libxml/tree.h>

/* One part, e.g. "xl/workbook.xml", parsed; NULL when the workbook has none of that name. */
xmlDoc *workbook_part(const char *file, const char *part);
/* The string of an XPath expression ("m:" = SpreadsheetML); "" when it finds nothing. The caller frees. */
char *workbook_find(const char *file, const char *part, const char *xpath);
/* Text of a cell, e.g. "A1" of sheet 1; "" when it is blank. The caller frees. */
char *workbook_cell(const char *file, int sheet, const char *reference);
/* How many elements an expression finds. */
int workbook_count(const char *file, const char *part, const char *xpath);

#endif
