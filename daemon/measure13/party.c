#include "party.h"

/* Whether the company was on record as such on every day that `on` may be. */
static bool stood(const struct fact_entity *entity, struct date on)
{
    return date_is_known(on) && date_is_known(entity->from) && entity->from.last <= on.first &&
           (!date_is_known(entity->to) || entity->to.first >= on.last);
}

static bool is_enough(const char *share, int least)
{
    struct decimal percent;
    static const int64_t powers[MONEY_DIGITS_MOST + 1] = {
        1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    if (share == NULL || money_decimal(share, &percent) < 0)
        return false;
    return percent.units >= (int64_t)least * powers[percent.digits] &&
           percent.units <= 100 * powers[percent.digits];
}

enum party_standing party_standing(
    const struct fact_party *party, struct date on, const struct policy_parameters *parameters)
{
    const struct fact_entity *entity = party->entity;
    if (party->firm)
        return PARTY_FIRM;
    if (entity == NULL)
        return party->name == NULL || party->name[0] == '\0' ? PARTY_UNSAID : PARTY_STRANGER;
    bool whole = stood(entity, on) && is_enough(entity->share, parameters->group_least_share);
    switch (entity->relation) {
    case ENTITY_SUBSIDIARY:
        return whole ? PARTY_OWNED : PARTY_GROUP;
    case ENTITY_PARENT:
        return whole ? PARTY_OWNER : PARTY_GROUP;
    case ENTITY_AGENT:
    case ENTITY_OEM:
    case ENTITY_DISTRIBUTOR:
    case ENTITY_RELATIONS:
        break;
    }
    return PARTY_PARTNER;
}
