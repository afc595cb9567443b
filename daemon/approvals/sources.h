/* sources.h - what the files share that make approvals of the records of feeds. */
#ifndef M13_APPROVALS_SOURCES_H
#define M13_APPROVALS_SOURCES_H

#include "internal.h"
#include "merge.h"

/* A feed that has brought records. */
struct known_feed {
    int64_t id;
    enum feed_purpose purpose;
    record_fields asked; /* members by whose values another feed asks */
};

/* A poll that is being applied. */
struct applying {
    struct approvals *approvals;
    struct store *store;
    int64_t poll, seq; /* the sealing's journal entry: seq of every version */
    char feed[256];
    struct known_feed known;
    const struct feed_definition *definition; /* NULL = removed meanwhile */
    bool part;                                /* it shows some of the register only */
    bool unread;                              /* some of its dates or country names could not be read */
    bool whole;                               /* it shows all: what is shown again is not noted one by one */
    int64_t now;
    int64_t added, changed, unknown, doubles, passed_over;
    int32_t newest;
    char strange[512]; /* values that no rule knows, for people */
};

/* A record of it: a staged row, or several of one number made one. */
struct arrival {
    struct record record;
    const char *line;
    char content[DIGEST_HEX_BYTES];
    int64_t payload, row;
    bool gathered;          /* of all rows of its number: */
    const int64_t *further; /* makers besides its own */
    size_t further_count;
};

/* What is known of an approval before a record of it arrives. */
struct standing {
    int64_t approval; /* 0 = not known before */
    int64_t version;  /* 0 = known by a paper alone */
    int64_t maker;
    char feed[256]; /* "" = of no register yet */
    enum feed_purpose purpose;
    bool gone;
    bool by_paper;   /* the current version is casework's, of a paper */
    bool has_source; /* of this very feed: */
    bool same;       /* the very same facts */
    int64_t missed;
};

/* source.c: the record becomes its feed's latest, and the approval's next version where that changes
 * anything. */
enum taken {
    TAKEN,
    TAKEN_TWICE,
    TAKEN_DIFFERENT, /* a row before it says otherwise: it stands */
    TAKEN_NOT_KNOWN  /* no other feed has shown the approval: it is none (`known-only`) */
};
enum taken source_take(struct applying *applying, const struct arrival *arrival);
/* The feed's latest record of an approval; false when there is none. Release it. */
bool source_read(struct store *store, int64_t feed, int64_t approval, struct record *ret_record);

/* version.c */
struct new_version {
    int64_t approval, version /* 1, 2, ... */, seq, old_maker;
    const struct arrival *from;
    const char *sources; /* JSON, "" = one */
};
void version_write(struct approvals *approvals, const struct new_version *fresh);
/* Makes the version anew of the latest records of all feeds; true when it has changed. */
bool version_merge(struct approvals *approvals, int64_t approval, int64_t seq);

/* maker.c: the makers besides the version's own, as this feed names them now. */
void makers_write(struct applying *applying, int64_t approval, const struct arrival *arrival);

/* known_feeds.c */
bool known_feed_read(struct store *store, const char *name, struct known_feed *ret_feed);
enum feed_purpose purpose_of_code(const char *code);
/* Whether the one makes more of an approval than the other: approvals, evidence, roster. */
bool purpose_is_better(enum feed_purpose purpose, enum feed_purpose than);

/* listing.c: whether an approval is gone, by the word of the feed that is asked. */
void listing_judge(struct approvals *approvals, int64_t approval, const char *feed, int64_t poll);

/* asked.c */
record_fields asked_of_feed(const struct config *config, const char *feed);
void asked_write(
    struct store *store, const struct known_feed *feed, int64_t approval, const struct record *record);

#endif
