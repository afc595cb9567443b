/* workbook.h - a form in the making (private to the room). */
#ifndef FORMS_WORKBOOK_H
#define FORMS_WORKBOOK_H

#include "m13/forms.h"

#include <stdbool.h>
#include <xlsxwriter.h>

struct form {
    lxw_workbook *workbook;
    lxw_worksheet *choices; /* hidden: lists that are too long for the cell; NULL until there is one */
    lxw_col_t choice_columns;
    lxw_format *header, *required, *reference;    /* of header cells */
    lxw_format *text, *number, *aside;            /* of whole columns */
    lxw_format *title, *word, *wrapped, *centred; /* of the guide */
};

/* What an officer's Excel calls it: 企业; the guide and the data sheet agree on it. */
#define FORM_WITHDRAWS "作废"

/* data_sheet.c: headers, formats, messages, lists, and the rows that are given. */
void form_data_sheet(struct form *form, lxw_worksheet *worksheet, const struct form_sheet *sheet);
/* Sums are made of these: numbers. All other columns are text, dates too: Excel would make 2026 a day of 1905
 * and 2026-03 the first of March. */
bool form_is_number(const struct local_column *column);

/* guide.c: 填写说明. */
void form_guide(struct form *form, const struct form_sheet *sheets, size_t sheet_count);

/* choices.c: offers the words of a closed column in these cells. `validation` has its messages set; cells of
 * columns that are free get the messages alone. */
void form_offer(struct form *form, lxw_worksheet *worksheet, lxw_col_t column,
    const struct local_choice *choices, size_t count, lxw_data_validation *validation);
/* The word that a form shows for a canonical code; the code itself where the column has no list. */
struct text form_word(const struct local_choice *choices, size_t count, const char *code);

/* width.c: columns of a fixed-width font, Han and kana two. */
size_t form_width(const char *string);

#endif
