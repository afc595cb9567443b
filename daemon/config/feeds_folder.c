/* The folder of feed definitions. */
#include "loading.h"

#include "feed_house.h"
#include "paths.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Editors leave copies beside a file (.x.swp, x.conf~, x.conf.orig): only NAME.conf is a definition. */
static int is_definition(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && string_ends(entry->d_name, ".conf");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_feed_name(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void read_definition(struct loading *loading, const char *path, const char *file_name)
{
    struct config *config = &loading->config;
    FILE *file = path_open(path);
    if (file == NULL) {
        config_problem_add(loading->problems, path, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    const struct feed_house house = {.parameters = loading->authorities_are_known ? config->parameters : NULL,
        .feeds = config->feeds,
        .feed_count = config->feed_count,
        .folder = loading->folder};
    struct feed_definition *definition = feed_definition_read_among(file, path, &house, loading->problems);
    fclose(file);
    if (definition == NULL)
        return;
    struct text name = TEXT_WITH_CEILING(4096);
    text_append_format(&name, "feeds/%s", file_name);
    loading_note_hash(loading, text_string(&name), definition->hash);
    text_free(&name);
    config->feeds[config->feed_count++] = definition;
}

static void read_entry(struct loading *loading, const char *folder, const char *file_name)
{
    char *path = path_join(folder, file_name);
    char *name = memory_copy_bytes(file_name, strlen(file_name) - strlen(".conf"));
    if (is_feed_name(name))
        read_definition(loading, path, file_name);
    else
        config_problem_add(loading->problems, path, 0,
            "`%s` is no name for a feed: accepted are small letters, digits and hyphens, a letter first",
            name);
    loading->feed_names[loading->feed_name_count++] = name;
    free(path);
}

static void tell_no_folder(const struct loading *loading, const char *folder, int error)
{
    if (loading->feeds != NULL)
        config_problem_add(loading->problems, loading->config.file, loading->feeds_line,
            "`feeds`: the folder %s cannot be read: %s", folder, strerror(error));
    else if (error != ENOENT)
        config_problem_add(loading->problems, folder, 0, "cannot be read: %s", strerror(error));
}

void loading_read_feeds(struct loading *loading)
{
    char *folder = loading->feeds != NULL && loading->feeds[0] == '/'
                       ? memory_copy_string(loading->feeds)
                       : path_join(loading->folder, loading->feeds != NULL ? loading->feeds : "feeds.d");
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_definition, by_name);
    if (count < 0)
        tell_no_folder(loading, folder, errno);
    size_t most = count > 0 ? (size_t)count : 0;
    loading->feed_names = memory_get_zeroed(most + 1, sizeof *loading->feed_names);
    loading->config.feeds = memory_get_zeroed(most + 1, sizeof *loading->config.feeds);
    if (most > LIMIT_FEEDS)
        config_problem_add(
            loading->problems, folder, 0, "%zu definitions: %d are accepted", most, LIMIT_FEEDS);
    for (size_t i = 0; i < most; i++) {
        if (i < LIMIT_FEEDS)
            read_entry(loading, folder, entries[i]->d_name);
        free(entries[i]);
    }
    const struct feed_neighbours neighbours = {
        loading->config.feeds, loading->config.feed_count, loading->feed_names, loading->feed_name_count};
    feed_check_neighbours(&neighbours, loading->problems);
    free(entries);
    free(folder);
}
