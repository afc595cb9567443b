/* tables.h - what came of a local table, and workbooks of the tests' own. */
#ifndef M13_TEST_TABLES_H
#define M13_TEST_TABLES_H

#include "reading.h"

#include <stdbool.h>
#include <stddef.h>

/* The rows, one a line: `4 ["a","b"]`, or `4 ` and the reason of a reject; a sheet with a name as `# NAME`,
 * and ` 1904` behind it. Frees the reading. */
void table_is(struct reading *reading, const char *expected);
/* Refused as a whole, in words that contain these. */
void table_is_refused(struct reading *reading, int code, const char *words);

/* A workbook; what is NULL is as usual, or is not there. */
struct table_workbook {
    const char *properties; /* before <sheets> */
    const char *behind;     /* behind <sheets> */
    const char *sheets[4];  /* what is in <sheetData> */
    const char *names[4];   /* 表1, 表2 ... */
    const char *states[4];  /* of each: hidden ... */
    const char *strings;    /* what is in <sst> */
    const char *formats;    /* what is in <numFmts> */
    const char *styles;     /* what is in <cellXfs> */
    bool strict;            /* the strict namespaces of the standard */
    bool absolute;          /* targets from the root of the package */
};
size_t table_workbook_bytes(const struct table_workbook *workbook, char **ret_bytes); /* the caller's */
struct reading *table_of_workbook(const struct table_workbook *workbook);
/* Of one sheet without anything else. */
struct reading *table_of_sheet(const char *rows);

/* An archive of any parts. */
struct table_part {
    const char *name, *bytes;
    size_t length; /* 0 = a string */
};
/* `options` of libarchive's ZIP writer, NULL = none; *ret_bytes is the caller's. */
size_t table_archive(const struct table_part *parts, size_t count, const char *options, char **ret_bytes);
struct reading *table_of_parts(const struct table_part *parts, size_t count, const char *options);
/* The parts of a plain workbook, to put something else in their places. */
enum { PART_RELATIONS, PART_WORKBOOK, PART_WORKBOOK_RELATIONS, PART_SHEET, PART_STRINGS, TABLE_PARTS };
void table_plain_parts(struct table_part parts[TABLE_PARTS]);

#define TABLE_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

#endif
