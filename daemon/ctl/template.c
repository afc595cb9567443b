/* template.c - empty forms for people to fill in. */
#include "ctl.h"

#include "m13/forms.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>

const struct local_kind *ctl_kind(struct ctl *ctl, const char *name)
{
    const struct local_kind *kind = local_kind(name);
    if (kind)
        return kind;
    fprintf(stderr, "m13ctl: %s: %s; %s", name, SAY(ctl, "没有这种表", "no such kind"),
        SAY(ctl, "可用的有", "there are"));
    for (size_t i = 0; i < local_kind_count; i++)
        fprintf(stderr, "%s %s", i ? "," : "", local_kinds[i].kind);
    fputc('\n', stderr);
    return NULL;
}

static json_t *column_json(const struct local_column *column)
{
    json_t *choices = json_array();
    for (size_t i = 0; i < column->choice_count; i++)
        json_array_append_new(choices, json_string(column->choices[i].code));
    return json_pack("{s:s, s:s, s:b, s:b, s:s, s:s, s:o}", "column", column->key, "header",
        column->headers[0], "required", column->required, "key", column->is_key, "expected", column->expected,
        "example", column->example ? column->example : "", "choices", choices);
}

static json_t *kind_json(const struct local_kind *kind)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < kind->column_count; i++)
        json_array_append_new(columns, column_json(&kind->columns[i]));
    return json_pack(
        "{s:s, s:s, s:s, s:o}", "kind", kind->kind, "zh", kind->zh, "en", kind->en, "columns", columns);
}

static void add_kind(struct ctl *ctl, struct grid *grid, const struct local_kind *kind)
{
    struct text required = TEXT_WITH_CEILING(4096);
    for (size_t i = 0; i < kind->column_count; i++)
        if (kind->columns[i].required)
            text_append_format(&required, "%s%s", required.length ? SAY(ctl, "、", ", ") : "",
                SAY(ctl, kind->columns[i].headers[0], kind->columns[i].key));
    const char *cells[] = {kind->kind, SAY(ctl, kind->zh, kind->en), text_string(&required)};
    grid_add(grid, cells);
    text_free(&required);
}

static int list_kinds(struct ctl *ctl)
{
    const char *zh[] = {"表", "", "必填列"};
    const char *en[] = {"kind", "", "required columns"};
    struct grid *grid = grid_new(3, ctl->english ? en : zh);
    for (size_t i = 0; i < local_kind_count; i++) {
        if (ctl->json)
            ctl_print_json(kind_json(&local_kinds[i]));
        else
            add_kind(ctl, grid, &local_kinds[i]);
    }
    if (!ctl->json)
        grid_print(grid);
    grid_free(grid);
    return 0;
}

/* All kinds in one workbook, but contacts: their file is deleted when it was taken. */
static int write_all(const char *file, struct failure *ret_failure)
{
    struct form_sheet *sheets = memory_get_zeroed(local_kind_count, sizeof *sheets);
    size_t count = 0;
    for (size_t i = 0; i < local_kind_count; i++)
        if (!local_kinds[i].personal)
            sheets[count++].kind = &local_kinds[i];
    int r = form_write(file, sheets, count, ret_failure);
    free(sheets);
    return r;
}

int ctl_form_written(struct ctl *ctl, const char *file, int r, const struct failure *failure)
{
    if (r < 0)
        fprintf(stderr, "m13ctl: %s\n", failure->text);
    else if (ctl->json)
        ctl_print_json(json_pack("{s:s}", "file", file));
    else
        printf("%s\n", file);
    return r < 0 ? EXIT_IO : 0;
}

int verb_template(struct ctl *ctl)
{
    struct failure failure = {0};
    const char *file = ctl_take_option(ctl, "-o");
    if (ctl->count == 0 && !file)
        return list_kinds(ctl);
    if (ctl->count != 1 || !file)
        return ctl_usage(ctl, "template 需要一种表和 -o 文件.xlsx（all：全部）",
            "template takes a kind and -o FILE.xlsx (all: all kinds in one workbook)");
    const char *name = ctl->arguments[0];
    const struct local_kind *kind = string_equal(name, "all") ? NULL : ctl_kind(ctl, name);
    if (!kind && !string_equal(name, "all"))
        return EXIT_BAD_USAGE;
    int r = kind ? form_template(kind, file, &failure) : write_all(file, &failure);
    return ctl_form_written(ctl, file, r, &failure);
}
