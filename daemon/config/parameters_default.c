/* What measure13.md assumes until the bureau has spoken; conf/measure13.conf and conf/authorities.conf say
 * the same, and a test holds them to it. */
#include "parameters_default.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <string.h>

/* --- authorities (R03, R13) --------------------------------------------------------------------------- */

#define EU_27 "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

static const struct default_authority {
    const char *code, *zh, *en, *group, *country, *markets, *review_markets;
    bool available;
} authorities[] = {
    {"FDA", "美国食品药品监督管理局（FDA）", "US Food and Drug Administration (FDA)", "FDA", "US",
        "US PR GU VI AS MP", "", true},
    {"CE", "欧盟 CE（公告机构）", "EU CE marking (notified bodies)", "CE", "", EU_27 " IS LI NO", "CH TR GB",
        true},
    {"PMDA", "日本药品医疗器械局（PMDA）", "Japan's Pharmaceuticals and Medical Devices Agency (PMDA)",
        "PMDA", "JP", "JP", "", true},
    {"TGA", "澳大利亚药品管理局（TGA）", "Australia's Therapeutic Goods Administration (TGA)", "TGA", "AU",
        "AU", "", true},
    {"ANVISA", "巴西国家卫生监督局（ANVISA）", "Brazil's Health Regulatory Agency (ANVISA)", "BRICS", "BR",
        "BR", "", true},
    {"ROSZDRAVNADZOR", "俄罗斯联邦医疗卫生监督局（Roszdravnadzor）",
        "Russia's Federal Service for Surveillance in Healthcare (Roszdravnadzor)", "BRICS", "RU", "RU", "",
        true},
    {"CDSCO", "印度中央药品标准控制组织（CDSCO）",
        "India's Central Drugs Standard Control Organisation (CDSCO)", "BRICS", "IN", "IN", "", true},
    {"KEMENKES", "印度尼西亚卫生部（Kemenkes）", "Indonesia's Ministry of Health (Kemenkes)", "BRICS", "ID",
        "ID", "", true},
    {"SAHPRA", "南非健康产品监管局（SAHPRA）", "South African Health Products Regulatory Authority (SAHPRA)",
        "BRICS", "ZA", "ZA", "", false},
    {"EDA", "埃及药品管理局（EDA）", "Egyptian Drug Authority (EDA)", "BRICS", "EG", "EG", "", false},
    {"EFDA", "埃塞俄比亚食品药品管理局（EFDA）", "Ethiopian Food and Drug Authority (EFDA)", "BRICS", "ET",
        "ET", "", false},
    {"IMED", "伊朗食品药品组织医疗器械司（IMED）", "Iran's medical-device directorate (IMED)", "BRICS", "IR",
        "IR", "", false},
    {"EDE", "阿联酋药品管理局（EDE）", "Emirates Drug Establishment (EDE)", "BRICS", "AE", "AE", "", false},
    {"SFDA", "沙特食品药品管理局（SFDA）", "Saudi Food and Drug Authority (SFDA)", "", "SA", "SA", "", false},
    {"WHO", "世界卫生组织（WHO）", "World Health Organization (WHO)", "WHO", "", "", "*", true},
};

static void set_authorities(struct policy_parameters *parameters)
{
    parameters->authority_count = sizeof authorities / sizeof *authorities;
    parameters->authorities = memory_get_zeroed(parameters->authority_count, sizeof *parameters->authorities);
    for (size_t i = 0; i < parameters->authority_count; i++) {
        struct authority_parameter *authority = &parameters->authorities[i];
        authority->code = memory_copy_string(authorities[i].code);
        authority->zh = memory_copy_string(authorities[i].zh);
        authority->en = memory_copy_string(authorities[i].en);
        authority->group = memory_copy_string(authorities[i].group);
        authority->country = memory_copy_string(authorities[i].country);
        parameters_split(authorities[i].markets, ' ', &authority->markets, &authority->market_count);
        parameters_split(
            authorities[i].review_markets, ' ', &authority->review_markets, &authority->review_market_count);
        authority->available = authorities[i].available;
    }
}

/* --- routes (R05) ------------------------------------------------------------------------------------- */

