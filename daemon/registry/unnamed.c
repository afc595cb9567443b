/* unnamed.c - files that came without a row that speaks of them. */
#include "m13/registry.h"

#include "documents.h"
#include "inbox.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

int64_t registry_each_unnamed(
    struct store *store, void (*each)(const char *name, int64_t bytes, void *context), void *context)
{
    char *path = path_join(store_directory(store), "inbox/files");
    DIR *folder = opendir(path);
    int64_t count = folder != NULL ? 0 : -errno;
    free(path);
    struct stat status;
    for (struct dirent *found; folder != NULL && (found = readdir(folder)) != NULL;) {
        if (!local_inbox_stat(dirfd(folder), found->d_name, &status) ||
            local_document_is_named(store, found->d_name))
            continue;
        count++;
        if (each != NULL)
            each(found->d_name, status.st_size, context);
    }
    if (folder != NULL)
        closedir(folder);
    return count;
}
