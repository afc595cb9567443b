#include "paths.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_folder(const char *file)
{
    const char *slash = strrchr(file, '/');
    if (slash == NULL)
        return memory_copy_string("");
    return slash == file ? memory_copy_string("/.") : memory_copy_bytes(file, (size_t)(slash - file));
}

char *path_from(const char *folder, const char *path)
{
    if (path[0] == '/')
        return memory_copy_string(path);
    char *absolute = realpath(folder[0] != '\0' ? folder : ".", NULL);
    char *joined = path_join(absolute != NULL ? absolute : folder, path);
    free(absolute);
    return joined;
}

FILE *path_open(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return NULL;
    struct stat about;
    int error = fstat(descriptor, &about) < 0 ? errno
                : S_ISDIR(about.st_mode)      ? EISDIR
                : !S_ISREG(about.st_mode)     ? EINVAL
                                              : 0;
    FILE *file = error == 0 ? fdopen(descriptor, "r") : NULL;
    if (file == NULL) {
        error = error != 0 ? error : errno;
        close(descriptor);
        errno = error;
    }
    return file;
}
