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
static bool is_former_name(const char *former_names, const char *name)
{
    for (const char *part = former_names; *part != '\0';) {
        size_t length = strcspn(part, "|");
        const char *at = memchr(part, '@', length);
        if (same_name(name, part, at == NULL ? length : (size_t)(at - part)))
            return true;
        part += length + (part[length] == '|');
    }
    return false;
}

void check_renamed(struct checking *checking)
{
    const char *uscc = checked_value(checking, "uscc"), *name = checked_value(checking, "name_zh");
    if (uscc == NULL || name == NULL || !is_touched(checking, "name_zh"))
        return;
    struct query *q =
        query_bind(query(checking->store, "SELECT fields FROM local_record WHERE kind = 'firms' AND key = ? "
                                          "AND seq_to IS NULL AND withdrawn = 0"),
            "t", uscc);
    json_t *fields = query_next(q) ? json_loads(query_text(q, 0), 0, NULL) : NULL;
    query_end(q);
    const char *known = json_string_value(json_object_get(fields, "name_zh"));
    const char *former = checked_value(checking, "former_names");
    if (known != NULL && !same_name(name, known, strlen(known)) &&
        !is_former_name(former == NULL ? "" : former, known)) {
        struct text reason = TEXT_WITH_CEILING(LIMIT_NAME_BYTES + 200);
        text_append_format(&reason, "名称与登记在册的“%s”不同。如系更名，请把旧名填入曾用名", known);
        check_warn(checking, "name_zh", text_string(&reason), "核对代码与名称是否同一家企业");
        text_free(&reason);
    }
    json_decref(fields);
}
