/* loading.h - one turn of config_load(): what is read so far.
 *
 * Everything is read, whatever is wrong with it, so that all mistakes are told at once; only when there is
 * none does a `struct config` come out. */
#ifndef M13_LOADING_H
#define M13_LOADING_H

#include "settings.h"

#include "m13/config.h"

struct loading {
    struct config config;
    struct config_problems *problems;
    char *folder;      /* of m13d.conf, as given */
    char *feeds;       /* the setting `feeds`; NULL = feeds.d beside m13d.conf */
    int feeds_line;    /* where that setting stands */
    char **feed_names; /* of all files in the folder, good or bad */
    size_t feed_name_count;
    char **hashes; /* "NAME HASH\n" of each file read */
    size_t hash_count, hash_capacity;
    bool authorities_are_known; /* authorities.conf is absent, or could be parsed */
};

extern const struct settings main_settings; /* m13d.conf; target: struct loading */

/* A reader for one of the files beside each other: it knows what belongs to which of them. */
struct settings_reader loading_reader(
    const struct loading *loading, const char *file, const struct settings *settings);
void loading_note_hash(struct loading *loading, const char *name, const char *hash);

/* feeds_folder.c: every definition in the folder, into config.feeds. */
void loading_read_feeds(struct loading *loading);
/* main_file.c: the group `overrides` of m13d.conf, once the feeds are there. */
void loading_apply_overrides(struct loading *loading, struct settings_reader *reader, config_setting_t *root);

#endif
