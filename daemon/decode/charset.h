/* charset.h - a payload in its own character set as a stream of UTF-8.
 *
 * UTF-8 passes as it is (what is wrong in it shows where a value is used: clean.h); a byte-order mark is left
 * out. Windows-1252, GB18030 and UTF-16 are converted; what they cannot mean becomes U+FFFD and is counted.
 */
#ifndef M13_DECODE_CHARSET_H
#define M13_DECODE_CHARSET_H

#include "input.h"

#include "m13/feed_definition.h"

#include <stdint.h>

struct charset;

/* To be called before the sandbox closes: ICU opens its tables here and never again. */
struct charset *charset_new(enum feed_charset kind);
/* What Excel calls "Unicode text": UTF-16 with a byte-order mark. */
struct charset *charset_new_utf16(void);
void charset_begin(struct charset *charset, struct input *input); /* a new payload */
/* As input_read(). `room` is at least CHARSET_LEAST_ROOM. */
#define CHARSET_LEAST_ROOM 64
ssize_t charset_read(struct charset *charset, char *bytes, size_t room, struct failure *ret_failure);
int64_t charset_replaced(const struct charset *charset); /* characters that became U+FFFD, all payloads */
void charset_free(struct charset *charset);              /* NULL is fine */

/* What the windows-1252 byte 0x80 to 0x9F means; U+FFFD for the five that mean nothing. */
uint32_t charset_cp1252(unsigned char byte);

#endif
