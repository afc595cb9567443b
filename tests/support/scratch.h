/* scratch.h - a folder of a test's own, made by mkdtemp and removed with all that is in it.
 *
 * For tests alone: whatever fails here ends the test program with a line on stderr. */
#ifndef M13_TEST_SCRATCH_H
#define M13_TEST_SCRATCH_H

#include <stddef.h>

/* A new empty folder (0700) under $TMPDIR or /tmp; scratch_remove() removes and frees it. */
char *scratch_new(void);
void scratch_remove(char *folder); /* NULL is fine */

/* FOLDER/..., as printf does it; the caller frees. */
char *scratch_path(const char *folder, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes the whole file anew. */
void scratch_write(const char *path, const void *bytes, size_t length);
/* The whole file with a NUL behind it; the caller frees. `ret_length` may be NULL. */
char *scratch_read(const char *path, size_t *ret_length);

/* What store_open() makes of an empty FOLDER, unless there is a database already: a copy of the one that the
 * build has made, for the schema took most of the time of each test that begins with a store. store_test,
 * migrate_test and crash_test make it themselves. */
void scratch_store(const char *folder);

#endif
