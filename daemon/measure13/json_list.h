/* json_list.h - JSON arrays whose elements are sorted as bytes: the order of arrival does not show. */
#ifndef M13_MEASURE13_JSON_LIST_H
#define M13_MEASURE13_JSON_LIST_H

#include "json.h"

struct json_list {
    char **elements;
    size_t count, capacity;
};

void list_add(struct json_list *list, struct text *element); /* takes it */
/* An array under `name`, left out when empty; a long one is followed by NAME_all with the number and digest
 * of all its elements. The list is empty afterwards. */
void list_end(struct text *out, const char *name, struct json_list *list);

#endif
