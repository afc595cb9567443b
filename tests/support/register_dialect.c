/* register_dialect.c - the table of dialects, and what they share. */
#include "register_dialect.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct dialect dialects[] = {
    {"eudamed-certificates", eudamed_certificates},
    {"eudamed-certificate-details", eudamed_certificate_details},
    {"eudamed-actors", eudamed_actors},
    {"eudamed-devices", eudamed_devices},
    {"tga-artg", artg_answer},
    {"roszdravnadzor-elk", elk_answer},
    {"cdsco-import", cdsco_answer},
};

const struct dialect *dialect_find(const char *name)
{
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
        if (strcmp(dialects[i].name, name) == 0)
            return &dialects[i];
    return NULL;
}

static void split(struct dialect_rows *rows)
{
    const char *at = rows->map, *end = at + rows->map_length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        if ((rows->count & (rows->count + 1)) == 0)
            rows->items = realloc(rows->items, (rows->count + 1) * 2 * sizeof *rows->items);
        rows->items[rows->count++] = (struct dialect_row){at, (size_t)(stop - at)};
        at = stop + 1;
    }
}

bool dialect_rows_read(const char *file, struct dialect_rows *ret_rows)
{
    struct stat about;
    *ret_rows = (struct dialect_rows){0};
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &about) != 0) {
        perror(file);
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    ret_rows->map_length = (size_t)about.st_size;
    if (about.st_size > 0)
        ret_rows->map = mmap(NULL, ret_rows->map_length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    close(descriptor);
    if (ret_rows->map == MAP_FAILED) {
        perror(file);
        ret_rows->map = NULL;
        return false;
    }
    split(ret_rows);
    return true;
}

void dialect_rows_release(struct dialect_rows *rows)
{
    if (rows->map != NULL)
        munmap(rows->map, rows->map_length);
    free(rows->items);
    *rows = (struct dialect_rows){0};
}

const char *dialect_parameter(const struct register_request *request, const char *name)
{
    const struct evkeyval *pair;
    TAILQ_FOREACH(pair, &request->query, next)
    if (strcmp(pair->key, name) == 0)
        return pair->value;
    return NULL;
}

int64_t dialect_number(const struct register_request *request, const char *name, int64_t otherwise)
{
    const char *text = dialect_parameter(request, name);
    return text != NULL ? atoll(text) : otherwise;
}

bool dialect_row_has(const struct dialect_row *row, const char *member, const char *value)
{
    char needle[300];
    int length = snprintf(needle, sizeof needle, "\"%s\":\"%s\"", member, value);
    return memmem(row->text, row->length, needle, (size_t)length) != NULL;
}

void dialect_say(struct register_answer *answer, int status, const char *content_type, const char *text)
{
    answer->status = status;
    snprintf(answer->content_type, sizeof answer->content_type, "%s", content_type);
    evbuffer_add(answer->body, text, strlen(text));
}
