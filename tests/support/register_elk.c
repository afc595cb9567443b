/* register_elk.c - Roszdravnadzor's gateway: a POST with a JSON body, page and size in the query; a search is
 * for a part of the text. */
#include "register_dialect.h"

#include <jansson.h>
#include <string.h>

#define GATEWAY   "/public-gateway/registered-med-product/api/v1/med-product/filter-public"
#define SIZE_MOST 200

static bool takes(const struct dialect_row *row, const char *text)
{
    return text == NULL || *text == '\0' || memmem(row->text, row->length, text, strlen(text)) != NULL;
}

bool elk_answer(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    if (strcmp(request->path, GATEWAY) != 0)
        return false;
    json_t *body = request->body != NULL ? json_loads(request->body, 0, NULL) : NULL;
    if (strcmp(request->method, "POST") != 0 || body == NULL) {
        json_decref(body);
        dialect_say(answer, 405, "application/json", "{\"status\":405,\"error\":\"Method Not Allowed\"}");
        return true;
    }
    const char *text = json_string_value(json_object_get(body, "textSearch"));
    int64_t page = dialect_number(request, "page", 0), size = dialect_number(request, "size", 20);
    size = size < 1 || size > SIZE_MOST ? SIZE_MOST : size;
    int64_t total = 0, shown = 0;
    dialect_say(answer, 200, "application/json", "{\"content\":[");
    for (size_t i = 0; i < rows->count; i++) {
        if (!takes(&rows->items[i], text))
            continue;
        if (total >= page * size && total < (page + 1) * size) {
            if (shown++ > 0)
                evbuffer_add(answer->body, ",", 1);
            evbuffer_add(answer->body, rows->items[i].text, rows->items[i].length);
        }
        total++;
    }
    evbuffer_add_printf(answer->body, "],\"totalElements\":%lld,\"number\":%lld,\"last\":%s}",
        (long long)total, (long long)page, (page + 1) * size >= total ? "true" : "false");
    answer->page = page + 1;
    json_decref(body);
    return true;
}
