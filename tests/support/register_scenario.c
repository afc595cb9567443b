/* register_scenario.c - which fault meets which request, and what it makes of the true answer. */
#include "register_parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct scenario {
    struct fault *faults;
    size_t count;
};

/* --- reading ---------------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum fault_kind kind;
    int status;
    const char *content_type, *body;
} kinds[] = {
    {"delay", FAULT_NONE, 0, NULL, NULL},
    {"status", FAULT_ANSWER, 500, NULL, NULL},
    {"html", FAULT_ANSWER, 200, "text/html; charset=utf-8",
        "<!DOCTYPE html><html><head><title>Scheduled maintenance</title></head><body><h1>We will be back "
        "soon</h1></body></html>"},
    {"wrong-json", FAULT_ANSWER, 200, "application/json; charset=utf-8",
        "{\"data\":{\"items\":[1,2,3]},\"ok\":true}"},
    {"truncate", FAULT_TRUNCATE, 0, NULL, NULL},
    {"reset", FAULT_RESET, 0, NULL, NULL},
    {"close", FAULT_CLOSE, 0, NULL, NULL},
    {"drip", FAULT_DRIP, 0, NULL, NULL},
    {"silence", FAULT_SILENCE, 0, NULL, NULL},
    {"endless", FAULT_ENDLESS, 0, NULL, NULL},
    {"bomb", FAULT_BOMB, 0, NULL, NULL},
    {"link", FAULT_LINK, 0, NULL, NULL},
    {"total", FAULT_TOTAL, 0, NULL, NULL},
    {"flood", FAULT_FLOOD, 0, NULL, NULL},
    {"not-modified", FAULT_NOT_MODIFIED, 0, NULL, NULL},
};

static char *copy_string(const json_t *string)
{
    return json_is_string(string) ? strdup(json_string_value(string)) : NULL;
}

static char *header_lines(json_t *headers)
{
    struct evbuffer *lines = evbuffer_new();
    const char *name;
    json_t *value;
    json_object_foreach(headers, name, value)
        evbuffer_add_printf(lines, "%s: %s\r\n", name, json_is_string(value) ? json_string_value(value) : "");
    evbuffer_add(lines, "", 1);
    char *copy = strdup((const char *)evbuffer_pullup(lines, -1));
    evbuffer_free(lines);
    return copy;
}

static bool read_member(struct fault *fault, const char *name, json_t *value)
{
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {{"from", &fault->first}, {"to", &fault->last}, {"page", &fault->page},
        {"delay_ms", &fault->delay_ms}, {"after", &fault->after}, {"bytes", &fault->bytes},
        {"every_ms", &fault->every_ms}, {"total", &fault->total}};
    const struct {
        const char *name;
        char **string;
    } strings[] = {{"path", &fault->path}, {"body", &fault->body}, {"link", &fault->link},
        {"content_type", &fault->content_type}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(name, numbers[i].name) == 0 && json_is_integer(value)) {
            *numbers[i].number = json_integer_value(value);
            return true;
        }
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        if (strcmp(name, strings[i].name) == 0 && json_is_string(value)) {
            free(*strings[i].string);
            *strings[i].string = copy_string(value);
            return true;
        }
    if (strcmp(name, "request") == 0 && json_is_integer(value)) {
        fault->first = fault->last = json_integer_value(value);
        return true;
    }
    if (strcmp(name, "status") == 0 && json_is_integer(value)) {
        fault->status = (int)json_integer_value(value);
        return true;
    }
    if (strcmp(name, "headers") == 0 && json_is_object(value)) {
        fault->headers = header_lines(value);
        return true;
    }
    return strcmp(name, "do") == 0;
}

static bool read_fault(json_t *object, struct fault *fault)
{
    const char *wanted = json_string_value(json_object_get(object, "do"));
    *fault = (struct fault){.first = 1, .last = INT64_MAX, .after = -1, .bytes = -1, .every_ms = 100};
    for (size_t i = 0; wanted != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, wanted) == 0) {
            fault->kind = kinds[i].kind;
            fault->name = strdup(kinds[i].name);
            fault->status = kinds[i].status;
            fault->content_type = kinds[i].content_type != NULL ? strdup(kinds[i].content_type) : NULL;
            fault->body = kinds[i].body != NULL ? strdup(kinds[i].body) : NULL;
        }
    if (fault->name == NULL) {
        fprintf(stderr, "scenario: \"do\": \"%s\" is not known\n", wanted != NULL ? wanted : "");
        return false;
    }
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) if (!read_member(fault, name, value))
    {
        fprintf(stderr, "scenario: \"%s\" is not known or has a wrong value\n", name);
        return false;
    }
    return true;
}

struct scenario *scenario_parse(const char *json)
{
    json_error_t error;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_array(root)) {
        fprintf(stderr, "scenario: line %d: %s\n", error.line, root == NULL ? error.text : "not an array");
        json_decref(root);
        return NULL;
    }
    struct scenario *scenario = calloc(1, sizeof *scenario);
    scenario->faults = calloc(json_array_size(root) + 1, sizeof *scenario->faults);
    bool good = true;
    for (size_t i = 0; good && i < json_array_size(root); i++)
        good = read_fault(json_array_get(root, i), &scenario->faults[scenario->count++]);
    json_decref(root);
    if (good)
        return scenario;
    scenario_free(scenario);
    return NULL;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    for (size_t i = 0; i < scenario->count; i++) {
        struct fault *fault = &scenario->faults[i];
        free(fault->name);
        free(fault->path);
        free(fault->headers);
        free(fault->content_type);
        free(fault->body);
        free(fault->link);
    }
    free(scenario->faults);
    free(scenario);
}

/* --- meeting requests ------------------------------------------------------------------------------------
 */

