#include "xml_run.h"

#include "m13/limits.h"

#include <string.h>

bool xml_run_is_too_long(size_t *run, const char *bytes, size_t length)
{
    const char *last = memrchr(bytes, '<', length);
    *run = last != NULL ? (size_t)(bytes + length - last) : *run + length;
    return *run > LIMIT_XML_RUN_BYTES;
}
