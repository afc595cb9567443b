/* Countries by every name that a register has been seen to write, and some that only an official would. */
#include "m13/country.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct naming {
    const char *name, *code; /* NULL = nobody knows it */
};

static void expect_all(const struct naming *namings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *code = country_find(namings[i].name);
        if ((code == NULL) != (namings[i].code == NULL) ||
            (code != NULL && strcmp(code, namings[i].code) != 0))
            fail_msg("'%s' is %s, not %s", namings[i].name, code != NULL ? code : "unknown",
                namings[i].code != NULL ? namings[i].code : "unknown");
    }
}

#define EXPECT_ALL(namings) expect_all((namings), sizeof(namings) / sizeof *(namings))

static void china_has_many_names(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"CN", "CN"},
        {"UK", "GB"},
        {"CHN", "CN"},
        {"China", "CN"},
        {"CHINA", "CN"},
        {" China ", "CN"},
        {"PRC", "CN"},
        {"P.R. China", "CN"},
        {"P.R.China", "CN"},
        {"P. R. CHINA", "CN"},
        {"PR China", "CN"},
        {"CHINA, REPÚBLICA POPULAR", "CN"},
        {"China (People's Republic of)", "CN"},
        {"China (People’s Republic of)", "CN"},
        {"CHINA, PEOPLE'S REPUBLIC OF", "CN"},
        {"The People's Republic of China", "CN"},
        {"Mainland China", "CN"},
        {"China (Mainland)", "CN"},
        {"КИТАЙ", "CN"},
        {"Китай", "CN"},
        {"Китайская Народная Республика", "CN"},
        {"КНР", "CN"},
        {"Китай (КНР)", "CN"},
        {"中国", "CN"},
        {"中國", "CN"},
        {"中华人民共和国", "CN"},
        {"中華人民共和国", "CN"},
        {"中華人民共和國", "CN"},
        {"中国（中华人民共和国）", "CN"},
        {"ＣＨＩＮＡ", "CN"},
        {"Chine", "CN"},
        {"Tiongkok", "CN"},
        {"Republik Rakyat Tiongkok", "CN"},
        {"Cina", "CN"},
    };
    EXPECT_ALL(namings);
}

static void hong_kong_macao_and_taiwan_stand_apart(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"HK", "HK"},
        {"Hong Kong", "HK"},
        {"HONG KONG", "HK"},
        {"Hong Kong SAR China", "HK"},
        {"Hong Kong, China", "HK"},
        {"China (Hong Kong)", "HK"},
        {"China, Hong Kong SAR", "HK"},
        {"香港", "HK"},
        {"中国香港", "HK"},
        {"中国(香港)", "HK"},
        {"Гонконг", "HK"},
        {"Гонконг (САР)", "HK"},
        {"Macau", "MO"},
        {"MACAO", "MO"},
        {"Macao SAR China", "MO"},
        {"China/Macau", "MO"},
        {"澳门", "MO"},
        {"Taiwan", "TW"},
        {"TAIWAN", "TW"},
        {"Taiwan, Province of China", "TW"},
        {"Taiwan (China)", "TW"},
        {"China (Taiwan)", "TW"},
        {"CHINA, TAIWAN", "TW"},
        {"Republic of China (Taiwan)", "TW"},
        {"China, Republic of", "TW"},
        {"臺灣", "TW"},
        {"台湾", "TW"},
        {"Тайвань", "TW"},
    };
    EXPECT_ALL(namings);
}

/* ANVISA, file of 2020-07-01: all 66 that it holds. */
static void countries_of_anvisa(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"ESTADOS UNIDOS DA AMÉRICA", "US"},
        {"BRASIL", "BR"},
        {"ALEMANHA", "DE"},
        {"ITÁLIA", "IT"},
        {"FRANÇA", "FR"},
        {"SUÍÇA", "CH"},
        {"REINO UNIDO", "GB"},
        {"CORÉIA DO SUL", "KR"},
        {"ÍNDIA", "IN"},
        {"JAPÃO", "JP"},
        {"DINAMARCA", "DK"},
        {"ISRAEL", "IL"},
        {"PAQUISTÃO", "PK"},
        {"MALÁSIA", "MY"},
        {"TAIWAN", "TW"},
        {"TURQUIA", "TR"},
        {"ESPANHA", "ES"},
        {"ARGENTINA", "AR"},
        {"IRLANDA", "IE"},
        {"EGITO", "EG"},
        {"BÉLGICA", "BE"},
        {"SUÉCIA", "SE"},
        {"CANADÁ", "CA"},
        {"ÁUSTRIA", "AT"},
        {"FINLÂNDIA", "FI"},
        {"HOLANDA (PAÍSES BAIXOS)", "NL"},
        {"PORTUGAL", "PT"},
        {"AUSTRÁLIA", "AU"},
        {"TAILÂNDIA, REINO DA", "TH"},
        {"INGLATERRA (REINO UNIDO)", "GB"},
        {"NOVA ZELÂNDIA", "NZ"},
        {"PORTO RICO (ESTADOS UNIDOS)", "PR"},
        {"CINGAPURA, REPÚBLICA DA", "SG"},
        {"COLÔMBIA", "CO"},
        {"POLÔNIA", "PL"},
        {"RÚSSIA (FEDERAÇÃO RUSSA)", "RU"},
        {"NORUEGA", "NO"},
        {"LIECHTENSTEIN", "LI"},
        {"MÉXICO", "MX"},
        {"LUXEMBURGO", "LU"},
        {"HUNGRIA", "HU"},
        {"TCHECA, REPÚBLICA", "CZ"},
        {"URUGUAI", "UY"},
        {"SAN MARINO, REPÚBLICA", "SM"},
        {"PARAGUAI", "PY"},
        {"HONG KONG", "HK"},
        {"LÍBANO", "LB"},
        {"VIETNÃ", "VN"},
        {"VENEZUELA", "VE"},
        {"IRLANDA DO NORTE (REINO UNIDO)", "GB"},
        {"FILIPINAS", "PH"},
        {"ESLOVÊNIA", "SI"},
        {"COSTA RICA", "CR"},
        {"INDONÉSIA", "ID"},
        {"MÔNACO", "MC"},
        {"MALTA", "MT"},
        {"ISLÂNDIA", "IS"},
        {"GRÉCIA", "GR"},
        {"ESTÔNIA", "EE"},
        {"ESCÓCIA (REINO UNIDO)", "GB"},
        {"ÁFRICA DO SUL, REPÚBLICA DA", "ZA"},
        {"UCRÂNIA", "UA"},
        {"SRI LANKA", "LK"},
        {"LITUÂNIA", "LT"},
        {"LETÔNIA", "LV"},
        {"JORDÂNIA", "JO"},
        {"ESLOVÁQUIA", "SK"},
        {"BOLÍVIA", "BO"},
    };
    EXPECT_ALL(namings);
}

