/* rules.c - the policy as a table of contents: each rule with its text, what it cites, and its function. */
#include "rules/rules.h"

const char measure13_version[] = "1";

const struct rule_text measure13_rules[] = {
    {"R01", "批准决定日期须在本政策有效期之内。", "The approval was decided while the policy is in force.",
        "“本政策自发布之日起实施，有效期至2028年12月31日”（2025年11月24日发布）", true, rule_in_force},
    {"R02", "须为“新通过”的批准：按批准决定日期计。",
        "The approval is a new one, by the day on which the authority decided.",
        "“对新通过……批准”；起算日期未明确，见参数 newly-approved", true, rule_newly},
    {"R03", "批准机构须为政策列明的权威国际机构。", "The authority is one that the policy lists.",
        "“美国食品药品监督管理局(FDA)、欧洲共同体(CE)、日本药品医疗器械局(PMDA)、澳大利亚药品管理局(TGA)、"
        "金砖国家药品监管机构、世界卫生组织(WHO)等权威国际机构”；“等”之外延未明确，见参数 authorities",
        true, rule_authority},
    {"R05", "取得的途径须是对产品的批准，不是备案、列名或自我声明。",
        "The route is an approval of the product, not a notification, a listing or a self-declaration.",
        "“批准，获得境外上市资质”；何种途径视为批准未明确，见参数 routes", true, rule_route},
    {"R06", "须为该产品首次获得该机构批准，不是同一批准的换证、补充或变更。",
        "It is this authority's first approval of the product, not a re-issue, supplement or amendment.",
        "“新通过”；首次的判断办法未明确", true, rule_first_approval},
    {"R07", "批准的制造商须为申报企业或其集团成员。",
        "The maker named in the approval is the firm or of its group.",
        "未明确：政策未写明持证人与申报企业的关系", true, rule_link},
    {"R08", "企业须在北京市注册，具有独立法人资格。",
        "The firm is registered in Beijing as a legal person.",
        "隐含：本政策适用于北京市的企业；按何日期计未明确", true, rule_in_beijing},
    {"R10", "批准须仍然有效。", "The approval still stands.", "“获得境外上市资质”", true, rule_stands},
    {"R11", "产品须在该批准对应的国外市场实现销售。",
        "The product has been sold in the market of the approval.",
        "“在相应国外市场实现销售”；各机构对应的市场见参数 authorities", true, rule_sold},
    {"R18", "单个产品的支持额度有上限。", "The support for one product has a ceiling.",
        "“单个产品最高支持额度不超过100万”；是否各机构合计、是否终身合计未明确，见参数 product-cap", false,
        rule_product_cap},
    {"R19", "单个企业每年的支持额度有上限。", "The support for one firm and year has a ceiling.",
        "“单个企业每年支持额度不超过300万”；年度按何日期计未明确，见参数 firm-cap", false, rule_firm_cap},
};
const size_t measure13_rule_count = sizeof measure13_rules / sizeof measure13_rules[0];
