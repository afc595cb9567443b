/* package.h - the parts of an Office file (ECMA-376 part 2: a ZIP archive), or the members of a register's
 * zip, each read as a stream.
 *
 * The archive's list is read first, and judged: a cut archive has none, and what a bomb or a trick needs
 * (very many parts, two of one name, encryption, strange packing) is refused before anything is unpacked. */
#ifndef M13_DECODE_PACKAGE_H
#define M13_DECODE_PACKAGE_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct package;

/* The descriptor is a file, compressed (input.h) or not, and stays the caller's. 0, -EBADMSG or -EFBIG. */
int package_open(
    int descriptor, enum fault_language language, struct package **ret_package, struct failure *ret_failure);
enum fault_language package_language(const struct package *package);
/* Names are compared as the standard has it, without regard to the case of ASCII letters. */
bool package_has(const struct package *package, const char *name);
/* The `index`th file of the list, from 0; NULL when there are not so many. */
const char *package_file(const struct package *package, size_t index);
/* A name of the list is absolute or leads through `..`: no honest writer makes one. */
bool package_climbs(const struct package *package);
/* package_read() now reads this part from its beginning. */
int package_begin(struct package *package, const char *name, struct failure *ret_failure);
/* Bytes, 0 at the end of the part (its checksum is then right), or -EBADMSG, or -EFBIG at a ceiling. */
ssize_t package_read(struct package *package, char *bytes, size_t room, struct failure *ret_failure);
void package_close(struct package *package); /* NULL is fine */

#endif
