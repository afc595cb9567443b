#include "package.h"

#include "input.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAW_BYTES ((size_t)64 * 1024)
#define MEBIBYTE  (1024 * 1024)

struct package_entry {
    char *name;
    bool is_file; /* no folder, no link */
};

struct package {
    struct input *file;
    int64_t at;    /* in the file */
    char why[128]; /* the file could not be read; "" = it could */
    enum fault_language language;
    struct archive *archive;       /* NULL between two parts */
    int64_t file_bytes;            /* as it is packed */
    int64_t unpacked;              /* of all parts so far */
    int64_t part_bytes;            /* of this one */
    char *part;                    /* its name */
    struct package_entry *entries; /* sorted */
    size_t count, capacity;
    bool climbs;
    char raw[RAW_BYTES];
};

static int tell(const struct package *package, enum fault_kind kind, const char *name, int64_t number,
    struct failure *ret_failure)
{
    struct fault fault = {.kind = kind, .name = name, .number = number};
    return fault_tell(&fault, package->language, ret_failure);
}

static int tell_damage(const struct package *package, struct failure *ret_failure)
{
    const char *words = *package->why != '\0' ? package->why : archive_error_string(package->archive);
    if (archive_errno(package->archive) == ENOMEM)
        return tell(package, FAULT_MEMORY, NULL, 0, ret_failure);
    return tell(package, FAULT_ZIP_DAMAGED, words != NULL ? words : "ZIP", 0, ret_failure);
}

/* --- the file, as libarchive wants it --------------------------------------------------------------------
 * Its own way to read a descriptor asks fstat(2), which the sandbox denies. */

static void keep_words(struct package *package, struct archive *archive, const struct failure *failure)
{
    snprintf(package->why, sizeof package->why, "%.*s",
        (int)utf8_cut(failure->text, strnlen(failure->text, sizeof package->why - 1)), failure->text);
    archive_set_error(archive, EIO, "%s", package->why);
}

static la_ssize_t read_raw(struct archive *archive, void *context, const void **ret_bytes)
{
    struct package *package = context;
    struct failure failure = {0};
    ssize_t got = input_read(package->file, package->raw, RAW_BYTES, &failure);
    if (got < 0)
        keep_words(package, archive, &failure);
    else
        package->at += got;
    *ret_bytes = package->raw;
    return got < 0 ? ARCHIVE_FATAL : got;
}

static la_int64_t seek_raw(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct package *package = context;
    struct failure failure = {0};
    int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? package->at : package->file_bytes;
    bool inside = offset >= -from && offset <= package->file_bytes - from;
    if (!inside) {
        archive_set_error(archive, EINVAL, "a place beyond its end");
        return ARCHIVE_FATAL;
    }
    if (input_seek(package->file, from + offset, &failure) < 0) {
        keep_words(package, archive, &failure);
        return ARCHIVE_FATAL;
    }
    return package->at = from + offset;
}

static void close_archive(struct package *package)
{
    archive_read_free(package->archive);
    package->archive = NULL;
}

/* Only the reader that goes by the archive's list at its end: one that takes what comes would yield half of
 * a cut archive as if it were whole. */
static int open_archive(struct package *package, struct failure *ret_failure)
{
    close_archive(package);
    int r = input_seek(package->file, 0, ret_failure);
    if (r < 0)
        return r;
    package->at = 0;
    package->archive = archive_read_new();
    if (package->archive == NULL)
        return tell(package, FAULT_MEMORY, NULL, 0, ret_failure);
    archive_read_support_format_zip_seekable(package->archive);
    archive_read_set_read_callback(package->archive, read_raw);
    archive_read_set_seek_callback(package->archive, seek_raw);
    archive_read_set_callback_data(package->archive, package);
    return archive_read_open1(package->archive) == ARCHIVE_OK ? 0 : tell_damage(package, ret_failure);
}

/* --- the list --------------------------------------------------------------------------------------------
 */

/* As the parts name each other: without a slash in front. Some writers on Windows part folders by `\`. */
static const char *raw_name_of(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname_utf8(entry);
    if (name == NULL)
        name = archive_entry_pathname(entry); /* in some character set that nobody tells: a picture's */
    return name != NULL ? name : "?";
}

static char *name_of(struct archive_entry *entry)
{
    char *copy = memory_copy_string(raw_name_of(entry));
    for (char *at = strchr(copy, '\\'); at != NULL; at = strchr(at, '\\'))
        *at = '/';
    size_t slashes = strspn(copy, "/");
    memmove(copy, copy + slashes, strlen(copy + slashes) + 1);
    return copy;
}

/* The standard knows two ways of packing; others need more memory or time than we lend. */
static bool is_packed_as_usual(struct archive *archive)
{
    const char *format = archive_format_name(archive);
    return format != NULL &&
           (strstr(format, "(deflation)") != NULL || strstr(format, "(uncompressed)") != NULL);
}

/* Would lead out of the folder that an archive is unpacked into. */
static bool name_climbs(const char *name)
{
    for (const char *at = name; at != NULL; at = strpbrk(at, "/\\")) {
        at += *at == '/' || *at == '\\';
        if (at[0] == '.' && at[1] == '.' && (at[2] == '\0' || at[2] == '/' || at[2] == '\\'))
            return true;
    }
    return *name == '/' || *name == '\\';
}

