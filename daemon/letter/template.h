/* template.h - the language of the templates: text with {{names}}, filled in from JSON (private to the room).
 *
 * A small, strict part of Mustache, which no C library in Debian 12 brings: {{name}}, {{a.b}}, {{.}},
 * {{#section}} ... {{/section}} for each of a list or once for anything that is there, {{^name}} ...
 * {{/name}} where it is not, {{! remark}}, {{>part}}. Not there are also false, 0, "" and empty lists. A tag
 * of a section, part or remark alone on its line takes the line with it. Every name must be known: a misspelt
 * one would print nothing, and nobody would see it. */
#ifndef M13_LETTER_TEMPLATE_H
#define M13_LETTER_TEMPLATE_H

#include "m13/failure.h"
#include "m13/text.h"

#include <jansson.h>
#include <stdbool.h>

/* What a value becomes. Control characters, line ends and those that turn the direction of writing go in each
 * of them. */
enum template_kind {
    TEMPLATE_PLAIN, /* itself */
    TEMPLATE_WORDS, /* itself between VALUE_BEGINS and VALUE_ENDS: what it holds is no markup (blocks.h) */
    TEMPLATE_HTML,  /* escaped; {{{name}}} for what m13d has made itself */
};
enum { VALUE_BEGINS = '\x01', VALUE_ENDS = '\x02' };

/* The names that a template may use: a tree, each list of it ended by a NULL name. */
struct template_member {
    const char *name;
    const struct template_member *members; /* of the object, or of each object of the list; NULL = a value */
    bool raw;                              /* {{{name}}} is accepted */
};

struct template_source {
    const char *file; /* as problems name it */
    const char *text; /* NUL-terminated */
    size_t length;
};
struct template_rules {
    enum template_kind kind;
    const struct template_member *members;
    /* The source of a part: false = there is none. Parts have no parts. NULL = none at all. */
    bool (*part)(const char *name, void *context, struct template_source *ret_source);
    void *context;
};

struct template_problem {
    const char *file; /* of the source in which it is */
    int line;
    struct failure failure; /* what is wrong, and what is accepted */
};

struct template;
/* NULL with the first problem. */
struct template *template_compile(const struct template_source *source, const struct template_rules *rules,
    struct template_problem *ret_problem);
/* False when it was cut: at the ceiling of `out`, or at LIMIT_TEMPLATE_STEPS. */
bool template_fill(const struct template *template, const json_t *values, struct text *out);
void template_free(struct template *template); /* NULL is fine */

/* A value as one line without anything in it that acts on a terminal, a header or the direction of writing.
 */
void template_neutralise(const char *value, size_t length, struct text *out);
void template_escape_html(const char *value, size_t length, struct text *out);

#endif
