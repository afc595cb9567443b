#include "drift.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* Names that a person is told of, one by one. */
enum { NAMES_TOLD = 8 };

struct names {
    char *memory;
    char **items; /* in order, each once */
    size_t count, capacity;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct names names_of(const char *shape)
{
    struct names names = {.memory = memory_copy_string(shape)};
    char *rest = names.memory, *name;
    while ((name = strsep(&rest, "|")) != NULL) {
        if (*name == '\0')
            continue;
        MEMORY_GROW(names.items, names.count, names.capacity);
        names.items[names.count++] = name;
    }
    if (names.count > 1)
        qsort(names.items, names.count, sizeof *names.items, compare_names);
    return names;
}

static void names_free(struct names *names)
{
    free(names->items);
    free(names->memory);
}

static bool names_have(const struct names *names, char *name)
{
    return names->count > 0 &&
           bsearch(&name, names->items, names->count, sizeof *names->items, compare_names) != NULL;
}

/* Those of `a` that `b` lacks: how many, in `words` behind `what`, and whether `expected` says the same of
 * all. */
static size_t tell_lacking(const struct names *a, const struct names *b, const char *what,
    const struct names *seen, bool in_seen, bool *confirmed, struct text *words)
{
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (names_have(b, a->items[i]))
            continue;
        if (names_have(seen, a->items[i]) != in_seen)
            *confirmed = false;
        if (count == 0)
            text_append_format(words, "%s%s: ", words->length > 0 ? "; " : "", what);
        if (count < NAMES_TOLD)
            text_append_format(words, "%s%.60s", count > 0 ? ", " : "", a->items[i]);
        count++;
    }
    if (count > NAMES_TOLD)
        text_append_format(words, " and %zu more", count - NAMES_TOLD);
    return count;
}

/* What is known, and the names that came besides. */
static char *with_added(const char *known, const struct names *seen_now, const struct names *names)
{
    struct text all = TEXT_WITH_CEILING(1024 * 1024);
    text_append_string(&all, known);
    for (size_t i = 0; i < seen_now->count; i++)
        if (!names_have(names, seen_now->items[i]))
            text_append_format(&all, "%s%s", all.length > 0 ? "|" : "", seen_now->items[i]);
    return all.length > 0 ? text_take(&all) : memory_copy_string("");
}

void drift_judge(const char *known, const char *seen, const char *shape, bool all, struct drift *ret_drift)
{
    *ret_drift = (struct drift){.words = TEXT_WITH_CEILING(2048)};
    if (*known == '\0' || *shape == '\0') {
        ret_drift->known = memory_copy_string(*known == '\0' ? shape : known);
        ret_drift->seen = memory_copy_string("");
        return;
    }
    struct names before = names_of(known), now = names_of(shape), once = names_of(seen);
    bool confirmed = *seen != '\0';
    size_t differing = tell_lacking(&now, &before, "new names", &once, true, &confirmed, &ret_drift->words);
    if (all)
        differing +=
            tell_lacking(&before, &now, "no longer there", &once, false, &confirmed, &ret_drift->words);
    char *present = all ? memory_copy_string(shape) : with_added(known, &now, &before);
    if (differing == 0 || confirmed)
        text_clear(&ret_drift->words);
    bool taken = differing > 0 && confirmed;
    ret_drift->known = memory_copy_string(taken ? present : known);
    ret_drift->seen = memory_copy_string(differing > 0 && !taken ? present : "");
    free(present);
    names_free(&before);
    names_free(&now);
    names_free(&once);
}

void drift_release(struct drift *drift)
{
    free(drift->known);
    free(drift->seen);
    text_free(&drift->words);
}
