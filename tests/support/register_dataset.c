/* register_dataset.c - openFDA's answers over one file of rows. */
#include "register_parts.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MOST 1000
#define SKIP_MOST  25000

struct dataset {
    char *path;
    void *map;
    size_t map_length;
    struct dataset_row *rows; /* in order of id */
    size_t count;
    int newest;
};

/* --- reading ---------------------------------------------------------------------------------------------
 */

bool dataset_field(const struct dataset_row *row, const char *name, char *out, size_t bytes)
{
    char needle[80];
    int length = snprintf(needle, sizeof needle, "\"%s\"", name);
    const char *end = row->text + row->length;
    const char *at = row->text;
    while ((at = memmem(at, (size_t)(end - at), needle, (size_t)length)) != NULL) {
        at += length;
        while (at < end && isspace((unsigned char)*at))
            at++;
        if (at == end || *at++ != ':')
            continue;
        while (at < end && isspace((unsigned char)*at))
            at++;
        if (at == end || *at++ != '"')
            continue;
        size_t used = 0;
        for (; at < end && *at != '"' && used + 1 < bytes; at++)
            out[used++] = *at;
        out[used] = '\0';
        return true;
    }
    out[0] = '\0';
    return false;
}

int dataset_date(const char *string)
{
    char digits[9];
    size_t count = 0;
    for (const char *c = string; *c != '\0'; c++) {
        if (*c == '-' && (count == 4 || count == 6))
            continue;
        if (!isdigit((unsigned char)*c) || count == 8)
            return 0;
        digits[count++] = *c;
    }
    digits[count] = '\0';
    return count == 8 ? atoi(digits) : 0;
}

static void read_row(struct dataset_row *row)
{
    char supplement[24], date[24];
    if (!dataset_field(row, "k_number", row->id, sizeof row->id)) {
        dataset_field(row, "pma_number", row->id, sizeof row->id - sizeof supplement);
        dataset_field(row, "supplement_number", supplement, sizeof supplement);
        strcat(row->id, supplement);
    }
    dataset_field(row, "decision_date", date, sizeof date);
    row->decision_date = dataset_date(date);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct dataset_row *)a)->id, ((const struct dataset_row *)b)->id);
}

static void split_rows(struct dataset *dataset)
{
    size_t capacity = 0;
    const char *at = dataset->map, *end = at + dataset->map_length;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline != NULL ? (size_t)(newline - at) : (size_t)(end - at);
        if (length > 0) {
            if (dataset->count == capacity) {
                capacity = capacity == 0 ? 256 : 2 * capacity;
                dataset->rows = realloc(dataset->rows, capacity * sizeof *dataset->rows);
                if (dataset->rows == NULL)
                    abort();
            }
            struct dataset_row *row = &dataset->rows[dataset->count++];
            *row = (struct dataset_row){.text = at, .length = length};
            read_row(row);
            if (row->decision_date > dataset->newest)
                dataset->newest = row->decision_date;
        }
        at += length + 1;
    }
    if (dataset->count > 0)
        qsort(dataset->rows, dataset->count, sizeof *dataset->rows, compare_ids);
}

