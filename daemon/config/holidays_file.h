/* holidays_file.h - the file `holidays`: days on which nobody works, and weekends on which people do.
 *
 * A line each, as the State Council arranges them for a year: "2026-10-01 off 国庆节", "2026-10-10 work
 * 调休". # starts a comment. */
#ifndef M13_HOLIDAYS_FILE_H
#define M13_HOLIDAYS_FILE_H

#include "m13/config.h"
#include "m13/digest.h"

/* Reads up to the end of `file` into `times`, in order of day; `name` is for messages. */
void holidays_read(FILE *file, const char *name, struct config_problems *problems, struct alert_times *times,
    char ret_hash[DIGEST_HEX_BYTES]);
void holidays_release(struct alert_times *times);

#endif
