/* record.h - the canonical record of one approval, as the decoder gives it and everything downstream takes
 * it.
 *
 * On the wire (decoder's stream, staged.record, `m13d decode`) it is one JSON object on one line, members in
 * the order below, empty members left out, strings in NFC-neutral UTF-8 (whitespace trimmed and folded). Two
 * records with the same line are the same facts: the line's SHA-256 is the version's content hash. Where the
 * record came from (payload, row) travels beside it, not in it. */
#ifndef M13_RECORD_H
#define M13_RECORD_H

#include "m13/date.h"
#include "m13/text.h"

#include <stdbool.h>

/* The members, in wire order. Every one is a string; dates are ISO with their own precision. */
enum record_field {
    RECORD_AUTHORITY, /* FDA, CE, PMDA, TGA, ANVISA, ROSZDRAVNADZOR, CDSCO, KEMENKES, WHO, ... */
    RECORD_NUMBER,    /* normalised approval number without revision; a supplement is PARENT/SUPPLEMENT */
    RECORD_PARENT,    /* number of the approval that this one supplements */
    RECORD_ROUTE,  /* canonical route code, e.g. 510k, 510k-special, de-novo, pma, pma-panel-track; "unknown"
                    */
    RECORD_STATUS, /* active, suspended, withdrawn, cancelled, expired, reclassified, refused, "unknown" */
    RECORD_MANUFACTURER, /* the maker as the register spells it: the only name that is matched as maker */
    RECORD_HOLDER,       /* holder, applicant or sponsor as the register spells it */
    RECORD_COUNTRY,      /* of the maker: ISO 3166-1 alpha-2 */
    RECORD_STATE,
    RECORD_CITY,
    RECORD_POSTCODE,
    RECORD_ADDRESS,
    RECORD_DEVICE, /* device name */
    RECORD_BRAND,  /* trade name */
    RECORD_MODELS,
    RECORD_PRODUCT_CODE, /* FDA product code, GMDN, EMDN ... as the register has it */
    RECORD_DEVICE_CLASS,
    RECORD_DECISION_DATE,
    RECORD_RECEIVED_DATE,
    RECORD_VALID_FROM,
    RECORD_VALID_TO,
    RECORD_PREDECESSOR, /* number of a recorded predecessor */
    RECORD_SRN, /* identifiers of the maker, only where the register gives them for the maker itself */
    RECORD_FEI,
    RECORD_OWNER_OPERATOR,
    RECORD_UDI_DI,
    RECORD_REPRESENTATIVE, /* local representative of the maker */
    RECORD_TERM,           /* the device in the register's own vocabulary: GMDN, EMDN, JMDN, nome tecnico */
    RECORD_SCOPE,          /* what the approval covers, as the register lists it (Basic UDI-DIs ...) */
    RECORD_LISTED_FEI, /* of an establishment that lists this approval as its own (rule R16 of matching) */
    RECORD_LISTED_OWNER_OPERATOR,
    RECORD_CREATED,       /* when the register's own record was made (ULID), where it is not the decision */
    RECORD_DETAIL,        /* key under which the register gives more of it */
    RECORD_URL,           /* page of the register for people */
    RECORD_SOURCE_STATUS, /* the register's own words and codes, untranslated */
    RECORD_SOURCE_ROUTE,
    RECORD_SOURCE_REASON,
    RECORD_FIELDS /* count */
};

enum record_kind {
    RECORD_KIND_TEXT,
    RECORD_KIND_DATE, /* ISO, 1800 to 2200 */
    RECORD_KIND_CODE, /* out of a set of ours */
};

struct record_member {
    const char *name; /* on the wire and in definitions, e.g. "decision_date" */
    enum record_kind kind;
    bool identifies_maker; /* goes into maker.identifiers */
};
const struct record_member *record_member(enum record_field field);
int record_field_by_name(const char *name); /* or -1 */

struct record {
    const char *value[RECORD_FIELDS]; /* "" when absent, never NULL */
    struct date decision;             /* parsed from decision_date; DATE_NONE when absent */
    void *memory;                     /* what the values point into */
};

/* Reads a line (no newline needed). It comes from our own decoder, so whatever record_write() would not have
 * written is a fault: 0 or -EINVAL for other members, order, blanks or escapes, an empty value, a date that
 * is none, invalid UTF-8 or more than LIMIT_RECORD_BYTES. */
int record_read(const char *line, size_t length, struct record *ret_record);
void record_write(const struct record *record, struct text *out); /* one line, without newline */
void record_release(struct record *record);                       /* all values are empty afterwards */

#endif
