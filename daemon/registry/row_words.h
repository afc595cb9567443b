/* row_words.h - what people write into, around and below the cells of a table. */
#ifndef REGISTRY_ROW_WORDS_H
#define REGISTRY_ROW_WORDS_H

#include "cells.h"
#include "headers.h"

#include <jansson.h>

bool row_is_date(const struct local_column *column);

/* How a cell speaks before any parser sees it. `column` NULL = one that holds no values. */
enum cell_word { CELL_BLANK, CELL_CLEAR, CELL_UNTOLD, CELL_VALUE };
enum cell_word row_cell_word(const struct local_column *column, const char *cell, size_t length);

#define ROW_WORD_BYTES (2 * CELL_CODE_BYTES)
/* The unit that the header names behind a bare number; `buffer` where that has to be written. */
const char *row_with_unit(const char *cell, const char *unit, char buffer[ROW_WORD_BYTES]);
/* Without what people put round a number so that a spreadsheet leaves it alone: '00123 and ="00123". */
const char *row_without_wrapping(const char *cell, char buffer[ROW_WORD_BYTES]);
/* 9.11101E+17: a CSV from a spreadsheet that took a long number for one to be shown short. */
bool row_is_ruined(const char *cell);

/* Rows that a stray quote has made one cell: a line of it has as many separators as the table. */
bool row_swallows_rows(const char *cell, size_t columns);
/* 合计 and 制表人：... below a table, without a key: no row of it. */
bool row_is_below_the_table(const struct local_headers *headers, json_t *cells);

#endif
