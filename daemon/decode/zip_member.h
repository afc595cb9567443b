/* zip_member.h - the one member of a register's zip that is its payload, as a stream.
 *
 * Nothing is unpacked before the archive's list has been judged (package.h). */
#ifndef M13_DECODE_ZIP_MEMBER_H
#define M13_DECODE_ZIP_MEMBER_H

#include "input.h"

struct zip_member;

/* `pattern`: glob of the member's name, in which * and ? do not reach over a slash; exactly one must fit. 0,
 * -EBADMSG or -EFBIG. The descriptor stays the caller's. */
int zip_member_open(
    int descriptor, const char *pattern, struct zip_member **ret_member, struct failure *ret_failure);
/* Its bytes, for charset_begin(); goes with the member. */
struct input *zip_member_input(struct zip_member *member);
void zip_member_close(struct zip_member *member); /* NULL is fine */

#endif
