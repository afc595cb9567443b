#include "conf_folder.h"

#include "../../support/scratch.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

const char minimal_definition[] =
    "authority = \"FDA\";\n"
    "routes = [\"510k\"];\n"
    "title = { zh = \"甲\"; en = \"a\"; };\n"
    "covers = { zh = \"甲\"; en = \"a\"; };\n"
    "limits = { zh = \"甲\"; en = \"a\"; };\n"
    "request = { base = \"https://register.example\"; poll = { path = \"/all.json\"; }; };\n"
    "expect = { completeness = \"register\"; };\n"
    "format = { kind = \"json\"; };\n"
    "fields = {\n"
    "    number = \"no\";\n"
    "    manufacturer = \"maker\";\n"
    "    route = { from = \"kind\"; };\n"
    "    status = { from = \"state\"; };\n"
    "    decision_date = { from = \"date\"; forms = [\"iso\"]; };\n"
    "};\n";

/* libconfig 1.5 forgets the string before a syntax error (its grammar has no destructor): a few bytes for
 * each reload of a broken file. LeakSanitizer asks for this function by name. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig_yylex\nleak:strbuf_append\n";
}

struct conf_folder *folder_new(void)
{
    struct conf_folder *folder = memory_get_zeroed(1, sizeof *folder);
    folder->path = scratch_new();
    char *feeds = scratch_path(folder->path, "feeds.d");
    assert_int_equal(mkdir(feeds, 0700), 0);
    free(feeds);
    folder_write(folder, "m13d.conf", "");
    return folder;
}

static void forget(struct conf_folder *folder)
{
    config_free(folder->config);
    folder->config = NULL;
    config_problems_free(&folder->problems);
}

void folder_free(struct conf_folder *folder)
{
    forget(folder);
    scratch_remove(folder->path);
    free(folder);
}

void folder_write_bytes(struct conf_folder *folder, const char *name, const void *bytes, size_t length)
{
    char *path = scratch_path(folder->path, "%s", name);
    scratch_write(path, bytes, length);
    free(path);
}

void folder_write(struct conf_folder *folder, const char *name, const char *text)
{
    folder_write_bytes(folder, name, text, strlen(text));
}

const struct config *folder_load(struct conf_folder *folder)
{
    forget(folder);
    char *path = scratch_path(folder->path, "m13d.conf");
    folder->config = config_load(path, &folder->problems);
    free(path);
    /* Half a success there is none. */
    assert_int_equal(folder->config == NULL, folder->problems.count > 0);
    return folder->config;
}

static bool is_at(
    const struct conf_folder *folder, const struct config_problem *problem, const char *name, int line)
{
    char *path = scratch_path(folder->path, "%s", name);
    bool same = strcmp(problem->file, path) == 0 && problem->line == line;
    free(path);
    return same;
}

void folder_expect(const struct conf_folder *folder, const char *name, int line, const char *part)
{
    size_t found = 0;
    for (size_t i = 0; i < folder->problems.count; i++)
        found += is_at(folder, &folder->problems.items[i], name, line) &&
                 strstr(folder->problems.items[i].text, part) != NULL;
    if (found != 1) {
        config_problems_print(&folder->problems, stderr);
        fail_msg("%zu problems at %s:%d say: %s", found, name, line, part);
    }
}

void folder_expect_only(const struct conf_folder *folder, const char *name, int line, const char *part)
{
    folder_expect(folder, name, line, part);
    if (folder->problems.count != 1) {
        config_problems_print(&folder->problems, stderr);
        fail_msg("not the only problem: %s:%d: %s", name, line, part);
    }
    assert_null(folder->config);
}

void folder_expect_good(const struct conf_folder *folder)
{
    config_problems_print(&folder->problems, stderr);
    assert_int_equal(folder->problems.count, 0);
    assert_non_null(folder->config);
}

void expect_mistake_in(const char *name, const char *text, int line, const char *part)
{
    struct conf_folder *folder = folder_new();
    folder_write(folder, name, text);
    folder_load(folder);
    folder_expect_only(folder, name, line, part);
    folder_free(folder);
}

char *changed_definition(const char *start, const char *text)
{
    struct text changed = TEXT_WITH_CEILING(1024 * 1024);
    for (const char *line = minimal_definition; *line != '\0';) {
        size_t length = strcspn(line, "\n") + 1;
        if (start != NULL && strncmp(line, start, strlen(start)) == 0)
            text_append_string(&changed, text);
        else
            text_append(&changed, line, length);
        line += length;
    }
    if (start == NULL)
        text_append_string(&changed, text);
    return text_take(&changed);
}