struct dataset *dataset_read(const char *path, const char *file)
{
    struct stat about;
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &about) != 0) {
        perror(file);
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    struct dataset *dataset = calloc(1, sizeof *dataset);
    dataset->path = strdup(path);
    dataset->map_length = (size_t)about.st_size;
    if (about.st_size > 0)
        dataset->map = mmap(NULL, dataset->map_length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    close(descriptor);
    if (dataset->map == MAP_FAILED) {
        perror(file);
        dataset->map = NULL;
        dataset_free(dataset);
        return NULL;
    }
    split_rows(dataset);
    return dataset;
}

void dataset_free(struct dataset *dataset)
{
    if (dataset == NULL)
        return;
    if (dataset->map != NULL)
        munmap(dataset->map, dataset->map_length);
    free(dataset->rows);
    free(dataset->path);
    free(dataset);
}

const char *dataset_path(const struct dataset *dataset)
{
    return dataset->path;
}

/* --- parameters ------------------------------------------------------------------------------------------
 */

struct asked {
    int64_t limit, skip;
    bool sorted, descending; /* by decision date; else by id */
    const char *search_after;
    struct search *search;
};

static void refuse(struct register_answer *answer, int status, const char *code, const char *message)
{
    answer->status = status;
    evbuffer_add_printf(answer->body,
        "{\n  \"error\": {\n    \"code\": \"%s\",\n    \"message\": \"%s\"\n  }\n}", code, message);
}

static bool read_number(const char *string, int64_t *number)
{
    if (string == NULL)
        return true;
    size_t digits = strspn(string, "0123456789");
    if (digits == 0 || digits > 9 || string[digits] != '\0')
        return false;
    *number = atoll(string);
    return true;
}

/* The complaint of the real server, or NULL. */
static const char *check_parameters(const struct register_request *request, struct asked *asked)
{
    static const char *const known[] = {"search", "count", "limit", "skip", "sort", "search_after"};
    static char text[200];
    const struct evkeyval *pair;
    TAILQ_FOREACH(pair, &request->query, next)
    {
        bool expected = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            expected = expected || strcmp(pair->key, known[i]) == 0;
        if (!expected) {
            snprintf(text, sizeof text, "Invalid parameter: %.100s", pair->key);
            for (char *c = text; *c != '\0'; c++)
                *c = (unsigned char)*c < ' ' || *c == '"' || *c == '\\' ? '?' : *c;
            return text;
        }
    }
    if (!read_number(evhttp_find_header(&request->query, "limit"), &asked->limit))
        return "Invalid limit parameter value.";
    if (!read_number(evhttp_find_header(&request->query, "skip"), &asked->skip))
        return "Invalid skip parameter value.";
    if (asked->skip > SKIP_MOST)
        return "Skip value must 25000 or less.";
    if (asked->limit > LIMIT_MOST)
        return "Limit cannot exceed 1000 results for search requests. Use the skip or search_after param to "
               "get additional results.";
    asked->search_after = evhttp_find_header(&request->query, "search_after");
    if (asked->search_after != NULL && asked->skip > 0)
        return "The skip parameter is not supported when using search_after.";
    const char *sort = evhttp_find_header(&request->query, "sort");
    asked->descending = sort != NULL && strcmp(sort, "decision_date:desc") == 0;
    asked->sorted = asked->descending || (sort != NULL && strcmp(sort, "decision_date:asc") == 0);
    if (sort != NULL && !asked->sorted)
        return "Sorting allowed by non-analyzed fields only";
    const char *search = evhttp_find_header(&request->query, "search");
    if (search != NULL && (asked->search = search_parse(search)) == NULL)
        return "Search not supported";
    return NULL;
}

/* --- one page --------------------------------------------------------------------------------------------
 */

static int compare_by_date(const void *a, const void *b)
{
    const struct dataset_row *left = *(const struct dataset_row *const *)a;
    const struct dataset_row *right = *(const struct dataset_row *const *)b;
    if (left->decision_date != right->decision_date)
        return left->decision_date < right->decision_date ? -1 : 1;
    return strcmp(left->id, right->id);
}

static int compare_by_date_falling(const void *a, const void *b)
{
    const struct dataset_row *left = *(const struct dataset_row *const *)a;
    const struct dataset_row *right = *(const struct dataset_row *const *)b;
    if (left->decision_date != right->decision_date)
        return left->decision_date > right->decision_date ? -1 : 1;
    return strcmp(left->id, right->id);
}

static const struct dataset_row **select_rows(
    const struct dataset *dataset, const struct asked *asked, size_t *ret_count)
{
    const struct dataset_row **taken = calloc(dataset->count + 1, sizeof *taken);
    size_t count = 0;
    for (size_t i = 0; i < dataset->count; i++)
        if (asked->search == NULL || search_takes(asked->search, &dataset->rows[i]))
            taken[count++] = &dataset->rows[i];
    if (asked->sorted && count > 0)
        qsort(taken, count, sizeof *taken, asked->descending ? compare_by_date_falling : compare_by_date);
    *ret_count = count;
    return taken;
}

static int64_t epoch_ms(int date)
{
    struct tm day = {.tm_year = date / 10000 - 1900, .tm_mon = date / 100 % 100 - 1, .tm_mday = date % 100};
    return (int64_t)timegm(&day) * 1000;
}

/* The sort values of a row as the real server joins them: "0=VALUE" or "0=VALUE;1=ID". */
static void cursor_of(const struct dataset_row *row, bool sorted, char out[100])
{
    if (sorted)
        snprintf(out, 100, "0=%lld;1=%s", (long long)epoch_ms(row->decision_date), row->id);
    else
        snprintf(out, 100, "0=%s", row->id);
}

static size_t first_row(const struct dataset_row **rows, size_t count, const struct asked *asked)
{
    if (asked->search_after == NULL)
        return (size_t)asked->skip < count ? (size_t)asked->skip : count;
    char cursor[100];
    for (size_t i = 0; i < count; i++) {
        cursor_of(rows[i], asked->sorted, cursor);
        if (strcmp(cursor, asked->search_after) == 0)
            return i + 1;
    }
    return count;
}

static void add_parameter(struct evbuffer *url, const char *name, const char *value)
{
    char *encoded = evhttp_uriencode(value, -1, 0);
    evbuffer_add_printf(url, "%s%s=%s", evbuffer_get_length(url) > 0 ? "&" : "", name, encoded);
    free(encoded);
}

static void link_next(const struct register_request *request, const char *name, const char *value,
    struct register_answer *answer)
{
    struct evbuffer *query = evbuffer_new();
    const struct evkeyval *pair;
    bool replaced = false;
    TAILQ_FOREACH(pair, &request->query, next)
    {
        bool same = strcmp(pair->key, name) == 0;
        replaced = replaced || same;
        add_parameter(query, pair->key, same ? value : pair->value);
    }
    if (!replaced)
        add_parameter(query, name, value);
    evbuffer_add(query, "", 1);
    snprintf(answer->link, sizeof answer->link, "<http://%s%s?%s>; rel=\"next\"",
        request->host != NULL ? request->host : "127.0.0.1", request->path,
        (const char *)evbuffer_pullup(query, -1));
    evbuffer_free(query);
}

static void write_page(const struct dataset *dataset, const struct dataset_row **rows, size_t shown,
    size_t total, const struct asked *asked, struct evbuffer *body)
{
    evbuffer_add_printf(body,
        "{\n  \"meta\": {\n"
        "    \"disclaimer\": \"Do not rely on openFDA to make decisions regarding medical care. While we "
        "make "
        "every effort to ensure that data is accurate, you should assume all results are unvalidated. We may "
        "limit or otherwise restrict your access to the API in line with our Terms of Service.\",\n"
        "    \"terms\": \"https://open.fda.gov/terms/\",\n"
        "    \"license\": \"https://open.fda.gov/license/\",\n"
        "    \"last_updated\": \"%04d-%02d-%02d\",\n"
        "    \"results\": {\n      \"skip\": %lld,\n      \"limit\": %lld,\n      \"total\": %zu\n    }\n  "
        "},\n"
        "  \"results\": [\n",
        dataset->newest / 10000, dataset->newest / 100 % 100, dataset->newest % 100, (long long)asked->skip,
        (long long)asked->limit, total);
    for (size_t i = 0; i < shown; i++) {
        evbuffer_add(body, rows[i]->text, rows[i]->length);
        evbuffer_add(body, i + 1 < shown ? ",\n" : "\n", i + 1 < shown ? 2 : 1);
    }
    evbuffer_add_printf(body, "  ]\n}");
}

void dataset_answer(
    const struct dataset *dataset, const struct register_request *request, struct register_answer *answer)
{
    struct asked asked = {.limit = 1};
    strcpy(answer->content_type, "application/json; charset=utf-8");
    const char *complaint = check_parameters(request, &asked);
    if (complaint != NULL) {
        refuse(answer, 400, "BAD_REQUEST", complaint);
        search_free(asked.search);
        return;
    }
    size_t total;
    const struct dataset_row **rows = select_rows(dataset, &asked, &total);
    size_t first = first_row(rows, total, &asked);
    size_t shown = total - first < (size_t)asked.limit ? total - first : (size_t)asked.limit;
    answer->page = asked.limit > 0 ? (int64_t)first / asked.limit + 1 : 1;
    if (shown == 0 && !(asked.limit == 0 && total > 0)) {
        refuse(answer, 404, "NOT_FOUND", "No matches found!");
    } else {
        answer->status = 200;
        write_page(dataset, rows + first, shown, total, &asked, answer->body);
        char value[100];
        if (asked.skip > 0) {
            snprintf(value, sizeof value, "%lld", (long long)(asked.skip + asked.limit));
            if (total > (size_t)(asked.skip + asked.limit))
                link_next(request, "skip", value, answer);
        } else if (shown > 0 && shown >= (size_t)asked.limit && total != shown) {
            /* As the real server: a last page that is full still names a next one, which answers 404. */
            cursor_of(rows[first + shown - 1], asked.sorted, value);
            link_next(request, "search_after", value, answer);
        }
    }
    free(rows);
    search_free(asked.search);
}