static const struct default_route {
    const char *code;
    enum route_answer answer;
    const char *zh, *en;
} routes[] = {
    {"510k", ROUTE_YES, "510(k) 实质等同", "510(k) clearance"},
    {"510k-abbreviated", ROUTE_YES, "简略 510(k)", "abbreviated 510(k)"},
    {"510k-special", ROUTE_REVIEW, "特殊 510(k)（对本企业已获准器械的改动）",
        "special 510(k) (a change of the firm's own cleared device)"},
    {"de-novo", ROUTE_YES, "De Novo 授权", "De Novo grant"},
    {"pma", ROUTE_YES, "PMA 原始上市前批准", "original premarket approval (PMA)"},
    {"pma-panel-track", ROUTE_REVIEW, "PMA 专家组补充（多为新适应症）",
        "PMA panel-track supplement (mostly a new indication)"},
    {"pma-supplement-design", ROUTE_NO, "PMA 设计变更补充", "PMA supplement for a change of design"},
    {"pma-supplement", ROUTE_NO, "PMA 其他补充", "other PMA supplement"},
    {"pma-notice", ROUTE_NO, "PMA 30 天通知", "PMA 30-day notice"},
    {"hde", ROUTE_YES, "人道主义器械豁免（HDE）", "humanitarian device exemption (HDE)"},
    {"eua", ROUTE_REVIEW, "紧急使用授权（EUA）", "emergency use authorisation (EUA)"},
    {"fda-registration", ROUTE_NO, "FDA 企业注册", "FDA establishment registration"},
    {"fda-listing", ROUTE_NO, "FDA 产品列名", "FDA device listing"},
    {"ce-mdr", ROUTE_YES, "MDR 公告机构证书", "MDR notified-body certificate"},
    {"ce-ivdr", ROUTE_YES, "IVDR 公告机构证书", "IVDR notified-body certificate"},
    {"ce-self-declared", ROUTE_NO, "CE 自我声明（I 类、IVDR A 类）",
        "CE self-declaration (class I, IVDR class A)"},
    {"ce-legacy", ROUTE_REVIEW, "旧指令（MDD、AIMDD、IVDD）证书或产品",
        "certificate or device under an old directive (MDD, AIMDD, IVDD)"},
    {"ce-device", ROUTE_NO, "EUDAMED 器械登记", "registration of a device in EUDAMED"},
    {"ce-actor", ROUTE_NO, "EUDAMED 企业登记", "registration of an actor in EUDAMED"},
    {"pmda-shonin", ROUTE_YES, "日本承認", "Japanese approval (shonin)"},
    {"pmda-ninsho", ROUTE_REVIEW, "日本第三者認証（由认证机构授予，非 PMDA）",
        "Japanese certification (ninsho; granted by a certification body, not PMDA)"},
    {"pmda-ninsho-transfer", ROUTE_NO, "由承認转为認証的产品", "certification moved over from an approval"},
    {"pmda-todokede", ROUTE_NO, "日本届出", "Japanese notification (todokede)"},
    {"tga-artg", ROUTE_YES, "ARTG 列入（IIa 类及以上、IVD 2 类及以上）",
        "ARTG inclusion (class IIa and above, IVD class 2 and above)"},
    {"tga-artg-class-1", ROUTE_REVIEW, "ARTG 列入（I 类、IVD 1 类）",
        "ARTG inclusion (class I, IVD class 1)"},
    {"anvisa-registro", ROUTE_YES, "ANVISA 注册（III、IV 类）", "ANVISA registration (class III, IV)"},
    {"anvisa-notificacao", ROUTE_REVIEW, "ANVISA 备案（I、II 类）", "ANVISA notification (class I, II)"},
    {"roszdravnadzor-registration", ROUTE_YES, "俄罗斯医疗器械注册", "Roszdravnadzor registration"},
    {"cdsco-licence", ROUTE_YES, "CDSCO 进口或生产许可", "CDSCO licence"},
    {"kemenkes-akl", ROUTE_YES, "印度尼西亚进口医疗器械上市许可（AKL）", "Indonesian import licence (AKL)"},
    {"who-prequalification", ROUTE_YES, "WHO 预认证", "WHO prequalification"},
    {"who-pqs-equipment", ROUTE_REVIEW, "WHO 预认证冷链等设备（是否属医疗器械待判定）",
        "WHO prequalified cold-chain equipment (whether it is a medical device is to be judged)"},
    {"who-eul", ROUTE_REVIEW, "WHO 应急使用清单（EUL）", "WHO emergency use listing (EUL)"},
};

static void set_routes(struct policy_parameters *parameters)
{
    parameters->route_count = sizeof routes / sizeof *routes;
    parameters->routes = memory_get_zeroed(parameters->route_count, sizeof *parameters->routes);
    for (size_t i = 0; i < parameters->route_count; i++)
        parameters->routes[i] = (struct route_parameter){.code = memory_copy_string(routes[i].code),
            .answer = routes[i].answer,
            .zh = memory_copy_string(routes[i].zh),
            .en = memory_copy_string(routes[i].en)};
}

/* --- the rest ----------------------------------------------------------------------------------------- */

struct policy_parameters *parameters_default(void)
{
    struct policy_parameters *parameters = memory_get_zeroed(1, sizeof *parameters);
    parameters->policy = memory_copy_string("M13");

    parameters->force_source = parameters_assumed("in-force",
        "京经信发〔2025〕50号：自发布之日（2025-11-24）起实施，有效期至2028年12月31日；申报截止日未定",
        APPLIES_BY_DECISION);
    parameters->force_first = day_from_civil(2025, 11, 24);
    parameters->force_last = day_from_civil(2028, 12, 31);
    parameters->last_filing_day = DAY_NONE;
    parameters->filing_source =
        parameters_assumed("filing-window", ARTICLE_13 "未定申报期间", APPLIES_BY_APPLICATION);
    parameters->filing_first = parameters->filing_last = DAY_NONE;

    parameters->newly_source = parameters_assumed("newly-approved",
        ARTICLE_13 "“新通过”，未定起算日；以发布之日起算，2025年内更早的批准由人核定", APPLIES_BY_DECISION);
    parameters->newly_mode = NEWLY_SINCE;
    parameters->newly_first = day_from_civil(2025, 11, 24);
    parameters->newly_last = DAY_NONE;
    parameters->watch_first = day_from_civil(2025, 1, 1);
    parameters->watch_last = day_from_civil(2025, 11, 23);

    parameters->authorities_source = parameters_assumed("authorities",
        ARTICLE_13 "所列机构；“等权威国际机构”及金砖国家范围、对应市场未定", APPLIES_BY_DECISION);
    set_authorities(parameters);
    parameters->routes_source =
        parameters_assumed("routes", ARTICLE_13 "“批准，获得境外上市资质”，未列途径", APPLIES_BY_DECISION);
    set_routes(parameters);

    parameters->first_source = parameters_assumed("first-approval",
        ARTICLE_13
        "“新通过”，首次的判断办法未定；编号年份与决定年份相差一年以上、180日内另一持证人的同类条目，由人核定",
        APPLIES_BY_DECISION);
    parameters->number_years_apart = 1;
    parameters->like_entry_days = 180;

    parameters_default_sales(parameters);
    parameters_default_money(parameters);
    parameters_seal(parameters);
    return parameters;
}
