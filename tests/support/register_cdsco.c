/* register_cdsco.c - CDSCO's list of approved devices: the whole in one answer, for who has the cookie of the
 * page. */
#include "register_dialect.h"

#include <string.h>

#define PAGE   "/NewMedDev/ListOfApprovedDevices"
#define LIST   "/NewMedDev/viewListOfApprovedDevices"
#define COOKIE "JSESSIONID=0A1B2C3D4E5F60718293A4B5C6D7E8F9"

bool cdsco_answer(
    const struct dialect_rows *rows, const struct register_request *request, struct register_answer *answer)
{
    if (strcmp(request->path, PAGE) == 0) {
        dialect_say(answer, 200, "text/html;charset=UTF-8",
            "<html><head><meta name=\"_csrf\" content=\"6f1c\"/></head><body>List of approved "
            "devices</body></html>");
        snprintf(
            answer->headers, sizeof answer->headers, "Set-Cookie: " COOKIE "; Path=/NewMedDev; HttpOnly\r\n");
        return true;
    }
    if (strcmp(request->path, LIST) != 0)
        return false;
    if (request->cookie == NULL || strstr(request->cookie, COOKIE) == NULL) {
        dialect_say(
            answer, 200, "text/html;charset=UTF-8", "<html><body>Your session has expired.</body></html>");
        return true;
    }
    dialect_say(answer, 200, "application/json", "");
    evbuffer_add_printf(answer->body, "{\"iTotalRecords\":%zu,\"aaData\":[", rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        if (i > 0)
            evbuffer_add(answer->body, ",", 1);
        evbuffer_add(answer->body, rows->items[i].text, rows->items[i].length);
    }
    evbuffer_add(answer->body, "]}", 2);
    return true;
}
