/* xml_bytes.h - a payload as libxml2 can take it: UTF-8 without a fault.
 *
 * libxml2 gives up at one bad byte (XML), or takes all that follows for ISO 8859-1 (HTML). So what is no
 * UTF-8, and what no XML document may hold (control characters), becomes U+FFFD before, and is counted.
 * UTF-16 passes as it is: libxml2 reads that itself, and nothing else: it would ask iconv, which opens files.
 */
#ifndef M13_DECODE_XML_BYTES_H
#define M13_DECODE_XML_BYTES_H

#include "charset.h"

#include "m13/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XML_BYTES_ROOM ((size_t)32 * 1024)

struct xml_bytes {
    struct charset *charset;
    bool begun, ended;
    bool utf16;
    size_t at, end;   /* of `raw`: what has not been given yet */
    int64_t given;    /* bytes */
    int64_t replaced; /* characters that became U+FFFD */
    char raw[XML_BYTES_ROOM];
};

void xml_bytes_begin(struct xml_bytes *bytes, struct charset *charset); /* a payload */
/* Before any are read: 0, or -EBADMSG where an XML document declares another encoding than the definition has
 * (`charset`). What is taken for UTF-8 although it is none would lose its letters one by one. */
int xml_bytes_check_encoding(struct xml_bytes *bytes, enum feed_charset charset, struct failure *ret_failure);
/* As input_read(). `room` is at least 4. */
ssize_t xml_bytes_read(struct xml_bytes *bytes, char *out, size_t room, struct failure *ret_failure);

#endif
