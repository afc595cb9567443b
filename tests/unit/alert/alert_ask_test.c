/* The forms of one case, asked for by hand. What stands in them goes through the import in
 * tests/system/ask_test.py. */
#include "alert_world.h"

#include "m13/alert.h"

#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

static void form_of_a_case_that_is_not_there_is_refused(void **state)
{
    struct alert_world *world = *state;
    char *file = scratch_path(world->folder, "form.xlsx");
    struct failure failure = {0};
    assert_int_equal(alert_ask(world->store, &world->config, "M13-2026-99999", file, &failure), -ENOENT);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(form_of_a_case_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