/* EUDAMED's list of manufacturers, 2025-02-18: those that are not CLDR's own. */
static void countries_of_eudamed(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"Bosnia and Herzegovina", "BA"},
        {"Czechia", "CZ"},
        {"United Kingdom (excl. Northern Ireland)", "GB"},
        {"United Kingdom (Northern Ireland only)", "GB"},
        {"Islamic Republic of Iran", "IR"},
        {"Isle of Man", "IM"},
        {"Republic of Korea", "KR"},
        {"Republic of Moldova", "MD"},
        {"Republic of North Macedonia", "MK"},
        {"Myanmar", "MM"},
        {"Russian Federation", "RU"},
        {"Türkiye", "TR"},
        {"Trinidad and Tobago", "TT"},
        {"British Virgin Islands", "VG"},
        {"Vietnam", "VN"},
        {"Samoa", "WS"},
        {"Vanuatu", "VU"},
        {"Georgia", "GE"},
        {"Puerto Rico", "PR"},
        {"Dominican Republic", "DO"},
        {"United Arab Emirates", "AE"},
        {"EL", "GR"},
        {"XI", "GB"},
        {"UK", "GB"},
    };
    EXPECT_ALL(namings);
}

static void names_of_other_registers(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"Korea, Republic of", "KR"},
        {"KOREA (REPUBLIC OF)", "KR"},
        {"Korea, Democratic People's Republic of", "KP"},
        {"Democratic People's Republic of Korea", "KP"},
        {"Viet Nam", "VN"},
        {"Czech Republic", "CZ"},
        {"United States of America", "US"},
        {"U.S.A.", "US"},
        {"Netherlands (the)", "NL"},
        {"The Netherlands", "NL"},
        {"Lao People's Democratic Republic", "LA"},
        {"Congo, Democratic Republic of the", "CD"},
        {"Côte d'Ivoire", "CI"},
        {"COTE D'IVOIRE", "CI"},
        {"Iran, Islamic Republic of", "IR"},
        {"СОЕДИНЕННЫЕ ШТАТЫ АМЕРИКИ", "US"},
        {"США", "US"},
        {"Германия", "DE"},
        {"Республика Корея", "KR"},
        {"Корея, Республика", "KR"},
        {"Российская Федерация", "RU"},
        {"Швейцария", "CH"},
        {"アメリカ合衆国", "US"},
        {"ドイツ", "DE"},
        {"大韓民国", "KR"},
        {"Jepang", "JP"},
        {"Amerika Serikat", "US"},
        {"Jerman", "DE"},
        {"Inggris", "GB"},
        {"Korea Selatan", "KR"},
        {"Deutschland", "DE"},
        {"USA", "US"},
        {"DEU", "DE"},
    };
    EXPECT_ALL(namings);
}

static void what_names_no_country_or_two_is_unknown(void **state)
{
    (void)state;
    static const struct naming namings[] = {
        {"", NULL},
        {"  ", NULL},
        {"-", NULL},
        {"()", NULL},
        {"n/a", NULL},
        {"N/A", NULL},
        {"No", NULL},
        {"no", NULL},
        {"in", NULL},
        {"Per", NULL},
        {"XX", NULL},
        {"ZZ", NULL},
        {"Beijing", NULL},
        {"European Union", NULL},
        {"China / Germany", NULL},
        {"Germany, France", NULL},
        {"Chinatown", NULL},
        {"Korea (Nowhere)", NULL},
        {"Republic of", NULL},
        {"the, republic", NULL},
        {"\xff\xfe", NULL},
    };
    EXPECT_ALL(namings);
    char longest[4096];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(country_find(longest));
    for (size_t i = 0; i + 2 < sizeof longest; i += 2)
        memcpy(longest + i, "a,", 2);
    assert_null(country_find(longest));
    for (size_t i = 0; i < 255; i += 3) /* letters of three bytes, up to every bound inside */
        memcpy(longest + i, "\xe4\xb8\xad", 3);
    for (size_t length = 200; length < 900; length++) {
        memset(longest, 'x', length);
        longest[length] = '\0';
        assert_null(country_find(longest));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(china_has_many_names),
        cmocka_unit_test(hong_kong_macao_and_taiwan_stand_apart),
        cmocka_unit_test(countries_of_anvisa),
        cmocka_unit_test(countries_of_eudamed),
        cmocka_unit_test(names_of_other_registers),
        cmocka_unit_test(what_names_no_country_or_two_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
