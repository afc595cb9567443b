/* code_tables.c - the closed lists; countries and currencies have files of their own. The first word of a
 * choice is the one that forms offer. */
#include "codes.h"

const struct local_choice yes_no_choices[LOCAL_YES_NO] = {
    {"yes", "是|YES|Y|1|TRUE|T|√|✓|✔|有|对"},
    {"no", "否|NO|N|0|FALSE|F|×|✗|✘|不是|非|没有|X"},
};

/* Of a column that asks 是否关联方. */
const struct local_choice related_choices[LOCAL_RELATED] = {
    {"yes", "是|YES|Y|1|TRUE|T|√|✓|✔|有|关联|关联方|关联企业|关联交易"},
    {"no", "否|NO|N|0|FALSE|F|×|✗|✘|不是|非|没有|X|非关联|非关联方|非关联企业|非关联交易|不关联|无关联"},
};

/* 登记状态 of the business register. */
const struct local_choice firm_status_choices[LOCAL_FIRM_STATUSES] = {
    {"active",
        "存续|ACTIVE|在业|开业|在营|正常|存续(在营、开业、在册)|在营(开业)|在营(开业)企业|在册|正常营业"},
    {"moved-out", "迁出|MOVED-OUT|已迁出"},
    {"suspended", "停业|SUSPENDED|歇业|停业(歇业)|暂停营业"},
    {"abnormal", "经营异常|ABNORMAL|异常|列入经营异常名录|异常经营"},
    {"revoked", "吊销|REVOKED|吊销未注销|吊销,未注销|吊销营业执照|已吊销"},
    {"deregistered", "注销|DEREGISTERED|已注销|吊销已注销|吊销,已注销|吊销后注销"},
};

/* GB/T 2260. The development area in Yizhuang (经开区) has no code of its own: its addresses lie in Daxing
 * and Tongzhou, but it counts, and pays, as a district. */
const struct local_choice district_choices[LOCAL_DISTRICTS] = {
    {"东城区", "东城区|东城|110101|崇文区|崇文|110103"},
    {"西城区", "西城区|西城|110102|宣武区|宣武|110104"},
    {"朝阳区", "朝阳区|朝阳|110105"},
    {"丰台区", "丰台区|丰台|110106"},
    {"石景山区", "石景山区|石景山|110107"},
    {"海淀区", "海淀区|海淀|110108|中关村科学城"},
    {"门头沟区", "门头沟区|门头沟|110109"},
    {"房山区", "房山区|房山|110111"},
    {"通州区", "通州区|通州|110112|北京城市副中心|城市副中心"},
    {"顺义区", "顺义区|顺义|110113"},
    {"昌平区", "昌平区|昌平|110114"},
    {"大兴区", "大兴区|大兴|110115"},
    {"怀柔区", "怀柔区|怀柔|110116"},
    {"平谷区", "平谷区|平谷|110117"},
    {"密云区", "密云区|密云|110118|密云县|110228"},
    {"延庆区", "延庆区|延庆|110119|延庆县|110229"},
    {"经开区", "经开区|亦庄|亦庄经开区|经济技术开发区|亦庄开发区|亦庄经济技术开发区|经济开发区|亦庄新城|BDA"},
};

/* Regulation on the supervision of medical devices (医疗器械监督管理条例), article 6. */
const struct local_choice device_class_choices[LOCAL_DEVICE_CLASSES] = {
    {"I", "一类|I|1|第一类|Ⅰ|Ⅰ类|I类|1类|第Ⅰ类|第I类|第1类|一|第一类医疗器械"},
    {"II", "二类|II|2|第二类|Ⅱ|Ⅱ类|II类|2类|第Ⅱ类|第II类|第2类|二|第二类医疗器械"},
    {"III", "三类|III|3|第三类|Ⅲ|Ⅲ类|III类|3类|第Ⅲ类|第III类|第3类|三|第三类医疗器械"},
};

