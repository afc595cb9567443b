/* stored_zip.h - a ZIP archive of parts as they are, so that no checksum stands in a fuzzer's way. */
#ifndef M13_FUZZ_STORED_ZIP_H
#define M13_FUZZ_STORED_ZIP_H

#include <stddef.h>
#include <stdint.h>

struct stored_part {
    const void *name, *bytes;
    size_t name_length, length;
};
#define STORED_PARTS      16
#define STORED_NAME_BYTES 200 /* longer ones are cut */
/* At most STORED_PARTS of at most `room` bytes together, else 0; the archive's length. */
size_t stored_zip(const struct stored_part *parts, size_t count, uint8_t *archive, size_t room);

#endif
