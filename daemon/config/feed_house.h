/* feed_house.h - a definition among its neighbours: what only the daemon can check, not the decoder's child.
 */
#ifndef M13_FEED_HOUSE_H
#define M13_FEED_HOUSE_H

#include "m13/config.h"

struct feed_house {
    const struct policy_parameters *parameters; /* NULL = the authorities are not known */
    struct feed_definition *const *feeds;       /* read before */
    size_t feed_count;
    const char *folder; /* of m13d.conf, which a relative `ca-file` starts from; NULL = unknown */
};

/* As feed_definition_read(); besides, the authority must be known, a budget the same for all its feeds, and
 * the CA file of an enabled feed one. */
struct feed_definition *feed_definition_read_among(
    FILE *file, const char *file_name, const struct feed_house *house, struct config_problems *problems);

/* What all feeds together must be: ranks that differ, lists of `each` that come from a feed. `names`: of all
 * files in the folder; a feed that is not among `feeds` has mistakes of its own. */
struct feed_neighbours {
    struct feed_definition *const *feeds;
    size_t feed_count;
    char *const *names;
    size_t name_count;
};
void feed_check_neighbours(const struct feed_neighbours *neighbours, struct config_problems *problems);

#endif
