/* touch.h - what follows from a new version: firms to decide again, identifiers, documents. */
#ifndef REGISTRY_TOUCH_H
#define REGISTRY_TOUCH_H

#include "m13/registry.h"
#include "seen.h"

struct local_touch {
    const struct local_kind *kind;
    int64_t seq; /* of the version */
    bool withdrawn;
    const char *key, *uscc, *old_uscc, *product_id, *authority, *number, *case_id, *document, *fields;
};
/* When all of the file is in. `touched`: firms that need no second word. */
void local_touch(struct store *store, struct local_seen *touched, const struct local_touch *touch);

#endif
