/* ask.c - the form that a firm is sent about a case, its own data filled in. */
#include "ctl.h"

#include "m13/alert.h"

#include <errno.h>
#include <stdio.h>

int verb_ask(struct ctl *ctl)
{
    struct failure failure = {0};
    const char *file = ctl_take_option(ctl, "-o");
    if (ctl->count != 1 || !file)
        return ctl_usage(
            ctl, "ask 需要一个线索编号和 -o 文件.xlsx", "ask takes the id of one case and -o FILE.xlsx");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    const char *case_id = ctl->arguments[0];
    store_begin_reading(ctl->store);
    int r = alert_ask(ctl->store, ctl->config, case_id, file, &failure);
    store_end_reading(ctl->store);
    if (r == -ENOENT) {
        fprintf(stderr, "m13ctl: %s: %s\n", SAY(ctl, "没有这条线索", "no such case"), case_id);
        return EXIT_BAD_USAGE;
    }
    return ctl_form_written(ctl, file, r, &failure);
}
