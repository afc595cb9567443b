/* feed_house.h - a definition among its neighbours: what only the daemon can check, not the decoder's child.
 */
#ifndef M13_FEED_HOUSE_H
#define M13_FEED_HOUSE_H

#include "m13/config.h"

struct feed_house {
    const struct policy_parameters *parameters; /* NULL = the authorities are not known */
    struct feed_definition *const *feeds;       /* read before */
    size_t feed_count;
};

/* As feed_definition_read(); besides, the authority must be known and a budget the same for all its feeds. */
struct feed_definition *feed_definition_read_among(
    FILE *file, const char *file_name, const struct feed_house *house, struct config_problems *problems);

#endif
