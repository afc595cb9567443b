/* stages.h - which moves a case may make from stage to stage, and what each takes. */
#ifndef M13_CASEWORK_STAGES_H
#define M13_CASEWORK_STAGES_H

#include "m13/casework.h"

/* A case as it stands when somebody wants to move it. */
struct standing {
    struct store *store;
    int64_t case_file, version;
    enum case_stage stage;
    char case_id[48], uscc[64], verdict[24], review[24], facts_hash[DIGEST_HEX_BYTES];
};
bool standing_find(struct store *store, const char *case_id, struct standing *ret_standing);

/* persons.c: whether two signatures are of one person. */
bool person_is_same(const char *one, const char *other);
/* The maker by which the case is this firm's, else the one that its record names; 0 = none. */
int64_t case_maker(struct store *store, int64_t case_file, const char *uscc);

struct stage_guard {
    bool (*holds)(const struct standing *standing);
    const char *zh, *en; /* why it does not hold */
};
struct stage_move {
    enum case_stage from, to;
    const struct stage_guard *guard; /* NULL = none */
    bool two_persons;
};
/* Eligible, and no rule rests on a mere claim: what a person may put his name to. */
extern const struct stage_guard stage_reviewable;
const struct stage_move *stage_move_find(enum case_stage from, enum case_stage to); /* NULL = not allowed */
/* "checking, notified": where a case may go from here. */
void stage_moves_list(enum case_stage from, bool english, struct text *out);

#endif
