/* url_template.h - the address of the register's page for people, put together from a row. */
#ifndef M13_DECODE_URL_TEMPLATE_H
#define M13_DECODE_URL_TEMPLATE_H

#include "source_list.h"

#include "m13/record.h"
#include "m13/text.h"

#include <stddef.h>

struct url_part {
    const char *literal; /* `length` bytes, or NULL */
    size_t length;
    int field;     /* member of the record, or -1 */
    size_t source; /* when it is neither of the two */
};
struct url_template {
    struct url_part *parts;
    size_t count, capacity;
};

/* Parses `template`, which must outlive it; sources that it names are added to `sources`. */
void url_template_parse(const char *template, struct source_list *sources, struct url_template *ret_template);
/* Appends the address; nothing when every placeholder is empty. `texts` by source. */
void url_template_fill(const struct url_template *template, const struct record *record,
    const char *const *texts, struct text *out);
void url_template_release(struct url_template *template);

#endif