const struct fault *scenario_meet(struct scenario *scenario, const char *path, int64_t page)
{
    const struct fault *met = NULL;
    for (size_t i = 0; scenario != NULL && i < scenario->count; i++) {
        struct fault *fault = &scenario->faults[i];
        if ((fault->path != NULL && strcmp(fault->path, path) != 0) ||
            (fault->page != 0 && fault->page != page))
            continue;
        fault->seen++;
        if (met == NULL && fault->seen >= fault->first && fault->seen <= fault->last)
            met = fault;
    }
    return met;
}

static void replace_total(struct register_answer *answer, int64_t total)
{
    static const char key[] = "\"total\": ";
    struct evbuffer_ptr at = evbuffer_search(answer->body, key, strlen(key), NULL);
    if (at.pos < 0)
        return;
    struct evbuffer *changed = evbuffer_new();
    evbuffer_remove_buffer(answer->body, changed, (size_t)at.pos + strlen(key));
    evbuffer_add_printf(changed, "%lld", (long long)total);
    const char *rest = (const char *)evbuffer_pullup(answer->body, -1);
    size_t digits = 0;
    while (digits < evbuffer_get_length(answer->body) && rest[digits] >= '0' && rest[digits] <= '9')
        digits++;
    evbuffer_drain(answer->body, digits);
    evbuffer_add_buffer(changed, answer->body);
    evbuffer_free(answer->body);
    answer->body = changed;
}

static void replace_answer(const struct fault *fault, struct register_answer *answer)
{
    answer->headers[0] = '\0';
    answer->status = fault->status;
    answer->link[0] = answer->etag[0] = answer->last_modified[0] = '\0';
    if (fault->content_type != NULL)
        snprintf(answer->content_type, sizeof answer->content_type, "%s", fault->content_type);
    evbuffer_drain(answer->body, evbuffer_get_length(answer->body));
    if (fault->body != NULL)
        evbuffer_add(answer->body, fault->body, strlen(fault->body));
}

static void keep_first(struct evbuffer *body, size_t length)
{
    struct evbuffer *start = evbuffer_new();
    evbuffer_remove_buffer(body, start, length);
    evbuffer_drain(body, evbuffer_get_length(body));
    evbuffer_add_buffer(body, start);
    evbuffer_free(start);
}

static void fill_with_blanks(const struct fault *fault, struct register_answer *answer)
{
    char blanks[4096];
    memset(blanks, ' ', sizeof blanks);
    int64_t left = fault->bytes >= 0 ? fault->bytes : 32ll * 1024 * 1024;
    for (; left > 0; left -= (int64_t)sizeof blanks)
        evbuffer_add(answer->body, blanks, sizeof blanks);
}

void fault_apply(const struct fault *fault, struct register_answer *answer)
{
    switch (fault->kind) {
    case FAULT_ANSWER:
        replace_answer(fault, answer);
        break;
    case FAULT_TRUNCATE:
        keep_first(
            answer->body, fault->after >= 0 ? (size_t)fault->after : evbuffer_get_length(answer->body) / 2);
        break;
    case FAULT_LINK:
        snprintf(answer->link, sizeof answer->link, "%s", fault->link != NULL ? fault->link : "");
        break;
    case FAULT_TOTAL:
        replace_total(answer, fault->total);
        break;
    case FAULT_BOMB:
        fill_with_blanks(fault, answer);
        break;
    case FAULT_NOT_MODIFIED:
        answer->status = 304;
        break;
    case FAULT_NONE:
    case FAULT_RESET:
    case FAULT_CLOSE:
    case FAULT_DRIP:
    case FAULT_SILENCE:
    case FAULT_ENDLESS:
    case FAULT_FLOOD:
    case FAULT_KINDS:
        break;
    }
}

/* --- gzip ------------------------------------------------------------------------------------------------
 */

static la_ssize_t write_packed(struct archive *archive, void *packed, const void *bytes, size_t length)
{
    (void)archive;
    evbuffer_add(packed, bytes, length);
    return (la_ssize_t)length;
}

struct evbuffer *register_gzip(struct evbuffer *body)
{
    struct evbuffer *packed = evbuffer_new();
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new2(archive);
    archive_write_add_filter_gzip(archive);
    archive_write_set_options(archive, "gzip:!timestamp");
    archive_write_set_format_raw(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    archive_write_open(archive, packed, NULL, write_packed, NULL);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(archive, entry);
    char block[16384];
    int length;
    while ((length = evbuffer_remove(body, block, sizeof block)) > 0)
        archive_write_data(archive, block, (size_t)length);
    archive_entry_free(entry);
    archive_write_close(archive);
    archive_write_free(archive);
    return packed;
}
