#include "stored_zip.h"

#include <string.h>

/* APPNOTE.TXT 4.3: sizes of the three records without their names. */
enum { LOCAL_BYTES = 30, CENTRAL_BYTES = 46, END_BYTES = 22 };

static uint32_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* Little-endian; bytes beyond the value's are zero. */
static uint8_t *put(uint8_t *at, uint32_t value, int bytes)
{
    for (; bytes > 0; bytes--, value >>= 8)
        *at++ = (uint8_t)value;
    return at;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t length)
{
    if (length > 0)
        memcpy(at, bytes, length);
    return at + length;
}

static size_t name_length(const struct stored_part *part)
{
    return part->name_length < STORED_NAME_BYTES ? part->name_length : STORED_NAME_BYTES;
}

/* What both headers of a part have in common: from the version to the length of the extra field. */
static uint8_t *put_common(uint8_t *at, const struct stored_part *part)
{
    at = put(at, 20, 2);
    at = put(at, 0, 8); /* flags, stored, time and date */
    at = put(at, checksum(part->bytes, part->length), 4);
    at = put(at, (uint32_t)part->length, 4);
    at = put(at, (uint32_t)part->length, 4);
    at = put(at, (uint32_t)name_length(part), 2);
    return put(at, 0, 2);
}

static uint8_t *put_local(uint8_t *at, const struct stored_part *part)
{
    at = put_common(put(at, 0x04034b50, 4), part);
    at = put_bytes(at, part->name, name_length(part));
    return put_bytes(at, part->bytes, part->length);
}

static uint8_t *put_central(uint8_t *at, const struct stored_part *part, size_t offset)
{
    at = put(put(at, 0x02014b50, 4), 20, 2);
    at = put_common(at, part);
    at = put(at, 0, 10); /* comment, disk, attributes */
    at = put(at, (uint32_t)offset, 4);
    return put_bytes(at, part->name, name_length(part));
}

size_t stored_zip(const struct stored_part *parts, size_t count, uint8_t *archive, size_t room)
{
    size_t offsets[STORED_PARTS], needed = END_BYTES;
    uint8_t *at = archive;
    for (size_t i = 0; i < count && i < STORED_PARTS; i++)
        needed += LOCAL_BYTES + CENTRAL_BYTES + 2 * name_length(&parts[i]) + parts[i].length;
    if (count > STORED_PARTS || needed > room)
        return 0;
    for (size_t i = 0; i < count; i++) {
        offsets[i] = (size_t)(at - archive);
        at = put_local(at, &parts[i]);
    }
    uint8_t *list = at;
    for (size_t i = 0; i < count; i++)
        at = put_central(at, &parts[i], offsets[i]);
    size_t list_bytes = (size_t)(at - list);
    at = put(put(at, 0x06054b50, 4), 0, 4);
    at = put(put(at, (uint32_t)count, 2), (uint32_t)count, 2);
    at = put(put(at, (uint32_t)list_bytes, 4), (uint32_t)(list - archive), 4);
    at = put(at, 0, 2);
    return (size_t)(at - archive);
}