const struct local_choice relation_choices[LOCAL_RELATIONS] = {
    {"subsidiary", "子公司|SUBSIDIARY|全资子公司|控股子公司|境外子公司|附属公司|下属公司"},
    {"parent", "母公司|PARENT|控股股东|控股公司|集团公司|总公司"},
    {"agent",
        "代理人|AGENT|代理|MAH|DMAH|BRH|SPONSOR|AR|授权代表|欧盟授权代表|欧代|欧盟代表|英代|美代|美国代理人|"
        "注册代理人|境外代理人|境外注册代理|巴西注册持有人|发起人|上市许可持有人|持有人"},
    {"oem", "代工|OEM|ODM|CDMO|受托生产|委托生产|受托生产企业|代工厂|贴牌"},
    {"distributor", "经销商|DISTRIBUTOR|分销商|经销|进口商|IMPORTER|代理商|境外经销商|总经销|总代理"},
};

/* The codes that approvals carry (m13/record.h), with what Chinese papers call them. */
const struct local_choice authority_choices[LOCAL_AUTHORITIES] = {
    {"FDA", "FDA|美国FDA|USFDA|美国食品药品监督管理局|美国食品药品管理局|美国食药监局|美国食品药品监督管理局("
            "FDA)"},
    {"CE", "CE|欧盟CE|EUCE|欧洲共同体|欧盟|MDR|IVDR|CEMDR|CEIVDR|CE-MDR|CE-IVDR|MDRCE|欧洲共同体(CE)|"
           "欧盟公告机构|"
           "公告机构|欧盟CE(公告机构)"},
    {"PMDA", "PMDA|日本PMDA|日本药品医疗器械局|日本独立行政法人医药品医疗器械综合机构|厚生劳动省|"
             "日本厚生劳动省|MHLW|"
             "日本医药品医疗器械综合机构|日本药品医疗器械局(PMDA)"},
    {"TGA", "TGA|澳大利亚TGA|澳洲TGA|澳大利亚药品管理局|ARTG|澳大利亚药品管理局(TGA)|澳大利亚治疗用品管理局"},
    {"ANVISA", "ANVISA|巴西ANVISA|巴西国家卫生监督局|巴西卫生监督局|巴西国家卫生监督局(ANVISA)"},
    {"ROSZDRAVNADZOR", "ROSZDRAVNADZOR|RZN|俄罗斯ROSZDRAVNADZOR|俄罗斯联邦卫生监督局|俄罗斯联邦医疗监督局|"
                       "俄罗斯联邦医疗卫生监督局|俄罗斯联邦卫生监督局(ROSZDRAVNADZOR)|俄罗斯RZN"},
    {"CDSCO", "CDSCO|印度CDSCO|印度中央药品标准控制组织|印度中央药品标准控制组织(CDSCO)"},
    {"KEMENKES", "KEMENKES|印尼KEMENKES|印度尼西亚卫生部|印尼卫生部|MOHINDONESIA|印度尼西亚卫生部(KEMENKES)"},
    {"SAHPRA", "SAHPRA|南非SAHPRA|南非健康产品监管局|南非健康产品监管局(SAHPRA)"},
    {"EDA", "EDA|埃及EDA|埃及药品管理局|埃及药品管理局(EDA)"},
    {"EFDA", "EFDA|埃塞俄比亚EFDA|埃塞俄比亚食品药品管理局|埃塞俄比亚食品药品管理局(EFDA)"},
    {"IMED", "IMED|伊朗IMED|伊朗食品药品组织|伊朗食品药品组织医疗器械司|IRANFDA"},
    {"EDE", "EDE|阿联酋EDE|阿联酋药品管理局|MOHAP|阿联酋药品管理局(EDE)"},
    {"SFDA", "SFDA|沙特SFDA|沙特食品药品管理局|沙特食品药品管理局(SFDA)"},
    {"WHO", "WHO|世界卫生组织|世卫组织|世卫|WHOPQ|WHO-PQ|WHO预认证|世界卫生组织(WHO)"},
};

