/* conf_file.h - one conf file, read whole and parsed, with the line of every value.
 *
 * libconfig does the parsing. Around it stands what it leaves open (measured with 1.5): its scanner follows
 * `@include` to any file, takes 50 s for 700 KB of settings (it compares all names of a group), cuts integers
 * to 32 bits in silence, stops at a NUL, and gives a value at the end of a line the line of the token behind
 * it. */
#ifndef M13_CONF_FILE_H
#define M13_CONF_FILE_H

#include "m13/config.h"
#include "m13/digest.h"

#include <libconfig.h>
#include <stdbool.h>
#include <stdio.h>

struct conf_file {
    config_t tree;
    int *value_lines;            /* which the settings' hooks point into */
    char hash[DIGEST_HEX_BYTES]; /* SHA-256 of the bytes */
};

/* Reads up to the end of `file`. False when anything is wrong; then it is among the problems, and there is
 * nothing to free. `name` is for messages. */
bool conf_file_read(
    FILE *file, const char *name, struct config_problems *problems, struct conf_file *ret_conf_file);
void conf_file_free(struct conf_file *conf_file);

/* All bytes up to the end of `file`, at most LIMIT_CONF_BYTES, and a NUL; the caller frees. NULL after
 * telling the problem. */
char *conf_file_bytes(FILE *file, const char *name, struct config_problems *problems, size_t *ret_length);

/* The line on which a setting's name stands, or the value itself where it has no name. */
int conf_line(const config_setting_t *setting);

#endif
