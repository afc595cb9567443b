#include "m13/country.h"

#include "country_names.h"

#include <string.h>

bool country_exists(const char *code)
{
    static const char all[] =
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
        "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
        "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
        "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
        "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
        "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
        "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
        "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";
    if (strlen(code) != 2)
        return false;
    const char key[] = {code[0], code[1], ' ', '\0'};
    const char *found = strstr(all, key);
    return found != NULL && (found - all) % 3 == 0;
}

/* What stands beside a country's name without saying which. */
static bool says_nothing(const char *key)
{
    static const char *const keys[] = {"the", "republic", "republicof", "republicofthe", "republica",
        "republicada", "republicadel", "republicade", "reinoda", "reinode", "kingdom", "kingdomof",
        "federation", "federacao", "islamicrepublicof", "plurinationalstateof", "bolivarianrepublicof",
        "unitedrepublicof", "socialistrepublicof", "stateof", "sultanateof", "principalityof",
        "commonwealthof", "provinceofchina", "республика", "королевство", "федерация"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Of a country and a territory that is called by its name too, the territory is meant. */
static const char *nearer(const char *a, const char *b)
{
    static const struct {
        const char *territory, *country;
    } pairs[] = {{"HK", "CN"}, {"MO", "CN"}, {"TW", "CN"}, {"PR", "US"}};
    if (strcmp(a, b) == 0)
        return a;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if ((strcmp(a, pairs[i].territory) == 0 && strcmp(b, pairs[i].country) == 0) ||
            (strcmp(b, pairs[i].territory) == 0 && strcmp(a, pairs[i].country) == 0))
            return pairs[i].territory;
    return NULL;
}

static bool is_code(const char *name)
{
    size_t length = strlen(name);
    return (length == 2 || length == 3) && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length;
}

const char *country_find(const char *name)
{
    char keys[COUNTRY_KEY_BYTES];
    if (is_code(name) && country_of_key(name) != NULL)
        return country_of_key(name);
    country_key_whole(name, keys);
    const char *code = keys[0] != '\0' ? country_of_key(keys) : NULL;
    if (code != NULL || !country_key_parts(name, keys))
        return code;
    for (const char *key = keys; *key != '\0'; key += strlen(key) + 1) {
        if (says_nothing(key))
            continue;
        const char *part = country_of_key(key);
        if (part == NULL || (code != NULL && nearer(code, part) == NULL))
            return NULL;
        code = code != NULL ? nearer(code, part) : part;
    }
    return code;
}
