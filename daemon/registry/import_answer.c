#include "m13/import_answer.h"

json_t *import_answer(const struct import_result *result)
{
    return json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:s}", "id",
        (json_int_t)result->id, "file", result->file, "kind", result->kind, "sheets",
        (json_int_t)result->sheets, "rows", (json_int_t)result->rows, "added", (json_int_t)result->added,
        "changed", (json_int_t)result->changed, "unchanged", (json_int_t)result->unchanged, "rejected",
        (json_int_t)result->rejected, "unlisted", (json_int_t)result->unlisted, "waiting",
        (json_int_t)result->waiting, "warnings", (json_int_t)result->warnings, "known", result->known,
        "problem", result->problem);
}

int import_exit_code(const struct import_result *result)
{
    if (result->put_off)
        return EXIT_TRY_LATER;
    return *result->problem ? EXIT_BAD_DATA : result->rejected > 0 ? EXIT_SOME_FAILED : EXIT_FINE;
}
