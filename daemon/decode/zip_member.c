#include "zip_member.h"

#include "clean.h"
#include "package.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Names that a failure lists. */
#define NAMES_TOLD 5
#define NAME_BYTES 60

struct zip_member {
    struct package *package;
    struct input *input;
};

static void append_name(struct text *names, size_t index, const char *name)
{
    int64_t ignored = 0;
    size_t length = strnlen(name, NAME_BYTES);
    if (index >= NAMES_TOLD)
        return;
    text_append_string(names, index > 0 ? ", `" : "`");
    clean_append(name, utf8_cut(name, length), (struct clean_rules){0}, names, &ignored);
    text_append_character(names, '`');
}

/* The names that fit, or all: how many there are, and the first few for people. */
static size_t list_names(const struct package *package, const char *pattern, struct text *names)
{
    size_t count = 0;
    const char *name;
    text_clear(names);
    for (size_t i = 0; (name = package_file(package, i)) != NULL; i++)
        if (pattern == NULL || fnmatch(pattern, name, FNM_PATHNAME) == 0)
            append_name(names, count++, name);
    if (count > NAMES_TOLD)
        text_append_string(names, ", ...");
    return count;
}

static const char *find(const struct package *package, const char *pattern)
{
    const char *name = NULL;
    for (size_t i = 0; (name = package_file(package, i)) != NULL; i++)
        if (fnmatch(pattern, name, FNM_PATHNAME) == 0)
            break;
    return name;
}

static int check(const struct package *package, const char *pattern, struct failure *ret_failure)
{
    struct text names = TEXT_WITH_CEILING(NAMES_TOLD * (3 * NAME_BYTES + 8) + 8);
    size_t fitting = list_names(package, pattern, &names);
    int r = 0;
    if (package_climbs(package))
        r = fail(ret_failure, -EBADMSG, "the archive has names that lead out of its folder: a trick");
    else if (fitting == 0 && list_names(package, NULL, &names) == 0)
        r = fail(ret_failure, -EBADMSG, "the archive has no files in it");
    else if (fitting == 0)
        r = fail(ret_failure, -EBADMSG, "no member of the archive fits `%s`; it has %s", pattern,
            text_string(&names));
    else if (fitting > 1)
        r = fail(ret_failure, -EBADMSG, "%zu members of the archive fit `%s`, one is expected: %s", fitting,
            pattern, text_string(&names));
    text_free(&names);
    return r;
}

static ssize_t read_member(void *context, char *bytes, size_t room, struct failure *ret_failure)
{
    return package_read(context, bytes, room, ret_failure);
}

int zip_member_open(
    int descriptor, const char *pattern, struct zip_member **ret_member, struct failure *ret_failure)
{
    struct package *package;
    int r = package_open(descriptor, FAULT_IN_ENGLISH, &package, ret_failure);
    if (r < 0)
        return r;
    r = check(package, pattern, ret_failure);
    if (r == 0)
        r = package_begin(package, find(package, pattern), ret_failure);
    if (r < 0) {
        package_close(package);
        return r;
    }
    struct zip_member *member = memory_get(sizeof *member);
    *member = (struct zip_member){package, input_open_stream(read_member, package)};
    *ret_member = member;
    return 0;
}

struct input *zip_member_input(struct zip_member *member)
{
    return member->input;
}

void zip_member_close(struct zip_member *member)
{
    if (member == NULL)
        return;
    input_close(member->input);
    package_close(member->package);
    free(member);
}
