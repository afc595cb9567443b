/* cell_parts.h - what the parsers of cells share. */
#ifndef REGISTRY_CELL_PARTS_H
#define REGISTRY_CELL_PARTS_H

#include "cells.h"
#include "fold.h"

#include <stddef.h>

#define AS_CODE (FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS)

/* A folded code on the stack: nothing is allocated for the short cells that most are. */
struct cell_code {
    char bytes[CELL_CODE_BYTES + 1];
    size_t length;
};
/* False when it does not fit. */
bool cell_code_read(const char *cell, size_t length, unsigned how, struct cell_code *ret_code);

/* Folds onto `out`; too long is the one fault that free text can have. */
int cell_put_folded(
    const char *cell, size_t length, unsigned how, size_t most, struct text *out, struct failure *ret_why);
/* Takes back what was appended since `out` had that length. */
void cell_take_back(struct text *out, size_t length);

/* Keys are joined by '|', so no part of one may hold it. */
int cell_put_without_bar(
    const char *cell, unsigned how, size_t most, struct text *out, struct failure *ret_why);

/* Each part of the cell through `parse`, joined by '|'; empty parts are left out. 1 when a part was taken
 * with a warning. */
typedef int cell_part_parser(const char *part, size_t length, struct text *out, struct failure *ret_why);
enum cell_repeats { CELL_REPEATS_LEFT_OUT, CELL_REPEATS_REFUSED };
int cell_put_parts(const char *cell, const char *const *separators, cell_part_parser *parse,
    enum cell_repeats repeats, struct text *out, struct failure *ret_why);
extern const char *const cell_name_separators[];   /* commas part nothing: "Co., Ltd." */
extern const char *const cell_number_separators[]; /* approval numbers may hold blanks */
extern const char *const cell_code_separators[];

#endif
