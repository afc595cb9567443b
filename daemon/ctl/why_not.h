/* why_not.h - what the two halves of `why-not` share. */
#ifndef M13_CTL_WHY_NOT_H
#define M13_CTL_WHY_NOT_H

#include "ctl.h"

const char *why_not_string(const json_t *object, const char *key); /* "" when there is none */
/* {firm, number, approvals, paper, days_left, feeds_never_read} for people. */
void why_not_tell(struct ctl *ctl, json_t *told);

#endif
