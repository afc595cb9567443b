/* register_artg.c - TGA's JSON service of the ARTG: ranges of records, in order of their numbers; `json` in
 * small letters is a page of HTML, and without a range comes everything. */
#include "register_dialect.h"

#include <string.h>

#define SERVICE "/ARTGSearch/ARTGWebService.svc/"

bool artg_answer(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    if (strncmp(request->path, SERVICE, strlen(SERVICE)) != 0)
        return false;
    if (strcmp(request->path, SERVICE "JSON/ARTGValueSearch/") != 0) {
        dialect_say(answer, 404, "text/html; charset=UTF-8",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><HTML><BODY><P>Endpoint not found.</P></BODY></HTML>");
        return true;
    }
    int64_t total = (int64_t)rows->count;
    int64_t from = dialect_number(request, "pagestart", 0), to = dialect_number(request, "pageend", 0);
    if (from < 1 || to < 1) {
        from = 1;
        to = total;
    }
    dialect_say(answer, 200, "application/json; charset=utf-8", "");
    evbuffer_add_printf(answer->body, "{\"RequestedPageEnd\":%lld,\"RequestedPageStart\":%lld,\"Results\":[",
        (long long)to, (long long)from);
    for (int64_t i = from; i <= to && i <= total; i++) {
        if (i > from)
            evbuffer_add(answer->body, ",", 1);
        evbuffer_add(answer->body, rows->items[i - 1].text, rows->items[i - 1].length);
    }
    evbuffer_add_printf(answer->body, "],\"TotalRecords\":%lld}", (long long)total);
    answer->page = to > from ? (from - 1) / (to - from + 1) + 1 : 1;
    return true;
}
