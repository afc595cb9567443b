#include "scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 16 }; /* descriptors that nftw() may hold at once */

static void give_up(const char *what, const char *path) __attribute__((noreturn));

static void give_up(const char *what, const char *path)
{
    fprintf(stderr, "scratch: %s %s: %s\n", what, path, strerror(errno));
    exit(1);
}

char *scratch_new(void)
{
    const char *parent = getenv("TMPDIR");
    char *folder = scratch_path(parent != NULL && parent[0] != '\0' ? parent : "/tmp", "m13-test-XXXXXX");
    if (mkdtemp(folder) == NULL)
        give_up("cannot make", folder);
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status;
    (void)type;
    (void)position;
    return remove(path);
}

void scratch_remove(char *folder)
{
    if (folder == NULL)
        return;
    if (nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) != 0)
        give_up("cannot remove", folder);
    free(folder);
}

char *scratch_path(const char *folder, const char *format, ...)
{
    char *name = NULL, *path = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&name, format, arguments) < 0 || asprintf(&path, "%s/%s", folder, name) < 0)
        give_up("no memory for a name in", folder);
    va_end(arguments);
    free(name);
    return path;
}

void scratch_write(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wbe");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        give_up("cannot write", path);
}

char *scratch_read(const char *path, size_t *ret_length)
{
    FILE *file = fopen(path, "rbe");
    char *bytes = NULL;
    size_t length = 0, capacity = 0, got;
    if (file == NULL)
        give_up("cannot read", path);
    do {
        if (capacity - length < BUFSIZ) {
            capacity = 2 * capacity + BUFSIZ + 1;
            bytes = realloc(bytes, capacity);
            if (bytes == NULL)
                give_up("no memory for", path);
        }
        got = fread(bytes + length, 1, capacity - length - 1, file);
        length += got;
    } while (got > 0);
    if (ferror(file))
        give_up("cannot read", path);
    fclose(file);
    bytes[length] = '\0';
    if (ret_length != NULL)
        *ret_length = length;
    return bytes;
}

void scratch_store(const char *folder)
{
    char *path = scratch_path(folder, "m13d.db");
    if (mkdir(folder, 0750) != 0 && errno != EEXIST)
        give_up("cannot make", folder);
    if (access(path, F_OK) != 0) {
        size_t length;
        char *empty = scratch_read(M13_EMPTY_STORE, &length);
        scratch_write(path, empty, length);
        free(empty);
    }
    free(path);
}