/* Measure13.conf judges them; a route that is not here stays as the firm wrote it. */
const struct local_choice route_choices[LOCAL_ROUTES] = {
    {"510k", "510(K)|510K|传统510(K)|TRADITIONAL510(K)|510(K)实质等同|FDA510(K)|FDA510K"},
    {"510k-abbreviated", "简略510(K)|510K-ABBREVIATED|ABBREVIATED510(K)"},
    {"510k-special", "特殊510(K)|510K-SPECIAL|SPECIAL510(K)"},
    {"de-novo", "DENOVO|DE-NOVO|DENOVO授权|从头分类|重新分类"},
    {"pma", "PMA|上市前批准|PMA原始上市前批准|ORIGINALPMA"},
    {"pma-panel-track", "PMA专家组补充|PMA-PANEL-TRACK|PANELTRACK"},
    {"pma-supplement-design", "PMA设计变更补充|PMA-SUPPLEMENT-DESIGN"},
    {"pma-supplement", "PMA补充|PMA-SUPPLEMENT|PMA其他补充"},
    {"pma-notice", "PMA30天通知|PMA-NOTICE"},
    {"hde", "HDE|人道主义器械豁免|人道主义器械豁免(HDE)"},
    {"eua", "EUA|紧急使用授权|紧急使用授权(EUA)"},
    {"fda-registration", "FDA企业注册|FDA-REGISTRATION|FDA企业登记"},
    {"fda-listing", "FDA产品列名|FDA-LISTING|FDA产品列示|FDA列名"},
    {"ce-mdr", "MDR证书|CE-MDR|MDR|CEMDR|MDR公告机构证书|MDRCE证书"},
    {"ce-ivdr", "IVDR证书|CE-IVDR|IVDR|CEIVDR|IVDR公告机构证书|IVDRCE证书"},
    {"ce-self-declared", "CE自我声明|CE-SELF-DECLARED|自我声明|自我符合性声明|CE自我声明(I类、IVDRA类)"},
    {"pmda-shonin", "日本承認|PMDA-SHONIN|承認|承认|日本承认|製造販売承認|制造销售承认"},
    {"pmda-ninsho", "日本認証|PMDA-NINSHO|認証|认证|日本认证|日本第三方认证"},
    {"pmda-todokede", "日本届出|PMDA-TODOKEDE|届出"},
    {"tga-artg", "ARTG列入|TGA-ARTG|ARTG|ARTG登记"},
    {"tga-artg-class-1", "ARTG列入(I类)|TGA-ARTG-CLASS-1|ARTGI类"},
    {"anvisa-registro", "ANVISA注册|ANVISA-REGISTRO|REGISTRO"},
    {"anvisa-notificacao", "ANVISA备案|ANVISA-NOTIFICACAO|NOTIFICACAO"},
    {"roszdravnadzor-registration", "俄罗斯医疗器械注册|ROSZDRAVNADZOR-REGISTRATION|俄罗斯注册|RZN注册"},
    {"cdsco-licence", "CDSCO许可|CDSCO-LICENCE|CDSCO进口许可|CDSCO进口或生产许可|MD-15|MD15"},
    {"kemenkes-akl", "印度尼西亚AKL|KEMENKES-AKL|AKL|印尼AKL"},
    {"who-prequalification", "WHO预认证|WHO-PREQUALIFICATION|WHOPQ|预认证"},
    {"who-eul", "WHO应急使用清单|WHO-EUL|EUL"},
};

const struct local_choice approval_status_choices[LOCAL_APPROVAL_STATUSES] = {
    {"active", "有效|ACTIVE|现行有效|在效|有效期内"},
    {"suspended", "暂停|SUSPENDED|中止|暂停使用"},
    {"withdrawn", "撤回|WITHDRAWN|撤销|被撤销|主动撤回"},
    {"cancelled", "注销|CANCELLED|CANCELED|取消|已注销"},
    {"expired", "过期|EXPIRED|失效|已过期|到期"},
    {"reclassified", "重新分类|RECLASSIFIED"},
    {"refused", "未批准|REFUSED|不予批准|拒绝"},
};

