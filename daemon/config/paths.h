/* paths.h - where the files that a configuration names are. */
#ifndef M13_PATHS_H
#define M13_PATHS_H

#include <stdio.h>

char *path_folder(const char *file); /* "conf/m13d.conf" -> "conf", "m13d.conf" -> "" */

/* `path` as it is when absolute, else in `folder`, itself made absolute. The caller frees. */
char *path_from(const char *folder, const char *path);

/* Opens a file for reading that must be an ordinary one; a pipe or device would hang the reader. NULL with
 * errno; EISDIR or EINVAL for what is no file. */
FILE *path_open(const char *path);

#endif
