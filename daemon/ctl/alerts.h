/* alerts.h - what the parts of `m13ctl alerts` share (private to the program). */
#ifndef M13_CTL_ALERTS_H
#define M13_CTL_ALERTS_H

#include "ctl.h"

/* --- alerts_rows.c: messages with their deliveries, from the database ---------------------------------- */

struct alerts_filter { /* NULL = this filter is not in use */
    const char *state; /* of the message, or of one of its deliveries */
    const char *uscc, *case_id;
    bool newest_first;
    int64_t most; /* 0 = all */
};
/* Calls `each` with one message (borrowed): message_id, kind, audience, urgent, uscc, firm, cases, state,
 * created_at, released_at, decided_by, deliveries (channel, recipient, state, attempts, next_at,
 * last_attempt_at, delivered_at, proof, sent_sha256, problem). The state is draft, held or cancelled, and of
 * a released one what became of it: waiting while one of its deliveries is, else delivered where one has
 * arrived, else failed, else unreachable. */
void alerts_each(struct ctl *ctl, const struct alerts_filter *filter,
    void (*each)(struct ctl *ctl, json_t *message, void *context), void *context);
/* That state, of a message whose row has `state`. */
const char *alerts_state_of(const char *state, const json_t *deliveries);
bool alerts_state_is_known(const char *code);
const char *alerts_state_word(const struct ctl *ctl, const char *code);
const char *alerts_kind_word(const struct ctl *ctl, const char *code);
const char *alerts_audience_word(const struct ctl *ctl, const char *code);
/* One line for each delivery, indented: channel, state, proof or problem. */
void alerts_print_deliveries(struct ctl *ctl, const json_t *deliveries);

/* --- alerts_list.c ------------------------------------------------------------------------------ */

int alerts_list(struct ctl *ctl);
int alerts_show(struct ctl *ctl);

#endif
