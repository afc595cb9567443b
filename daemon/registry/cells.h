/* cells.h - one parser for each kind of cell (m13/registry.h, struct local_column). */
#ifndef REGISTRY_CELLS_H
#define REGISTRY_CELLS_H

#include "m13/failure.h"
#include "m13/text.h"

/* One cell of free text. Excel itself allows 32,767 characters; the longest real list of models has 6 KB. */
#define CELL_TEXT_BYTES (16 * 1024)
/* One code: identifier, number, currency. */
#define CELL_CODE_BYTES 120

int local_cell_text(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_name(const char *cell, struct text *out, struct failure *ret_why); /* LIMIT_NAME_BYTES */
int local_cell_names(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_former_names(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_code(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_codes(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_numbers(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_number(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_uscc(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_date(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_yes_no(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_country(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_amount(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_currency(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_authority(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_district(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_status(const char *cell, struct text *out, struct failure *ret_why);
int local_cell_class(const char *cell, struct text *out, struct failure *ret_why);

/* “...”: a cell as a message quotes it, cut to a readable length. Uses a buffer of its own until the next
 * call. */
const char *local_cell_quoted(const char *cell);

#endif
