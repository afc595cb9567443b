/* internal.h - what the files of this room share. */
#ifndef M13_ALERT_INTERNAL_H
#define M13_ALERT_INTERNAL_H

#include "m13/alert.h"
#include "m13/text.h"

/* One case that a message speaks of, copied from the change that caused it. */
struct told_case {
    char *case_id, *kind, *old_verdict, *verdict, *verdict_zh, *verdict_en;
    char *authority, *number, *device, *decision, *first_seen;
    char **missing;
    size_t missing_count;
    char **sentences_zh, **sentences_en; /* of the rules that did not pass */
    size_t sentence_count;
    bool first_load;
    int64_t seq;
};

/* What one firm's decision gives to one audience: one message, however many cases. What waits for a person is
 * kept apart from what goes out. */
struct told_firm {
    enum alert_audience audience;
    bool waits;
    char *uscc;
    struct told_case *cases;
    size_t case_count, case_capacity;
};

/* message.c */
void told_case_of(const struct case_change *change, struct told_case *ret_case);
void told_firm_clear(struct told_firm *told);
/* Stable over restarts: a digest of audience, firm and the journal entries of the events. */
void message_id(const struct told_firm *told, char out[40]);
/* The message as JSON: facts, and the text in both languages; no address, no personal data. */
void message_body(const struct told_firm *told, const char *id, const char *firm_name,
    const struct config *config, int64_t now, struct text *out);

#endif
