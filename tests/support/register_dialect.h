/* register_dialect.h - registers that answer in a way of their own, over rows of NDJSON: how each pages,
 * filters and traps its clients, as ../../README.md's feeds are known to. */
#ifndef M13_TESTS_REGISTER_DIALECT_H
#define M13_TESTS_REGISTER_DIALECT_H

#include "register_parts.h"

#include <stddef.h>

/* The rows of a register, one JSON object a line, served byte for byte. */
struct dialect_row {
    const char *text;
    size_t length;
};
struct dialect_rows {
    void *map;
    size_t map_length;
    struct dialect_row *items;
    size_t count;
};

struct dialect {
    const char *name;
    /* False when the request is not for this register. */
    bool (*answer)(const struct dialect_rows *rows, const struct register_request *request,
        struct register_answer *answer);
};

const struct dialect *dialect_find(const char *name); /* NULL = there is none */
bool dialect_rows_read(const char *file, struct dialect_rows *ret_rows);
void dialect_rows_release(struct dialect_rows *rows);

/* What the dialects share. */
const char *dialect_parameter(const struct register_request *request, const char *name); /* NULL = not sent */
int64_t dialect_number(const struct register_request *request, const char *name, int64_t otherwise);
bool dialect_row_has(
    const struct dialect_row *row, const char *member, const char *value); /* "member":"value" */
void dialect_say(struct register_answer *answer, int status, const char *content_type, const char *text);

bool eudamed_certificates(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);
bool eudamed_certificate_details(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);
bool eudamed_actors(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);
bool eudamed_devices(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);
bool artg_answer(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);
bool elk_answer(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);
bool cdsco_answer(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer);

#endif
