/* form_writer FILE.xlsx <SHEETS.json - a form filled in, as a firm sends it back: for the demonstration's
 * workbooks. Standard input: [{"kind": "firms", "rows": [{"uscc": "...", ...}, ...]}, ...], canonical values
 * by English key. */
#include "m13/forms.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>

static struct form_sheet *read_sheets(json_t *input)
{
    struct form_sheet *sheets = memory_get_zeroed(json_array_size(input) + 1, sizeof *sheets);
    size_t i;
    json_t *one;
    json_array_foreach(input, i, one)
    {
        const char *kind = json_string_value(json_object_get(one, "kind"));
        sheets[i] = (struct form_sheet){.kind = local_kind(kind), .rows = json_object_get(one, "rows")};
        if (!sheets[i].kind) {
            fprintf(stderr, "form_writer: no such kind: %s\n", kind ? kind : "?");
            exit(EXIT_FAILURE);
        }
    }
    return sheets;
}

int main(int argc, char **argv)
{
    json_error_t error;
    json_t *input = json_loadf(stdin, 0, &error);
    struct failure failure = {0};
    if (argc != 2 || !json_is_array(input)) {
        fprintf(stderr, "form_writer FILE.xlsx <SHEETS.json %s\n", input ? "" : error.text);
        return EXIT_FAILURE;
    }
    struct form_sheet *sheets = read_sheets(input);
    int r = form_write(argv[1], sheets, json_array_size(input), &failure);
    if (r < 0)
        fprintf(stderr, "form_writer: %s\n", failure.text);
    free(sheets);
    json_decref(input);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
