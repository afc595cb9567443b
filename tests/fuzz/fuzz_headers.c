/* The search for the header row, over lines of cells parted by tabs; what is found reads the rest as rows. */
#include "fuzz_target.h"

#include "row.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_MOST 40

struct reading {
    struct local_header_search *search;
    struct local_headers headers;
    struct local_problems problems;
    struct local_row row;
    bool found;
};

static void read_as_row(struct reading *reading, const char *const *cells, size_t count)
{
    json_t *array = json_array();
    int64_t warnings;
    for (size_t i = 0; i < count; i++) {
        const char *kind = cells[i][0] != '=' ? NULL : cells[i][1] == '#' ? "error" : "number";
        json_t *cell = kind == NULL ? json_string(cells[i]) : json_pack("{ss}", kind, cells[i] + 1);
        json_array_append_new(array, cell != NULL ? cell : json_string(""));
    }
    local_row_read(&reading->headers, array, 1, count % 2 == 0, &reading->problems, &reading->row, &warnings);
    struct text key = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    if (local_row_key(&reading->row, reading->headers.kind, &key) && key.length == 0)
        abort();
    text_free(&key);
    json_decref(array);
}

static void read_line(struct reading *reading, char *line)
{
    const char *cells[CELLS_MOST];
    size_t count = 0;
    for (char *cell; count < CELLS_MOST && (cell = strsep(&line, "\t")) != NULL;)
        cells[count++] = cell;
    if (reading->found) {
        read_as_row(reading, cells, count);
        return;
    }
    struct failure why = {0};
    enum header_found found = local_header_search_row(reading->search, cells, count, &reading->headers, &why);
    if (found == HEADER_FAILED && why.text[0] == '\0')
        abort();
    reading->found = found == HEADER_FOUND;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > 1 << 14)
        return 0;
    char *text = malloc(length + 1), *rest = text;
    memcpy(text, bytes, length);
    text[length] = '\0';
    char *sheet = strsep(&rest, "\n");
    struct reading reading = {.search = local_header_search_new(sheet), .row = LOCAL_ROW_EMPTY};
    for (char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;)
        read_line(&reading, line);
    struct failure why = {0};
    if (!reading.found && !local_header_search_end(reading.search, &why) && why.text[0] == '\0')
        abort();
    local_header_search_free(reading.search);
    local_headers_free(&reading.headers);
    local_problems_free(&reading.problems);
    text_free(&reading.row.memory);
    free(text);
    return 0;
}
