/* codes.c - the short tables; countries and currencies have files of their own. */
#include "codes.h"

#include <stdbool.h>
#include <string.h>

const struct code_word yes_no_words[] = {
    {"yes", "是|YES|Y|1|TRUE|√"},
    {"no", "否|NO|N|0|FALSE|×"},
};
const size_t yes_no_word_count = sizeof yes_no_words / sizeof yes_no_words[0];

/* 登记状态 of the business register. */
const struct code_word firm_status_words[] = {
    {"active", "ACTIVE|存续|在业|开业|在营|正常|存续(在营、开业、在册)"},
    {"moved-out", "MOVED-OUT|迁出"},
    {"suspended", "SUSPENDED|停业|歇业"},
    {"abnormal", "ABNORMAL|经营异常|异常"},
    {"revoked", "REVOKED|吊销|吊销未注销|吊销,未注销"},
    {"deregistered", "DEREGISTERED|注销"},
};
const size_t firm_status_word_count = sizeof firm_status_words / sizeof firm_status_words[0];

/* Regulation on the supervision of medical devices (医疗器械监督管理条例), article 6. */
const struct code_word device_class_words[] = {
    {"I", "I|1|一类|第一类|Ⅰ|Ⅰ类|I类|1类|第Ⅰ类|第I类|一"},
    {"II", "II|2|二类|第二类|Ⅱ|Ⅱ类|II类|2类|第Ⅱ类|第II类|二"},
    {"III", "III|3|三类|第三类|Ⅲ|Ⅲ类|III类|3类|第Ⅲ类|第III类|三"},
};
const size_t device_class_word_count = sizeof device_class_words / sizeof device_class_words[0];

/* GB/T 2260. The development area in Yizhuang (经开区) has no code of its own: its addresses lie in Daxing
 * and Tongzhou, but it counts, and pays, as a district. */
const struct code_word district_words[] = {
    {"东城区", "东城区|东城|110101|崇文区|110103"},
    {"西城区", "西城区|西城|110102|宣武区|110104"},
    {"朝阳区", "朝阳区|朝阳|110105"},
    {"丰台区", "丰台区|丰台|110106"},
    {"石景山区", "石景山区|石景山|110107"},
    {"海淀区", "海淀区|海淀|110108"},
    {"门头沟区", "门头沟区|门头沟|110109"},
    {"房山区", "房山区|房山|110111"},
    {"通州区", "通州区|通州|110112"},
    {"顺义区", "顺义区|顺义|110113"},
    {"昌平区", "昌平区|昌平|110114"},
    {"大兴区", "大兴区|大兴|110115"},
    {"怀柔区", "怀柔区|怀柔|110116"},
    {"平谷区", "平谷区|平谷|110117"},
    {"密云区", "密云区|密云|110118|密云县|110228"},
    {"延庆区", "延庆区|延庆|110119|延庆县|110229"},
    {"经开区", "经开区|亦庄|北京经开区|亦庄经开区|经济技术开发区|北京经济技术开发区|亦庄开发区"},
};
const size_t district_word_count = sizeof district_words / sizeof district_words[0];

/* The codes that approvals carry (m13/record.h), with what Chinese papers call them. */
const struct code_word authority_words[] = {
    {"FDA", "FDA|美国FDA|USFDA|美国食品药品监督管理局|美国食品药品管理局"},
    {"CE", "CE|欧盟CE|EUCE|欧洲共同体|欧盟|MDR|IVDR|CEMDR|CEIVDR"},
    {"PMDA", "PMDA|日本PMDA|日本药品医疗器械局|日本独立行政法人医药品医疗器械综合机构|厚生劳动省"},
    {"TGA", "TGA|澳大利亚TGA|澳洲TGA|澳大利亚药品管理局"},
    {"ANVISA", "ANVISA|巴西ANVISA|巴西国家卫生监督局|巴西卫生监督局"},
    {"ROSZDRAVNADZOR", "ROSZDRAVNADZOR|RZN|俄罗斯ROSZDRAVNADZOR|俄罗斯联邦卫生监督局|俄罗斯联邦医疗监督局"},
    {"CDSCO", "CDSCO|印度CDSCO|印度中央药品标准控制组织"},
    {"KEMENKES", "KEMENKES|印尼KEMENKES|印度尼西亚卫生部|印尼卫生部"},
    {"SAHPRA", "SAHPRA|南非SAHPRA|南非健康产品监管局"},
    {"WHO", "WHO|世界卫生组织|世卫组织|WHOPQ"},
};
const size_t authority_word_count = sizeof authority_words / sizeof authority_words[0];

static bool has_word(const char *words, const char *word, size_t length)
{
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == '|') && (at[length] == '|' || at[length] == '\0'))
            return true;
    return false;
}

const char *local_code(const struct code_word *table, size_t count, const char *folded)
{
    size_t length = strlen(folded);
    if (length == 0 || strchr(folded, '|') != NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (has_word(table[i].words, folded, length))
            return table[i].code;
    return NULL;
}
