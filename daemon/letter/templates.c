/* templates.c - which file serves which message; those that m13d brings, and the configured folder's over
 * them. */
#include "templates.h"

#include "view.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LANGUAGES = 2 };
static const char *const suffixes[LANGUAGES] = {".zh.txt", ".en.txt"};
#define FRAME "frame.html"

/* NAME.zh.txt and NAME.en.txt; built in as template_NAME_zh ... (m13_embed). */
#define EACH_TEMPLATE(X)                                                                                     \
    X(lead)                                                                                                  \
    X(question)                                                                                              \
    X(correction)                                                                                            \
    X(reminder)                                                                                              \
    X(deadline)                                                                                              \
    X(weekly)                                                                                                \
    X(receipt)                                                                                               \
    X(alarm)                                                                                                 \
    X(delivery)                                                                                              \
    X(health)                                                                                                \
    X(test)                                                                                                  \
    X(robot_firm)                                                                                            \
    X(robot_desk)                                                                                            \
    X(robot_operator)                                                                                        \
    X(part_case)                                                                                             \
    X(part_firm)                                                                                             \
    X(part_desk)
#define DECLARE(of) extern const char template_##of##_zh[], template_##of##_en[];
#define NUMBER(of)  WORDS_##of,
#define ENTRY(of)   {#of, {template_##of##_zh, template_##of##_en}},

EACH_TEMPLATE(DECLARE)
extern const char template_frame[];
enum words { EACH_TEMPLATE(NUMBER) WORDS_COUNT };
static const struct {
    const char *name;
    const char *built_in[LANGUAGES];
} words[WORDS_COUNT] = {EACH_TEMPLATE(ENTRY)};

struct templates {
    struct template *words[WORDS_COUNT][LANGUAGES]; /* NULL of parts */
    struct template *frame;
};

/* --- sources ---------------------------------------------------------------------------------------------
 */

struct loading {
    const char *folder;               /* NULL = built in alone */
    struct config_problems *problems; /* NULL = the log */
    int language;
    char *file; /* of the template that is read */
    char *bytes;
    char *part_file, *part_bytes;
    bool from_folder; /* what is read, or one of its parts */
};

static void tell(const struct loading *loading, const char *file, int line, const char *text)
{
    if (loading->problems)
        config_problem_add(loading->problems, file, line, "%s", text);
    else
        log_warning("%s:%d: %s; the template that m13d brings is taken instead", file, line, text);
}

/* NULL when there is none, or a problem that has been told. */
static char *read_template_file(const struct loading *loading, const char *path)
{
    struct stat status;
    char problem[128] = "";
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0 && errno == ENOENT)
        return NULL;
    char *bytes = memory_get_zeroed(1, LIMIT_TEMPLATE_BYTES + 2);
    ssize_t length = -1;
    bool opened = descriptor >= 0 && fstat(descriptor, &status) == 0;
    if (opened && S_ISREG(status.st_mode))
        length = read(descriptor, bytes, LIMIT_TEMPLATE_BYTES + 1);
    if (opened && !S_ISREG(status.st_mode))
        snprintf(problem, sizeof problem, "it is no file");
    else if (length < 0)
        snprintf(problem, sizeof problem, "%s", strerror(errno));
    else if (memchr(bytes, '\0', (size_t)length))
        snprintf(problem, sizeof problem, "the template is no text in UTF-8");
    if (descriptor >= 0)
        close(descriptor);
    if (!*problem)
        return bytes;
    tell(loading, path, 0, problem);
    free(bytes);
    return NULL;
}

/* part_case -> part-case.zh.txt */
static char *file_name(enum words of, int language)
{
    struct text name = TEXT_WITH_CEILING(64);
    text_append_format(&name, "%s%s", words[of].name, suffixes[language]);
    for (char *c = name.bytes; *c; c++)
        if (*c == '_')
            *c = '-';
    return text_take(&name);
}

/* The source and the name of its file, which the caller frees. */
static void find_source(
    struct loading *loading, const char *name, const char *built_in, char **ret_file, char **ret_bytes)
{
    char *path = loading->folder ? path_join(loading->folder, name) : NULL;
    char *bytes = path ? read_template_file(loading, path) : NULL;
    if (bytes) {
        loading->from_folder = true;
        *ret_file = path;
        *ret_bytes = bytes;
        return;
    }
    free(path);
    *ret_file = memory_copy_string(name);
    *ret_bytes = memory_copy_string(built_in);
}

static bool find_part(const char *name, void *context, struct template_source *ret_source)
{
    struct loading *loading = context;
    for (enum words of = WORDS_part_case; of <= WORDS_part_desk; of++) {
        if (!string_equal(name, words[of].name + strlen("part_")))
            continue;
        char *file = file_name(of, loading->language);
        free(loading->part_file);
        free(loading->part_bytes);
        find_source(
            loading, file, words[of].built_in[loading->language], &loading->part_file, &loading->part_bytes);
        free(file);
        *ret_source =
            (struct template_source){loading->part_file, loading->part_bytes, strlen(loading->part_bytes)};
        return true;
    }
    return false;
}

/* --- reading ----------------------------------------------------------------------------------------------
 */