/* 监管方式代码 of customs. Rule R12 knows samples (3010) and free replacements (3100). */
const struct local_choice trade_mode_choices[LOCAL_TRADE_MODES] = {
    {"0110", "一般贸易|0110|110"},
    {"0130", "易货贸易|0130|130"},
    {"0214", "来料加工|0214|214"},
    {"0300", "来料料件退换|0300|300"},
    {"0615", "进料对口|0615|615|进料加工"},
    {"0664", "进料料件复出|0664|664"},
    {"0700", "进料料件退换|0700|700"},
    {"1039", "市场采购|1039"},
    {"1210", "保税电商|1210|保税跨境贸易电子商务"},
    {"1233", "保税仓库货物|1233"},
    {"1234", "保税区仓储转口|1234"},
    {"2600", "暂时进出货物|2600|暂时进出口货物"},
    {"2700", "展览品|2700|进出境展览品"},
    {"3010", "货样广告品|3010|货样广告品A|货样|样品|广告品"},
    {"3100", "无代价抵偿|3100|无代价抵偿货物|免费补发"},
    {"3339", "其他进出口免费|3339|其他进出口免费提供货物"},
    {"3511", "援助物资|3511|无偿援助物资"},
    {"3612", "捐赠物资|3612|捐赠"},
    {"4561", "退运货物|4561|退运"},
    {"9610", "跨境电商零售|9610|电子商务|跨境电商"},
    {"9710", "跨境电商B2B直接出口|9710|跨境电商B2B"},
    {"9810", "跨境电商出口海外仓|9810|海外仓"},
    {"9900", "其他贸易|9900|其他"},
};

/* Rule R15. */
const struct local_choice cost_category_choices[LOCAL_COST_CATEGORIES] = {
    {"official-fee", "官方费用|OFFICIAL-FEE|官方收费|规费|官费|注册费|申请费|审评费|MDUFA|USERFEE|官方规费"},
    {"notified-body", "公告机构费用|NOTIFIED-BODY|公告机构|公告机构审核费|认证费|认证费用|审核费|发证费"},
    {"testing", "检测费|TESTING|检验费|检验检测费|测试费|试验费|检测|检测费用|生物相容性试验"},
    {"translation", "翻译费|TRANSLATION|翻译|翻译费用|公证认证费"},
    {"agent", "代理费|AGENT|授权代表费|欧代费|代理人费|境外代理费|代理服务费"},
    {"consulting", "咨询费|CONSULTING|咨询|咨询服务费|注册咨询费|辅导费"},
    {"clinical", "临床费用|CLINICAL|临床试验费|临床评价费|临床|临床试验费用"},
    {"travel", "差旅费|TRAVEL|差旅|交通费"},
    {"staff", "人员费用|STAFF|人工费|工资|人员工资|人工成本"},
    {"annual-fee", "年费|ANNUAL-FEE|年度费用|维持费|企业注册年费"},
    {"other", "其他|OTHER|其他费用|其它|其它费用"},
};

const struct local_choice level_choices[LOCAL_LEVELS] = {
    {"city", "市级|CITY|市|北京市|市财政"},
    {"district", "区级|DISTRICT|区|区财政"},
    {"national", "国家级|NATIONAL|国家|中央|中央财政"},
};

const struct local_choice payment_kind_choices[LOCAL_PAYMENT_KINDS] = {
    {"reserve", "预留|RESERVE|预留额度|占用|核定"},
    {"pay", "拨付|PAY|已拨付|支付|付款|发放"},
    {"recover", "追回|RECOVER|收回|退回|追缴"},
};

