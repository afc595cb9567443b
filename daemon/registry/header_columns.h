/* header_columns.h - one row, or two, read as headers: a word or two for each column. */
#ifndef REGISTRY_HEADER_COLUMNS_H
#define REGISTRY_HEADER_COLUMNS_H

#include "header_words.h"

/* A row as people see it: cell texts, owned. */
struct header_row {
    char **cells;
    size_t count;
};
struct header_row header_row_copy(const char *const *cells, size_t count);
bool header_row_is_blank(const struct header_row *row);
void header_row_free(struct header_row *row);
bool header_is_blank(const char *cell);

/* What the header of a column may be; the first that is known counts. */
struct header_column {
    const char *text; /* the row's */
    struct header_word words[2];
    size_t word_count;
};
struct header_columns {
    struct header_column *items;
    size_t count;
};
struct header_columns header_columns_of_row(const struct header_row *row);
/* Two levels: 基本信息, merged over 所属区 and 地址, beside 企业名称, merged with the cell below it. */
struct header_columns header_columns_of_rows(const struct header_row *above, const struct header_row *row);
void header_columns_free(struct header_columns *columns);

/* As header_word_find(); *ret_word: the one that was known. */
int header_column_find(size_t kind, const struct header_column *column, const struct header_word **ret_word);

#endif