static struct template *compile(
    struct loading *loading, const char *name, const char *built_in, const struct template_rules *rules)
{
    struct template_problem problem = {0};
    find_source(loading, name, built_in, &loading->file, &loading->bytes);
    const struct template_source source = {loading->file, loading->bytes, strlen(loading->bytes)};
    struct template *template = template_compile(&source, rules, &problem);
    if (!template)
        tell(loading, problem.file, problem.line, problem.failure.text);
    free(loading->file);
    free(loading->bytes);
    free(loading->part_file);
    free(loading->part_bytes);
    loading->part_file = loading->part_bytes = NULL;
    return template;
}

/* The folder's template, or else the one that m13d brings, with its own parts. */
static struct template *load_template(const char *folder, struct config_problems *problems, int language,
    const char *name, const char *built_in, enum template_kind kind, const struct template_member *members)
{
    struct loading loading = {.folder = folder, .problems = problems, .language = language};
    const struct template_rules rules = {kind, members, find_part, &loading};
    struct template *template = compile(&loading, name, built_in, &rules);
    if (!template && folder && !problems) {
        loading.folder = NULL;
        template = compile(&loading, name, built_in, &rules);
    }
    if (!template && !problems)
        log_fatal(EXIT_INTERNAL, "the template %s that m13d brings cannot be read", name);
    return template;
}

static void load_all(struct templates *templates, const char *folder, struct config_problems *problems)
{
    for (enum words of = 0; of < WORDS_part_case; of++)
        for (int language = 0; language < LANGUAGES; language++) {
            bool robot = of >= WORDS_robot_firm;
            char *name = file_name(of, language);
            templates->words[of][language] = load_template(folder, problems, language, name,
                words[of].built_in[language], robot ? TEMPLATE_PLAIN : TEMPLATE_WORDS,
                of == WORDS_robot_firm ? view_public_members : view_members);
            free(name);
        }
    templates->frame =
        load_template(folder, problems, 0, FRAME, template_frame, TEMPLATE_HTML, view_frame_members);
}

struct templates *templates_new(const struct config *config)
{
    struct templates *templates = memory_get_zeroed(1, sizeof *templates);
    load_all(templates, config->alerts.templates, NULL);
    return templates;
}

void templates_free(struct templates *templates)
{
    if (!templates)
        return;
    for (size_t i = 0; i < WORDS_COUNT; i++)
        for (int language = 0; language < LANGUAGES; language++)
            template_free(templates->words[i][language]);
    template_free(templates->frame);
    free(templates);
}

/* --- check -----------------------------------------------------------------------------------------------
 */

static bool is_known_file(const char *name)
{
    bool known = string_equal(name, FRAME);
    for (enum words of = 0; of < WORDS_COUNT && !known; of++)
        for (int language = 0; language < LANGUAGES && !known; language++) {
            char *own = file_name(of, language);
            known = string_equal(own, name);
            free(own);
        }
    return known;
}

/* A misspelt name of a file would change nothing, and nobody would see it. */
static void check_file_name(const char *folder, const char *name, struct config_problems *problems)
{
    if ((!string_ends(name, ".txt") && !string_ends(name, ".html")) || is_known_file(name))
        return;
    struct text accepted = TEXT_WITH_CEILING(700);
    for (enum words of = 0; of < WORDS_COUNT; of++) {
        char *own = file_name(of, 0);
        text_append_format(&accepted, "%.*s, ", (int)(strlen(own) - strlen(suffixes[0])), own);
        free(own);
    }
    char *path = path_join(folder, name);
    config_problem_add(problems, path, 0,
        "no message has this template; accepted: %s or one of %swith .zh.txt or .en.txt", FRAME,
        text_string(&accepted));
    free(path);
    text_free(&accepted);
}

void templates_check(const struct config *config, struct config_problems *problems)
{
    const char *folder = config->alerts.templates;
    struct templates *templates = memory_get_zeroed(1, sizeof *templates);
    DIR *directory = folder ? opendir(folder) : NULL;
    if (folder && !directory)
        config_problem_add(problems, folder, 0, "templates: %s", strerror(errno));
    for (const struct dirent *entry; directory && (entry = readdir(directory));)
        check_file_name(folder, entry->d_name, problems);
    if (directory) {
        closedir(directory);
        load_all(templates, folder, problems);
    }
    templates_free(templates);
}

/* --- which -----------------------------------------------------------------------------------------------
 */

/* The desk's word on a case of whatever kind is a question to it. */
static enum words words_of(const char *type, const char *audience)
{
    bool desk = string_equal(audience, "desk"), firm = string_equal(audience, "firm");
    const char *name = string_starts(type, "m13.") ? type + strlen("m13.") : type;
    for (enum words of = WORDS_lead; of <= WORDS_test; of++) {
        bool of_firm =
            of == WORDS_lead || of == WORDS_correction || of == WORDS_reminder || of == WORDS_deadline;
        if (string_equal(words[of].name, name))
            return desk && of_firm ? WORDS_question : of;
    }
    return firm ? WORDS_lead : desk ? WORDS_question : WORDS_alarm;
}

const struct template *templates_words(
    const struct templates *templates, const char *type, const char *audience, enum alert_language language)
{
    return templates->words[words_of(type, audience)][language == ALERT_EN];
}

const struct template *templates_robot(
    const struct templates *templates, const char *audience, enum alert_language language)
{
    enum words of = string_equal(audience, "firm")   ? WORDS_robot_firm
                    : string_equal(audience, "desk") ? WORDS_robot_desk
                                                     : WORDS_robot_operator;
    return templates->words[of][language == ALERT_EN];
}

const struct template *templates_frame(const struct templates *templates)
{
    return templates->frame;
}
