/* check_names.c - a firm that has another name than before: renamed, or two firms under one code. */
#include "check_parts.h"

#include "fold.h"
#include "m13/limits.h"
#include "m13/store.h"

#include <jansson.h>
#include <string.h>

static void fold_name(const char *name, size_t length, struct text *out)
{
    text_clear(out);
    local_fold(name, length, FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, out);
}

static bool same_name(const char *one, const char *other, size_t length)
{
    struct text a = TEXT_WITH_CEILING(LIMIT_NAME_BYTES), b = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    fold_name(one, strlen(one), &a);
    fold_name(other, length, &b);
    bool same = strcmp(text_string(&a), text_string(&b)) == 0;
    text_free(&a);
    text_free(&b);
    return same;
}

/* Of NAME@UNTIL|NAME ... */
static bool is_among_names(const char *names, const char *name)
{
    for (const char *part = names == NULL ? "" : names; *part != '\0';) {
        size_t length = strcspn(part, "|");
        const char *at = memchr(part, '@', length);
        if (same_name(name, part, at == NULL ? length : (size_t)(at - part)))
            return true;
        part += length + (part[length] == '|');
    }
    return false;
}

/* Registers go on showing the name under which an approval was given: by a name that is nowhere on record it
 * is recognised no more. */
static const struct named {
    const char *key, *others[2]; /* where the old name may stand as well */
    const char *word, *advice, *expected;
} names_of_firms[] = {
    {"name_zh", {"former_names", NULL}, "名称", "如系更名，请把旧名填入曾用名",
        "核对代码与名称是否同一家企业"},
    {"name_en", {"former_names", "aliases"}, "英文名称",
        "境外登记仍用旧名的，请把旧名填入曾用名或别名，否则原先按旧名识别的批准不再归于该企业",
        "旧名在曾用名或别名中"},
};

static void check_known_name(struct checking *checking, const json_t *fields, const struct named *named)
{
    const char *name = checked_value(checking, named->key);
    const char *known = json_string_value(json_object_get(fields, named->key));
    if (name == NULL || known == NULL || !is_touched(checking, named->key) ||
        same_name(name, known, strlen(known)))
        return;
    for (size_t i = 0; i < 2 && named->others[i] != NULL; i++)
        if (is_among_names(checked_value(checking, named->others[i]), known))
            return;
    struct text reason = TEXT_WITH_CEILING(LIMIT_NAME_BYTES + 300);
    text_append_format(&reason, "%s与登记在册的“%s”不同。%s", named->word, known, named->advice);
    check_warn(checking, named->key, text_string(&reason), named->expected);
    text_free(&reason);
}

void check_renamed(struct checking *checking)
{
    const char *uscc = checked_value(checking, "uscc");
    if (uscc == NULL)
        return;
    struct query *q =
        query_bind(query(checking->store, "SELECT fields FROM local_record WHERE kind = 'firms' AND key = ? "
                                          "AND seq_to IS NULL AND withdrawn = 0"),
            "t", uscc);
    json_t *fields = query_next(q) ? json_loads(query_text(q, 0), 0, NULL) : NULL;
    query_end(q);
    for (size_t i = 0; fields != NULL && i < sizeof names_of_firms / sizeof *names_of_firms; i++)
        check_known_name(checking, fields, &names_of_firms[i]);
    json_decref(fields);
}
