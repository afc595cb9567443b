/* header_words.h - what the text of one header cell may mean. */
#ifndef REGISTRY_HEADER_WORDS_H
#define REGISTRY_HEADER_WORDS_H

#include "m13/registry.h"

/* A header as it is compared: in full, and without hints in brackets, numbers in front, 必填 and the like. */
struct header_word {
    struct text whole, bare;
    char *unit; /* 万元 of 金额（万元）, 元 too; NULL = none. Goes with the word. */
};
#define HEADER_WORD_BYTES 600
void header_word_read(const char *text, struct header_word *ret_word);
/* 销售 over 日期 is 销售日期. */
void header_word_read_below(const char *above, const char *text, struct header_word *ret_word);
void header_word_free(struct header_word *word);

#define HEADER_UNKNOWN INT_MIN
/* Column of that kind, or of any table: HEADER_IGNORED, HEADER_WITHDRAWS (headers.h); or HEADER_UNKNOWN. */
int header_word_find(size_t kind, const struct header_word *word);

/* 联系电话 and the like: somebody's, and in no table but that of contacts. */
bool header_word_is_personal(const struct header_word *word);
/* 参考...: for the reader's eye only. */
bool header_word_is_reference(const struct header_word *word);
/* A title, a cell or the name of a sheet that says: this is all there is. Not one that explains the word. */
bool header_says_full_list(const char *text);
/* 单位：万元 above a table; `next` is the cell beside it, or NULL. The caller frees; NULL = it says nothing
 * of it. */
char *header_unit_of_note(const char *text, const char *next);
/* What the name of a sheet says: 填写说明 is for people whatever is in it; 产品目录 may be either. */
enum header_sheet { HEADER_SHEET_OF_DATA, HEADER_SHEET_UNCLEAR, HEADER_SHEET_OF_NOTES };
enum header_sheet header_sheet_of(const char *sheet);

#endif
