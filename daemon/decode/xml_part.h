/* xml_part.h - a part of a workbook that is XML, walked as a stream along the elements that one wants.
 *
 * No document is built, nothing is fetched, no DTD is read (a DOCTYPE ends it). What nobody has asked for is
 * passed over with all that is in it; both namespaces of the standard (ECMA-376, transitional and strict) are
 * the same. */
#ifndef M13_DECODE_XML_PART_H
#define M13_DECODE_XML_PART_H

#include "package.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xml_part;

/* A value as it stands in the parser: not NUL-terminated, until the callback returns. */
struct xml_value {
    const char *bytes; /* NULL = there is none */
    size_t length;
};
struct xml_attributes;

/* An element that is wanted, where it is wanted. The list is in order of `parent`. Callbacks answer 0, or a
 * negative errno with the part's failure. */
struct xml_element {
    const char *name;
    int parent; /* place in the list, -1 = it is the root */
    bool text;  /* what stands in it is gathered in part->text */
    int (*begin)(struct xml_part *part, const struct xml_attributes *attributes); /* NULL = nothing to do */
    int (*end)(struct xml_part *part);
};

enum xml_vocabulary { XML_SPREADSHEET, XML_RELATIONSHIPS };

struct xml_plan {
    enum xml_vocabulary vocabulary;
    const struct xml_element *elements; /* the first is the root */
    size_t count;
};

struct xml_part {
    void *context;    /* the caller's */
    struct text text; /* of elements with `text`; cleared by whoever takes it */
    struct package *package;
    const char *name;
    struct failure *ret_failure;
    struct xml_inside *inside;
};

/* Once, before the sandbox closes. */
void xml_part_prepare(void);
/* All of the part `name`. 0, what a callback answered, or -EBADMSG or -EFBIG. */
int xml_part_read(struct package *package, const char *name, const struct xml_plan *plan, void *context,
    struct failure *ret_failure);
/* Of no namespace; `relation` = of that of relationships (r:id). */
struct xml_value xml_attribute(const struct xml_attributes *attributes, const char *name);
struct xml_value xml_relation(const struct xml_attributes *attributes, const char *name);
bool xml_value_is(struct xml_value value, const char *word);
bool xml_value_is_true(struct xml_value value); /* xsd:boolean */
/* Digits, at most `most`; -1 when it is none. */
int64_t xml_value_number(struct xml_value value, int64_t most);
char *xml_value_copy(struct xml_value value); /* the caller's; NULL when there is none */
int xml_part_fail(struct xml_part *part, enum fault_kind kind, int64_t number);

#endif
