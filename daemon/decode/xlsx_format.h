/* xlsx_format.h - what a number format makes of a number: a date, a time, a share, or nothing.
 *
 * In a workbook a date is a number like any other; only the format of its cell tells (ECMA-376 part 1,
 * 18.8.30). */
#ifndef M13_DECODE_XLSX_FORMAT_H
#define M13_DECODE_XLSX_FORMAT_H

#include <stdint.h>

enum xlsx_format {
    XLSX_FORMAT_NUMBER,
    XLSX_FORMAT_PERCENT,
    XLSX_FORMAT_YEAR,  /* shows no month and no day */
    XLSX_FORMAT_MONTH, /* shows no day */
    XLSX_FORMAT_DATE,
    XLSX_FORMAT_TIME, /* of a day */
    XLSX_FORMAT_DATE_TIME,
};

/* A code that the workbook brings: yyyy"年"m"月"d"日";@ */
enum xlsx_format xlsx_format_of_code(const char *code);
/* One that it only names by its number: Excel's own, with those of its Chinese edition. */
enum xlsx_format xlsx_format_of_id(int64_t id);

#endif
