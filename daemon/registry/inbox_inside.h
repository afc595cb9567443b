/* inbox_inside.h - the parts of a folder's keeping. */
#ifndef REGISTRY_INBOX_INSIDE_H
#define REGISTRY_INBOX_INSIDE_H

#include "inbox.h"

#include <dirent.h>

struct inbox_entry {
    char *name;
    struct stat status;
    int64_t since;     /* on clock_monotonic() */
    int64_t not_until; /* the same; 0 = whenever it is whole */
    bool whole;        /* its writer has closed it, or renamed it in */
    bool wanted;       /* else only remembered, for the day when it is */
    bool left;         /* has been tried, and stays as it is */
    bool put_off;      /* has been tried, and will be again */
};

struct inbox_entries {
    struct inbox_entry *items;
    size_t count, capacity;
    size_t wanted;
};

struct local_inbox {
    char *folder;
    bool (*wanted)(const char *name, void *context); /* NULL = every file */
    void *context;
    struct inbox_entries known; /* of the last scan and since, in order of name */
    struct inbox_entries fresh; /* of the scan that goes on */
    DIR *reading;               /* NULL = none goes on */
    bool more;                  /* the last one did not see all that is wanted */
    bool told;                  /* that the folder cannot be read */
    bool told_of_link;          /* that one is not followed */
};

struct inbox_entry *inbox_find(const struct local_inbox *inbox, const char *name); /* or NULL */
bool inbox_is_by_product(const char *name);
char *inbox_path(const struct local_inbox *inbox, const char *name); /* the caller frees */

#endif
