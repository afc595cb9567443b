/* claim_scene.h - the scene of the claim at hand, for a test program: opened before each claim, closed behind
 * it. */
#ifndef M13_TEST_CLAIM_SCENE_H
#define M13_TEST_CLAIM_SCENE_H

#include "scene.h"

static struct scene scene;

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

#endif
