/* date_forms.h - the forms of dates that are no mere pattern of digits. All return 0 or -EINVAL. */
#ifndef M13_CORE_DATE_FORMS_H
#define M13_CORE_DATE_FORMS_H

#include "m13/date.h"

struct date_parts {
    int year, month, day; /* 0 = not given */
};

int date_parse_era(const char *string, struct date *ret_date);    /* date_era.c: DATE_FORM_JA */
int date_parse_month(const char *string, struct date *ret_date);  /* date_month.c: DATE_FORM_MONTH */
int date_parse_serial(const char *string, struct date *ret_date); /* date_number.c: DATE_FORM_EXCEL */
int date_parse_ulid(const char *string, struct date *ret_date);   /* date_number.c: DATE_FORM_ULID */

/* The interval that the parts leave open; -EINVAL when there is no such day, or not from 1800 to 2200. */
int date_of_parts(struct date_parts parts, struct date *ret_date);
/* Reads between `least` and `most` digits; returns how many, 0 when there are too few. */
int date_read_digits(const char *string, int least, int most, int *ret_number);
/* Behind hh:mm, hh:mm:ss or hh:mm:ss.fff; NULL when there is none. */
const char *date_skip_time(const char *string);

#endif
