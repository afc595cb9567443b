/* Spellings of countries beside those of CLDR: official long forms, what registers write (ANVISA's list of
 * countries, EUDAMED, TGA, Roszdravnadzor, Kemenkes). */
#include "country_names.h"

#include <stddef.h>

const struct country_spelling country_spellings[] = {
    {"AE", "UAE|U.A.E.|Emirados Árabes|ОАЭ|阿联酋|UEA"},
    {"AR", "República Argentina"},
    {"AT", "Republic of Austria|Österreich"},
    {"AU", "Commonwealth of Australia"},
    {"BA", "Bosnia"},
    {"BE", "Kingdom of Belgium"},
    {"BG", "Republic of Bulgaria"},
    {"BO", "Bolivia, Plurinational State of"},
    {"BR", "República Federativa do Brasil|Brasilien"},
    {"BY", "Белоруссия|Республика Беларусь|Republic of Belarus|Byelorussia"},
    {"CD", "Democratic Republic of the Congo|Congo, Democratic Republic of the|Congo, Dem. Rep.|DR Congo|DRC|"
           "Zaire|刚果民主共和国"},
    {"CG", "Congo|Republic of the Congo|Congo, Republic of the|Congo, Rep.|刚果共和国"},
    {"CH", "Swiss|Swiss Confederation|Confederação Suíça|瑞士联邦"},
    {"CI", "Ivory Coast|Cote d'Ivoire|象牙海岸"},
    {"CN", "PRC|P.R.C.|P.R. China|PR of China|P.R. of China|P. R. Chine|PR Chinese|China PR|China, P.R.|"
           "People's Republic of China|Peoples Republic of China|People Republic of China|"
           "The People's Republic of China|China, People's Republic of|China, Peoples Republic of|"
           "China (People's Republic of)|China (Peoples Republic of)|China, People's Republic|China (PRC)|"
           "China (Mainland)|China Mainland|Mainland China|Mainland of China|"
           "China, República Popular|China, República Popular da|República Popular da China|"
           "República Popular de China|República Popular China|République populaire de Chine|Volksrepublik "
           "China|"
           "VR China|Китайская Народная Республика|КНР|Китай (КНР)|Народная Республика Китай|"
           "中华人民共和国|中華人民共和国|中華人民共和國|中国大陆|中國大陸|中国内地|中国大陸|"
           "Cina|Republik Rakyat Tiongkok|Republik Rakyat Cina|Republik Rakyat China|RRT|RRC|Kina|Cina "
           "Popolare"},
    {"CZ",
        "Czech Republic|Czech|Česko|República Tcheca|Tcheca|República Checa|Tchéquia|Tschechische Republik|"
        "Чешская Республика|捷克共和国"},
    {"DE", "Federal Republic of Germany|República Federal da Alemanha|Bundesrepublik Deutschland|BRD|ФРГ|"
           "Федеративная Республика Германия|ドイツ連邦共和国|德意志联邦共和国"},
    {"DK", "Kingdom of Denmark"},
    {"DO", "Dominican Rep."},
    {"EG", "Arab Republic of Egypt"},
    {"ES", "Kingdom of Spain"},
    {"FR", "French Republic|República Francesa"},
    {"GB",
        "U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|"
        "United Kingdom of Great Britain and Northern Ireland|United Kingdom (excl. Northern Ireland)|"
        "United Kingdom (Northern Ireland only)|United Kingdom (Northern Ireland)|Inglaterra|Escócia|Escocia|"
        "País de Gales|Gales|Irlanda do Norte|Grã-Bretanha|Gran Bretaña|Великобритания|Соединенное "
        "Королевство|"
        "Англия|Соединенное Королевство Великобритании и Северной Ирландии|英国|英國|イギリス|Inggris|"
        "Großbritannien|Angleterre|大不列颠及北爱尔兰联合王国"},
    {"GE", "Republic of Georgia"},
    {"GR", "Hellas|Hellenic Republic"},
    {"HK", "Hong Kong|HongKong|Hongkong|H.K.|Hong Kong SAR|Hong Kong S.A.R.|Hong Kong, China|Hong Kong SAR, "
           "China|"
           "China Hong Kong|Hong Kong Special Administrative Region|"
           "Hong Kong Special Administrative Region of China|Hong Kong Special Administrative Region, China|"
           "Гонконг|Гонконг "
           "(Китай)|香港|中国香港|中國香港|香港特别行政区|香港特別行政區|中华人民共和国香港特别行政区"},
    {"HU", "Republic of Hungary"},
    {"ID", "Republik Indonesia"},
    {"IE", "Eire|Ireland, Republic of|República da Irlanda"},
    {"IN", "Republic of India|Bharat"},
    {"IR", "Iran, Islamic Republic of|Islamic Republic of Iran|Iran (Islamic Republic of)|Исламская "
           "Республика Иран"},
    {"IT", "Italian Republic|República Italiana"},
    {"JP", "Nippon|日本国"},
    {"KP",
        "North Korea|Korea, North|Korea (North)|DPRK|D.P.R.K.|Democratic People's Republic of Korea|"
        "Korea, Democratic People's Republic of|Korea (Democratic People's Republic of)|Coreia do Norte|КНДР|"
        "朝鲜|北朝鮮|Korea Utara"},
    {"KR",
        "Korea|South Korea|Korea, South|Korea (South)|Korea South|S. Korea|Republic of Korea|"
        "Korea, Republic of|Korea (Republic of)|The Republic of Korea|ROK|R.O.K.|Coréia|Coreia|Coréia do Sul|"
        "República da Coreia|Coreia, República da|Корея|Корея, Республика|Южная "
        "Корея|大韩民国|大韓民国|大韓民國|"
        "韩国|韓国|南韩|Korea Selatan|Republik Korea|Corea|Corée"},
    {"LA", "Lao People's Democratic Republic|Lao PDR"},
    {"LY", "Libyan Arab Jamahiriya"},
    {"MD", "Republic of Moldova|Moldova, Republic of|Республика Молдова"},
    {"MK", "Macedonia|Republic of Macedonia|Republic of North Macedonia|FYROM|"
           "Macedonia, the former Yugoslav Republic of|The former Yugoslav Republic of Macedonia"},
    {"MM", "Burma|Myanmar"},
    {"MO", "Macau|Macao|Macao SAR|Macau SAR|Macao, China|Macau, China|China Macao|China Macau|"
           "Macao Special Administrative Region of "
           "China|Макао|Аомынь|澳门|澳門|中国澳门|中國澳門|澳门特别行政区|"
           "中华人民共和国澳门特别行政区|マカオ"},
    {"MX", "Estados Unidos Mexicanos"},
    {"MY", "Malásia|大马"},
    {"NL", "Holland|The Netherlands|Holanda|Países Baixos|Голландия|オランダ|荷兰王国|Belanda"},
    {"NZ", "Aotearoa"},
    {"PL", "Republic of Poland"},
    {"PR", "Porto Rico|Puerto Rico"},
    {"PS", "Palestine|State of Palestine|Palestine, State of|Palestinian Territory|巴勒斯坦"},
    {"PT", "Portuguese Republic"},
    {"RO", "Roumania"},
    {"RU",
        "Russian Federation|Rússia|Federação Russa|Федерация Российская|Российская Федерация|РФ|俄罗斯联邦|"
        "Federasi Rusia|ロシア連邦"},
    {"SA", "KSA|Kingdom of Saudi Arabia"},
    {"SG", "Republic of Singapore|Cingapura|新加坡共和国"},
    {"SK", "Slovak Republic|República Eslovaca"},
    {"SY", "Syrian Arab Republic"},
    {"SZ", "Swaziland|Eswatini"},
    {"TL", "East Timor"},
    {"TR", "Turkey|Türkiye|Turkiye|Republic of Türkiye|Republic of Turkey|Турецкая Республика"},
    {"TW",
        "Taiwan|Taiwan, China|Taiwan (China)|Taiwan, Province of China|Taiwan, R.O.C.|Taiwan R.O.C.|Taiwan "
        "ROC|"
        "China Taiwan|China (Taiwan)|Chinese Taipei|Republic of China|China, Republic of|China (Republic of)|"
        "Republic of China (Taiwan)|Taiwan (Republic of China)|Formosa|Тайвань|Тайвань (Китай)|Китай "
        "(Тайвань)|"
        "台湾|台灣|臺灣|中国台湾|中國台灣|台湾地区|台湾省|中華民國|中华民国|中華民国"},
    {"TZ", "Tanzania, United Republic of|United Republic of Tanzania"},
    {"US", "USA|U.S.A.|U.S.|United States of America|The United States of America|United States|America|"
           "Estados Unidos da América|EUA|E.U.A.|EE.UU.|Estados Unidos de América|États-Unis d'Amérique|"
           "Vereinigte Staaten von Amerika|Соединенные Штаты Америки|Соединённые Штаты Америки|США|Америка|"
           "美国|美國|美利坚合众国|アメリカ|アメリカ合衆国|米国|Amerika|Amerika Serikat"},
    {"VA", "Holy See|Vatican|Vatican City State"},
    {"VE", "Venezuela, Bolivarian Republic of"},
    {"VG", "British Virgin Islands|Virgin Islands, British|Virgin Islands (British)"},
    {"VI", "Virgin Islands, U.S.|Virgin Islands (U.S.)|US Virgin Islands"},
    {"VN", "Viet Nam|Vietname|Socialist Republic of Vietnam|Вьетнам|越南社会主义共和国"},
    {"ZA", "Republic of South Africa|RSA|R.S.A.|África do Sul|ЮАР|Южно-Африканская Республика"},
    {NULL, NULL},
};
