/* party.h - who someone is to the firm, on a day. */
#ifndef M13_MEASURE13_PARTY_H
#define M13_MEASURE13_PARTY_H

#include "m13/measure13.h"

enum party_standing {
    PARTY_UNSAID,
    PARTY_FIRM,
    PARTY_OWNED,   /* a subsidiary of which the firm holds enough, on every day asked for */
    PARTY_OWNER,   /* a parent that holds enough of the firm */
    PARTY_GROUP,   /* of the group, but too small a share, or none on record, or not (surely) on that day */
    PARTY_PARTNER, /* agent, contract maker, distributor */
    PARTY_STRANGER,
};
enum party_standing party_standing(
    const struct fact_party *party, struct date on, const struct policy_parameters *parameters);

#endif
