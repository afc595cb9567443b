/* conf_folder.h - a folder of conf files, and what config_load() says of it. */
#ifndef M13_TEST_CONF_FOLDER_H
#define M13_TEST_CONF_FOLDER_H

#include "m13/config.h"

struct conf_folder {
    char *path;
    struct config *config; /* of the last folder_load() */
    struct config_problems problems;
};

struct conf_folder *folder_new(void);
void folder_free(struct conf_folder *folder);
/* Writes `text` to NAME in the folder, e.g. "feeds.d/x.conf". */
void folder_write(struct conf_folder *folder, const char *name, const char *text);
void folder_write_bytes(struct conf_folder *folder, const char *name, const void *bytes, size_t length);
/* Loads m13d.conf anew; what the last load gave is freed. */
const struct config *folder_load(struct conf_folder *folder);

/* Exactly one of the problems of the last load is at NAME:LINE and says `part`. */
void folder_expect(const struct conf_folder *folder, const char *name, int line, const char *part);
/* It is the only one, and there is no configuration. */
void folder_expect_only(const struct conf_folder *folder, const char *name, int line, const char *part);
/* No problem, and a configuration. */
void folder_expect_good(const struct conf_folder *folder);

/* m13d.conf is `text`: its only mistake is on `line` and says `part`. */
void expect_mistake_in(const char *name, const char *text, int line, const char *part);

/* A definition that is as short as one can be and good; each line of it is a setting. */
extern const char minimal_definition[];
/* minimal_definition with the lines that start with `start` replaced by `text` ("" removes, NULL for `start`
 * appends): the caller frees. */
char *changed_definition(const char *start, const char *text);

#endif
