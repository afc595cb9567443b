/* register_eudamed.c - EUDAMED's public site (build 2.27.3, August 2026): pages of at most 300 rows from 0,
 * filters that are ignored unless it knows them, a redirect instead of 404. */
#include "register_dialect.h"

#include <string.h>

#define API       "/tools/eudamed/api"
#define SIZE_MOST 300

/* A filter that works, and the member that it looks at. Every other parameter is ignored without a word. */
struct filter {
    const char *parameter, *member;
};

static bool is_turned_away(const struct register_request *request, struct register_answer *answer)
{
    if (request->user_agent != NULL && strncmp(request->user_agent, "python-", 7) == 0) {
        dialect_say(answer, 502, "text/html", "<html><body>502 Bad Gateway</body></html>\n");
        return true;
    }
    return false;
}

static bool takes(const struct dialect_row *row, const struct register_request *request,
    const struct filter *filters, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *wanted = dialect_parameter(request, filters[i].parameter);
        if (wanted != NULL && !dialect_row_has(row, filters[i].member, wanted))
            return false;
    }
    return true;
}

static bool search(const char *path, const struct filter *filters, size_t filter_count,
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    if (strcmp(request->path, path) != 0)
        return false;
    if (is_turned_away(request, answer))
        return true;
    int64_t page = dialect_number(request, "page", 0), size = dialect_number(request, "pageSize", 20);
    size = size < 1 || size > SIZE_MOST ? SIZE_MOST : size;
    int64_t total = 0, shown = 0;
    dialect_say(answer, 200, "application/json", "{\"content\":[");
    for (size_t i = 0; i < rows->count; i++) {
        if (!takes(&rows->items[i], request, filters, filter_count))
            continue;
        if (total >= page * size && total < (page + 1) * size) {
            if (shown++ > 0)
                evbuffer_add(answer->body, ",", 1);
            evbuffer_add(answer->body, rows->items[i].text, rows->items[i].length);
        }
        total++;
    }
    int64_t pages = (total + size - 1) / size;
    evbuffer_add_printf(answer->body,
        "],\"totalPages\":%lld,\"totalElements\":%lld,\"last\":%s,\"size\":%lld,\"number\":%lld,\"sort\":"
        "null,"
        "\"first\":%s,\"numberOfElements\":%lld}",
        (long long)pages, (long long)total, page + 1 >= pages ? "true" : "false", (long long)size,
        (long long)page, page == 0 ? "true" : "false", (long long)shown);
    answer->page = page + 1;
    return true;
}

bool eudamed_certificates(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    static const struct filter filters[] = {{"actorSrn", "actorSrn"}, {"notifiedBodySrn", "notifiedBodySrn"},
        {"certificateNumber", "certificateNumber"}};
    return search(API "/certificates/search/", filters, 3, rows, request, answer);
}

bool eudamed_actors(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    static const struct filter filters[] = {
        {"countryIso2Code", "countryIso2Code"}, {"srn", "srn"}, {"name", "name"}};
    return search(API "/eos", filters, 3, rows, request, answer);
}

bool eudamed_devices(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    static const struct filter filters[] = {
        {"srn", "manufacturerSrn"}, {"primaryDi", "primaryDi"}, {"basicUdi", "basicUdi"}};
    return search(API "/devices/udiDiData", filters, 3, rows, request, answer);
}

bool eudamed_certificate_details(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    static const char folder[] = API "/certificates/";
    if (strncmp(request->path, folder, sizeof folder - 1) != 0 || strstr(request->path, "search") != NULL)
        return false;
    if (is_turned_away(request, answer))
        return true;
    if (dialect_parameter(request, "languageIso2Code") == NULL) {
        dialect_say(answer, 400, "application/json", "{\"status\":400,\"error\":\"Bad Request\"}");
        return true;
    }
    for (size_t i = 0; i < rows->count; i++)
        if (dialect_row_has(&rows->items[i], "uuid", request->path + sizeof folder - 1)) {
            dialect_say(answer, 200, "application/json", "");
            evbuffer_add(answer->body, rows->items[i].text, rows->items[i].length);
            return true;
        }
    dialect_say(answer, 302, "text/html", "");
    snprintf(answer->headers, sizeof answer->headers, "Location: /tools/eudamed/#/page-not-found\r\n");
    return true;
}
