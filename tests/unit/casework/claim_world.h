/* claim_world.h - the world of the claim at hand, and what was gathered in it last, for a test program:
 * opened before each claim, closed behind it. */
#ifndef M13_TEST_CLAIM_WORLD_H
#define M13_TEST_CLAIM_WORLD_H

#include "world.h"

#include <stddef.h>

static struct world world;
static struct gathered_facts *gathered;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    gathered_facts_free(gathered);
    gathered = NULL;
    world_close(&world);
    return 0;
}

static inline const struct firm_facts *facts_of(const char *uscc)
{
    gathered_facts_free(gathered);
    gathered = casework_gather(world.store, uscc);
    return gathered_facts(gathered);
}

#endif
