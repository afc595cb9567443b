/* claim_world.h - the world of the claim at hand, for a test program: opened before each claim, closed behind
 * it. */
#ifndef M13_TEST_CLAIM_WORLD_H
#define M13_TEST_CLAIM_WORLD_H

#include "world.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

#endif
