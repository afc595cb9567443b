/* import_answer.h - how an import ended, as m13ctl prints it: told by the daemon through the control socket,
 * or by m13ctl itself when none runs. */
#ifndef M13_IMPORT_ANSWER_H
#define M13_IMPORT_ANSWER_H

#include "m13/registry.h"

#include <jansson.h>

json_t *import_answer(const struct import_result *result);
/* 65 = the file was refused, 3 = rows of it, 0. */
int import_exit_code(const struct import_result *result);

#endif
