/* codes.h - what people write for a code, as tables. */
#ifndef REGISTRY_CODES_H
#define REGISTRY_CODES_H

#include <stddef.h>

struct code_word {
    const char *code;  /* canonical */
    const char *words; /* what is taken for it, parted by '|': width, case and blanks folded */
};

extern const struct code_word country_words[], currency_words[], yes_no_words[], firm_status_words[],
    device_class_words[], district_words[], authority_words[];
extern const size_t country_word_count, currency_word_count, yes_no_word_count, firm_status_word_count,
    device_class_word_count, district_word_count, authority_word_count;

/* The code that `folded` is a word of, or NULL. */
const char *local_code(const struct code_word *table, size_t count, const char *folded);

#endif
