/* json.h - canonical JSON objects: members in the order written, empty ones left out. */
#ifndef M13_MEASURE13_JSON_H
#define M13_MEASURE13_JSON_H

#include "m13/measure13.h"

void put_key(struct text *out, const char *name); /* with the comma that it needs */
void put_string(struct text *out, const char *name, const char *value);
void put_flag(struct text *out, const char *name, bool value); /* left out when false */
void put_number(struct text *out, const char *name, int64_t value);
void put_date(struct text *out, const char *name, struct date date);
void put_source(struct text *out, const struct fact_source *source); /* {"table":...,"assurance":...} */
/* The members of a source without braces, for an object that goes on. */
void put_source_members(struct text *out, const struct fact_source *source);

#endif