static int check_entry(struct package *package, struct archive_entry *entry, struct failure *ret_failure)
{
    MEMORY_GROW(package->entries, package->count, package->capacity);
    char *name = name_of(entry);
    bool is_file = archive_entry_filetype(entry) == AE_IFREG && !string_ends(name, "/");
    package->entries[package->count++] = (struct package_entry){name, is_file};
    package->climbs = package->climbs || name_climbs(raw_name_of(entry));
    if (package->count > LIMIT_WORKBOOK_PARTS)
        return tell(package, FAULT_ZIP_PARTS, NULL, LIMIT_WORKBOOK_PARTS, ret_failure);
    if (archive_entry_is_encrypted(entry))
        return tell(package, FAULT_ZIP_ENCRYPTED, name, 0, ret_failure);
    if (!string_ends(name, "/") && !is_packed_as_usual(package->archive))
        return tell(package, FAULT_ZIP_METHOD, archive_format_name(package->archive), 0, ret_failure);
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcasecmp(((const struct package_entry *)a)->name, ((const struct package_entry *)b)->name);
}

static int check_names(struct package *package, struct failure *ret_failure)
{
    if (package->count > 0)
        qsort(package->entries, package->count, sizeof *package->entries, compare_names);
    for (size_t i = 1; i < package->count; i++)
        if (compare_names(&package->entries[i - 1], &package->entries[i]) == 0)
            return tell(package, FAULT_ZIP_DOUBLED, package->entries[i].name, 0, ret_failure);
    return 0;
}

static int read_list(struct package *package, struct failure *ret_failure)
{
    struct archive_entry *entry;
    int r = open_archive(package, ret_failure);
    while (r == 0) {
        int got = archive_read_next_header(package->archive, &entry);
        if (got == ARCHIVE_EOF)
            return check_names(package, ret_failure);
        /* A warning is about a name that is not in this machine's character set: none that we look for. */
        r = got == ARCHIVE_OK || got == ARCHIVE_WARN ? check_entry(package, entry, ret_failure)
                                                     : tell_damage(package, ret_failure);
    }
    return r;
}

int package_open(
    int descriptor, enum fault_language language, struct package **ret_package, struct failure *ret_failure)
{
    if (lseek(descriptor, 0, SEEK_SET) < 0)
        return fail(ret_failure, -errno, "the archive cannot be read twice: %s", strerror(errno));
    struct package *package = memory_get_zeroed(1, sizeof *package);
    package->language = language;
    package->file = input_open(descriptor);
    package->file_bytes = input_size(package->file, ret_failure);
    int r = package->file_bytes < 0 ? (int)package->file_bytes : read_list(package, ret_failure);
    if (r < 0)
        package_close(package);
    else
        *ret_package = package;
    return r;
}

void package_close(struct package *package)
{
    if (package == NULL)
        return;
    close_archive(package);
    input_close(package->file);
    for (size_t i = 0; i < package->count; i++)
        free(package->entries[i].name);
    free(package->entries);
    free(package->part);
    free(package);
}

enum fault_language package_language(const struct package *package)
{
    return package->language;
}

bool package_has(const struct package *package, const char *name)
{
    struct package_entry wanted = {.name = memory_copy_string(name)};
    bool found = package->count > 0 && bsearch(&wanted, package->entries, package->count,
                                           sizeof *package->entries, compare_names) != NULL;
    free(wanted.name);
    return found;
}

const char *package_file(const struct package *package, size_t index)
{
    for (size_t i = 0; i < package->count; i++)
        if (package->entries[i].is_file && index-- == 0)
            return package->entries[i].name;
    return NULL;
}

bool package_climbs(const struct package *package)
{
    return package->climbs;
}

/* --- a part ----------------------------------------------------------------------------------------------
 */

int package_begin(struct package *package, const char *name, struct failure *ret_failure)
{
    struct archive_entry *entry;
    if (!package_has(package, name))
        return tell(package, FAULT_PART_MISSING, name, 0, ret_failure);
    int r = open_archive(package, ret_failure);
    if (r < 0)
        return r;
    for (bool found = false; !found;) {
        int got = archive_read_next_header(package->archive, &entry);
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
            return tell_damage(package, ret_failure);
        char *here = name_of(entry);
        found = strcasecmp(here, name) == 0;
        free(here);
    }
    free(package->part);
    package->part = memory_copy_string(name);
    package->part_bytes = 0;
    return 0;
}

static int check_bytes(const struct package *package, struct failure *ret_failure)
{
    if (package->part_bytes > LIMIT_WORKBOOK_PART_BYTES)
        return tell(
            package, FAULT_ZIP_PART_BYTES, package->part, LIMIT_WORKBOOK_PART_BYTES / MEBIBYTE, ret_failure);
    if (package->unpacked > LIMIT_WORKBOOK_BYTES)
        return tell(package, FAULT_ZIP_BYTES, NULL, LIMIT_WORKBOOK_BYTES / MEBIBYTE, ret_failure);
    if (package->unpacked > LIMIT_WORKBOOK_SMALL_BYTES &&
        package->unpacked / LIMIT_UNPACK_RATIO > package->file_bytes)
        return tell(package, FAULT_ZIP_RATIO, NULL, LIMIT_UNPACK_RATIO, ret_failure);
    return 0;
}

ssize_t package_read(struct package *package, char *bytes, size_t room, struct failure *ret_failure)
{
    la_ssize_t got = archive_read_data(package->archive, bytes, room);
    if (got < 0)
        return tell_damage(package, ret_failure);
    package->part_bytes += got;
    package->unpacked += got;
    int r = check_bytes(package, ret_failure);
    return r < 0 ? r : got;
}