const struct local_choice quote_choices[LOCAL_QUOTES] = {
    {"direct", "直接|DIRECT|直接标价|直接标价法|100外币=?元|100外币=元|100外币/"
               "人民币|100外币兑人民币|100外币折人民币"},
    {"indirect", "间接|INDIRECT|间接标价|间接标价法|100元=?外币|100元=外币|人民币/"
                 "100外币|100人民币=?外币|100人民币/外币|"
                 "100元人民币=?外币"},
};

/* Rule R22. */
const struct local_choice credit_flag_choices[LOCAL_CREDIT_FLAGS] = {
    {"serious-dishonesty",
        "严重失信|SERIOUS-DISHONESTY|严重违法失信|严重失信主体|严重违法失信名单|失信被执行人|失信"},
    {"abnormal-operation", "经营异常|ABNORMAL-OPERATION|经营异常名录|列入经营异常名录|异常"},
    {"recall", "召回|RECALL|产品召回|医疗器械召回"},
};

const struct local_choice channel_choices[LOCAL_CHANNELS] = {
    {"email", "邮箱|EMAIL|E-MAIL|MAIL|电子邮件|电子邮箱|邮件"},
    {"webhook", "WEBHOOK|HTTP|接口|回调"},
    {"wecom", "企业微信|WECOM|企业微信机器人|企微|WEIXIN"},
    {"dingtalk", "钉钉|DINGTALK|钉钉机器人|DING"},
    {"feishu", "飞书|FEISHU|飞书机器人|LARK"},
};

const struct local_choice language_choices[LOCAL_LANGUAGES] = {
    {"zh", "中文|ZH|简体中文|汉语|CHINESE|ZH-CN"},
    {"en", "英文|EN|英语|ENGLISH"},
    {"both", "中英文|BOTH|中英双语|双语|中文和英文"},
};

const struct local_choice slot_choices[LOCAL_SLOTS] = {
    {"certificate", "批准证书|CERTIFICATE|批件|证书|注册证|批准函|境外批准证书"},
    {"contract", "销售合同|CONTRACT|合同|订单|境外销售合同"},
    {"customs", "报关单|CUSTOMS|出口报关单|海关报关单"},
    {"invoice", "发票|INVOICE|出口发票|商业发票"},
    {"receipt", "回款凭证|RECEIPT|收款凭证|收汇凭证|银行回单|水单"},
    {"cost", "费用凭证|COST|费用明细|付款凭证|费用票据"},
    {"audit", "专项审计报告|AUDIT|审计报告|审计"},
    {"commitment", "承诺书|COMMITMENT|真实性承诺书|首次获证承诺|首次获证承诺书"},
};

const struct local_choice decision_item_choices[LOCAL_DECISION_ITEMS] = {
    {"verdict", "结论|VERDICT|判定|核定结论"},
    {"rule", "规则|RULE|规则判断"},
    {"match", "企业匹配|MATCH|匹配|企业"},
    {"product", "产品归属|PRODUCT|产品"},
    {"stage", "阶段|STAGE|办理阶段"},
};

const struct local_choice answer_choices[LOCAL_ANSWERS] = {
    {"confirm", "确认|CONFIRM|属实|同意|是|无异议"},
    {"dispute", "异议|DISPUTE|有异议|不属实|不同意"},
    {"decline", "不申报|DECLINE|放弃|放弃申报|不申请"},
    {"supply", "补件|SUPPLY|补充材料|补正|补充"},
};

/* What a dispute is about (measure13.md, Stage). */
const struct local_choice dispute_choices[LOCAL_DISPUTES] = {
    {"product", "非本企业产品|PRODUCT|不是我司产品|不是本企业产品|产品|归属|产品归属"},
    {"date", "批准日期|DATE|日期"},
    {"renewal", "新批准或换证|RENEWAL|换证|是否首次|首次|新获批或换证"},
    {"amount", "金额|AMOUNT|额度"},
    {"other", "其他|OTHER|其它"},
};
