/* The words that conf files use for enumerations, and what people read for them. */
#include "m13/config.h"

const struct name_entry feed_format_names[FORMAT_HTML + 1] = {
    {FORMAT_JSON, "json", "JSON", "JSON"},
    {FORMAT_CSV, "csv", "CSV", "CSV"},
    {FORMAT_XLSX, "xlsx", "XLSX", "XLSX"},
    {FORMAT_XML, "xml", "XML", "XML"},
    {FORMAT_HTML, "html", "HTML", "HTML"},
};

const struct name_entry feed_container_names[CONTAINER_ZIP + 1] = {
    {CONTAINER_NONE, "none", "无", "none"},
    {CONTAINER_ZIP, "zip", "ZIP", "ZIP"},
};

const struct name_entry feed_purpose_names[PURPOSE_EVIDENCE + 1] = {
    {PURPOSE_APPROVALS, "approvals", "批准", "approvals"},
    {PURPOSE_ROSTER, "roster", "企业名录", "a roster of makers"},
    {PURPOSE_EVIDENCE, "evidence", "佐证", "evidence"},
};

const struct name_entry feed_fold_names[FOLD_CYRILLIC + 1] = {
    {FOLD_NONE, "none", "原样", "as it stands"},
    {FOLD_COMPACT, "compact", "全半角、大小写、空格归一", "one form of width, case and blanks"},
    {FOLD_CYRILLIC, "cyrillic", "同上，并归一形近的西里尔字母", "the same, and look-alikes become Cyrillic"},
};

const struct name_entry feed_paging_names[PAGING_NUMBERED + 1] = {
    {PAGING_NONE, "none", "单页", "one page"},
    {PAGING_LINK, "link", "Link 头翻页", "Link header"},
    {PAGING_NUMBERED, "numbered", "按页码或序号翻页", "numbered pages"},
};

const struct name_entry feed_completeness_names[COMPLETENESS_REGISTER + 1] = {
    {COMPLETENESS_WINDOW, "window", "按日期窗口", "a window of dates"},
    {COMPLETENESS_REGISTER, "register", "整库", "the whole register"},
};

const struct name_entry feed_charset_names[CHARSET_CP1251 + 1] = {
    {CHARSET_UTF8, "utf-8", "UTF-8", "UTF-8"},
    {CHARSET_UTF8_C1_AS_CP1252, "utf-8-c1-as-windows-1252", "UTF-8（C1 区按 windows-1252 修复）",
        "UTF-8 with windows-1252 bytes in its C1 range"},
    {CHARSET_CP1252, "windows-1252", "windows-1252", "windows-1252"},
    {CHARSET_GB18030, "gb18030", "GB18030", "GB18030"},
    {CHARSET_CP1251, "windows-1251", "windows-1251", "windows-1251"},
};

const struct name_entry date_form_names[DATE_FORM_ULID + 1] = {
    {DATE_FORM_ISO, "iso", "2026-01-05", "2026-01-05"},
    {DATE_FORM_PLAIN, "plain", "20260105", "20260105"},
    {DATE_FORM_US, "us", "01/05/2026（月/日/年）", "01/05/2026 (month first)"},
    {DATE_FORM_EU, "eu", "05/01/2026（日/月/年）", "05/01/2026 (day first)"},
    {DATE_FORM_SLASH, "slash", "2026/1/5", "2026/1/5"},
    {DATE_FORM_ZH, "zh", "2026年1月5日", "2026年1月5日"},
    {DATE_FORM_JA, "ja", "令和8年1月5日", "令和8年1月5日"},
    {DATE_FORM_MONTH, "month", "05-JAN-2026", "05-JAN-2026"},
    {DATE_FORM_EXCEL, "excel", "46027（Excel 日期序号）", "46027 (Excel's number)"},
    {DATE_FORM_ULID, "ulid", "ULID 前十位", "a ULID's first ten characters"},
};

const struct name_entry alert_mode_names[ALERT_LIVE + 1] = {
    {ALERT_DRAFT, "draft", "只写草稿", "written, not sent"},
    {ALERT_RELEASE, "release", "人工放行", "first notices wait for a person"},
    {ALERT_LIVE, "live", "自动发送", "sent"},
};

const struct name_entry channel_kind_names[CHANNEL_KINDS] = {
    {CHANNEL_WEBHOOK, "webhook", "签名 Webhook", "signed webhook"},
    {CHANNEL_FILE, "file", "文件", "file"},
    {CHANNEL_SMTP, "smtp", "电子邮件", "e-mail"},
    {CHANNEL_WECOM, "wecom", "企业微信机器人", "WeCom robot"},
    {CHANNEL_DINGTALK, "dingtalk", "钉钉机器人", "DingTalk robot"},
    {CHANNEL_FEISHU, "feishu", "飞书机器人", "Feishu robot"},
};

const struct name_entry alert_audience_names[ALERT_AUDIENCES] = {
    {AUDIENCE_FIRM, "firm", "企业", "firms"},
    {AUDIENCE_DESK, "desk", "经办处室", "the desk"},
    {AUDIENCE_OPERATOR, "operator", "运维人员", "the operator"},
};

const struct name_entry alert_language_names[ALERT_BOTH + 1] = {
    {ALERT_ZH, "zh", "中文", "Chinese"},
    {ALERT_EN, "en", "英文", "English"},
    {ALERT_BOTH, "both", "中英文", "both"},
};
