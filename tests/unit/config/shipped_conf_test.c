/* The configuration in conf/: it is good as it stands, and says what it is meant to say. */
#include "conf_folder.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct config *shipped;

static int load_shipped(void **state)
{
    (void)state;
    const char *source = getenv("M13_SOURCE");
    struct text path = TEXT_WITH_CEILING(4096);
    text_append_format(&path, "%s/conf/m13d.conf", source != NULL ? source : "../../..");
    struct config_problems problems = {0};
    shipped = config_load(text_string(&path), &problems);
    config_problems_print(&problems, stderr);
    int r = problems.count > 0 || shipped == NULL ? -1 : 0;
    config_problems_free(&problems);
    text_free(&path);
    return r;
}

static int free_shipped(void **state)
{
    (void)state;
    config_free(shipped);
    return 0;
}

static void nothing_is_sent_as_shipped(void **state)
{
    (void)state;
    assert_string_equal(shipped->state, "/var/lib/m13d");
    assert_int_equal(shipped->alerts.mode, ALERT_DRAFT);
    assert_int_equal(shipped->alerts.channel_count, 0);
    assert_int_equal(shipped->language, LANGUAGE_ZH);
}

/* The file that ships says the defaults, and only the holidays are more than that. */
static void alerts_conf_says_what_the_program_assumes(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct config *bare = folder_load(folder);
    folder_expect_good(folder);
    assert_int_equal(shipped->alerts.language, bare->alerts.language);
    assert_int_equal(shipped->alerts.times.digest_at, bare->alerts.times.digest_at);
    assert_int_equal(shipped->alerts.times.digest_all_days, bare->alerts.times.digest_all_days);
    assert_int_equal(shipped->alerts.times.quiet_from, bare->alerts.times.quiet_from);
    assert_int_equal(shipped->alerts.times.quiet_to, bare->alerts.times.quiet_to);
    assert_int_equal(shipped->alerts.quiet_period_days, bare->alerts.quiet_period_days);
    assert_int_equal(shipped->alerts.reminder_count, bare->alerts.reminder_count);
    assert_memory_equal(shipped->alerts.reminder_days, bare->alerts.reminder_days,
        bare->alerts.reminder_count * sizeof *bare->alerts.reminder_days);
    assert_int_equal(shipped->alerts.deadline.day, bare->alerts.deadline.day);
    assert_int_equal(shipped->alerts.alarms.feed_failures, bare->alerts.alarms.feed_failures);
    assert_int_equal(shipped->alerts.alarms.review_days, bare->alerts.alarms.review_days);
    assert_int_equal(shipped->alerts.alarms.disk_bytes, bare->alerts.alarms.disk_bytes);
    assert_int_equal(bare->alerts.times.holiday_count, 0);
    folder_free(folder);
}

/* The State Council's arrangement for 2026: 33 days off, on six weekends a day of work. */
static void holidays_of_2026_are_known(void **state)
{
    (void)state;
    size_t off = 0, work = 0;
    for (size_t i = 0; i < shipped->alerts.times.holiday_count; i++) {
        const struct alert_holiday *holiday = &shipped->alerts.times.holidays[i];
        int year, month, day_of_month;
        day_to_civil(holiday->day, &year, &month, &day_of_month);
        if (year != 2026)
            continue;
        off += !holiday->works;
        work += holiday->works;
    }
    assert_int_equal(off, 3 + 9 + 3 + 5 + 3 + 3 + 7);
    assert_int_equal(work, 1 + 2 + 1 + 2);
}

/* Every default is written out, and written out right. */
static void policy_files_say_what_the_program_assumes(void **state)
{
    (void)state;
    struct policy_parameters *defaults = parameters_default();
    assert_string_equal(shipped->parameters->hash, defaults->hash);
    parameters_free(defaults);
}

static void no_default_hides_behind_a_missing_line(void **state)
{
    (void)state;
    static const char *const files[] = {"measure13.conf", "authorities.conf"};
    static const char *const lines[] = {"first", "last", "mode", "watch", "code", "answer", "yuan", "cited",
        "confirmed", "applies-by", "group", "markets", "review-markets", "register"};
    static const size_t least[] = {2, 1, 1, 1, 28, 28, 2, 6, 6, 6, 15, 15, 15, 15};
    size_t found[sizeof lines / sizeof *lines] = {0};
    for (size_t i = 0; i < 2; i++) {
        struct text path = TEXT_WITH_CEILING(4096);
        const char *source = getenv("M13_SOURCE");
        text_append_format(&path, "%s/conf/%s", source != NULL ? source : "../../..", files[i]);
        FILE *file = fopen(text_string(&path), "r");
        char line[512];
        while (fgets(line, sizeof line, file) != NULL) {
            const char *word = line + strspn(line, " {");
            size_t length = strcspn(word, " =");
            for (size_t j = 0; j < sizeof lines / sizeof *lines; j++) {
                found[j] += strlen(lines[j]) == length && strncmp(word, lines[j], length) == 0;
                found[j] += strcmp(lines[j], "answer") == 0 && strstr(line, " answer = ") != NULL;
            }
        }
        fclose(file);
        text_free(&path);
    }
    for (size_t j = 0; j < sizeof lines / sizeof *lines; j++)
        assert_true(found[j] >= least[j]);
}

/* FDA's approvals; its rosters and weekly files are other feeds. */
static const char *const fda_approvals[] = {"fda-510k", "fda-pma"};

static void both_feeds_ask_openfda_as_it_wants_to_be_asked(void **state)
{
    (void)state;
    static const struct {
        const char *name, *path;
    } feeds[] = {{"fda-510k", "/device/510k.json"}, {"fda-pma", "/device/pma.json"}};
    int64_t requests_a_day = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct feed_definition *feed = config_feed(shipped, feeds[i].name);
        assert_non_null(feed);
        assert_string_equal(feed->authority, "FDA");
        assert_string_equal(feed->base, "https://api.fda.gov");
        assert_string_equal(feed->window.path, feeds[i].path);
        assert_string_equal(feed->window.query, "search=decision_date:%5B{since}+TO+{today}%5D&limit=1000");
        assert_string_equal(feed->history.path, feeds[i].path);
        assert_string_equal(
            feed->history.query, "limit=1000"); /* no sort: by _id; no skip: 26,000 rows at most */
        assert_int_equal(feed->paging, PAGING_LINK);
        assert_int_equal(feed->query_dates, DATE_FORM_ISO);
        assert_int_equal(feed->none_status, 404);
        assert_string_equal(feed->none_text, "No matches found");
        assert_int_equal(feed->charset, CHARSET_UTF8_C1_AS_CP1252);
        assert_string_equal(feed->rows, "results");
        assert_string_equal(feed->total, "meta.results.total");
        assert_string_equal(feed->as_of, "meta.last_updated");
        assert_int_equal(feed->completeness, COMPLETENESS_WINDOW);
        assert_int_equal(feed->every_ms, CLOCK_DAY);
        assert_int_equal(feed->overlap_days, 120);
        assert_in_range(feed->full_every_ms, 7 * CLOCK_DAY, 31 * CLOCK_DAY);
        assert_string_equal(feed->budget, "api.fda.gov");
        requests_a_day = feed->requests_a_day;
        assert_true(feed->requests_a_minute <= 120); /* of 240 */
    }
    assert_in_range(requests_a_day, 300, 600); /* of 1,000; a day with both full re-reads needs 240 */
}

/* They list every firm in the world with the same product code. */
static void no_name_comes_from_the_openfda_arrays_and_no_person_at_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < shipped->feed_count; i++)
        for (size_t j = 0; j < shipped->feeds[i]->mapping_count; j++) {
            const struct feed_mapping *mapping = &shipped->feeds[i]->mappings[j];
            for (size_t k = 0; k < mapping->source_count; k++) {
                assert_string_not_equal(mapping->sources[k], "contact");
                assert_true(
                    !string_starts(mapping->sources[k], "openfda.") || mapping->field == RECORD_DEVICE_CLASS);
            }
        }
}

static void applicant_is_manufacturer_and_holder(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct feed_definition *feed = config_feed(shipped, fda_approvals[i]);
        const struct feed_mapping *maker = feed_mapping_of(feed, RECORD_MANUFACTURER);
        const struct feed_mapping *holder = feed_mapping_of(feed, RECORD_HOLDER);
        assert_string_equal(maker->sources[0], "applicant");
        assert_true(maker->required);
        assert_string_equal(holder->sources[0], "applicant");
    }
    assert_non_null(strstr(config_feed(shipped, "fda-510k")->limits.zh, "2014-08-14"));
    assert_non_null(strstr(config_feed(shipped, "fda-510k")->limits.en, "2014-08-14"));
}

static void limits_say_what_silence_does_not_mean(void **state)
{
    (void)state;
    static const char *const zh[] = {"人道主义器械豁免", "销售", "补录较晚"};
    static const char *const en[] = {
        "humanitarian device exemptions", "sold in the US", "posts some rows late"};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++) {
            assert_non_null(strstr(config_feed(shipped, fda_approvals[i])->limits.zh, zh[j]));
            assert_non_null(strstr(config_feed(shipped, fda_approvals[i])->limits.en, en[j]));
        }
    assert_non_null(strstr(config_feed(shipped, "fda-510k")->limits.en, "exempt from 510(k)"));
    assert_non_null(strstr(config_feed(shipped, "fda-pma")->limits.zh, "没有国别"));
    assert_null(feed_mapping_of(config_feed(shipped, "fda-pma"), RECORD_COUNTRY));
}

/* Which feed stands for which authority of the text, and which one opens no case. */
static void every_authority_with_a_register_has_a_feed_that_opens_cases(void **state)
{
    (void)state;
    static const char *const authorities[] = {
        "FDA", "CE", "PMDA", "TGA", "ANVISA", "ROSZDRAVNADZOR", "CDSCO", "KEMENKES", "WHO"};
    for (size_t i = 0; i < sizeof authorities / sizeof *authorities; i++) {
        size_t feeds = 0;
        for (size_t j = 0; j < shipped->feed_count; j++)
            feeds += shipped->feeds[j]->purpose == PURPOSE_APPROVALS &&
                     string_equal(shipped->feeds[j]->authority, authorities[i]);
        assert_true(feeds > 0);
    }
    assert_int_equal(config_feed(shipped, "eudamed-actors")->purpose, PURPOSE_ROSTER);
    assert_int_equal(config_feed(shipped, "fda-establishments")->purpose, PURPOSE_ROSTER);
    assert_int_equal(config_feed(shipped, "eudamed-devices")->purpose, PURPOSE_EVIDENCE);
    assert_int_equal(config_feed(shipped, "fda-listings")->purpose, PURPOSE_EVIDENCE);
}

/* A host that turns plain clients away, a certificate that only its operator can get, columns that nobody has
 * seen. */
static void what_cannot_work_as_shipped_is_off(void **state)
{
    (void)state;
    static const char *const off[] = {"fda-510k-weekly", "fda-pma-weekly", "fda-hde", "tga-cancellations",
        "pmda-approved", "roszdravnadzor-elk", "roszdravnadzor-opendata", "cdsco-import", "kemenkes-akl"};
    for (size_t i = 0; i < shipped->feed_count; i++) {
        bool listed = false;
        for (size_t j = 0; j < sizeof off / sizeof *off; j++)
            listed = listed || string_equal(off[j], shipped->feeds[i]->name);
        if (shipped->feeds[i]->enabled == listed)
            fail_msg("%s", shipped->feeds[i]->name);
    }
}

/* A name of a firm, or a choice made by our firms, never goes out: lists are of all of a country. */
static void no_request_can_name_a_firm(void **state)
{
    (void)state;
    for (size_t i = 0; i < shipped->feed_count; i++) {
        const struct feed_definition *feed = shipped->feeds[i];
        if (feed->each.feed == NULL)
            continue;
        assert_int_equal(feed->each.country_count, 1);
        assert_string_equal(feed->each.countries[0], "CN");
        assert_true(feed->each.member == RECORD_SRN || feed->each.member == RECORD_DETAIL);
    }
}

/* How many rules of a member give `value` for `code`, under the first condition's own source. */
static size_t rules_for(const struct feed_mapping *mapping, const char *code, const char **ret_value)
{
    size_t count = 0;
    for (size_t i = 0; i < mapping->rule_count; i++)
        for (size_t j = 0; j < mapping->rules[i].conditions[0].value_count; j++)
            if (string_equal(mapping->rules[i].conditions[0].values[j], code)) {
                *ret_value = mapping->rules[i].value;
                count++;
            }
    return count;
}

static void expect_codes(const char *feed, enum record_field field, const char *value, const char *codes)
{
    const struct feed_mapping *mapping = feed_mapping_of(config_feed(shipped, feed), field);
    char *list = memory_copy_string(codes), *rest = NULL;
    for (char *code = strtok_r(list, ",", &rest); code != NULL; code = strtok_r(NULL, ",", &rest)) {
        const char *given = NULL;
        if (rules_for(mapping, code, &given) != 1 || !string_equal(given, value))
            fail_msg(
                "%s: %s should give %s once, gives %s", feed, code, value, given != NULL ? given : "nothing");
    }
    free(list);
    assert_string_equal(mapping->unmatched != NULL ? mapping->unmatched : "",
        field == RECORD_STATUS          ? "unknown"
        : string_equal(feed, "fda-pma") ? "pma-supplement"
                                        : "unknown");
}

/* FDA's list "510(k) file layout", complete, and what the PMA file holds. */
static void every_decision_code_of_fda_has_its_status(void **state)
{
    (void)state;
    expect_codes("fda-510k", RECORD_STATUS, "active",
        "SESE,SESP,SESD,SESK,SEKD,SESU,SESN,SESI,SESR,SE,KD,PR,PT,RN,SA,SD,SF,SI,SK,SN,SP,ST,SU,SW,DENG");
    expect_codes("fda-510k", RECORD_STATUS, "withdrawn", "RE,WD");
    expect_codes("fda-510k", RECORD_STATUS, "cancelled", "DE,DD");
    expect_codes("fda-510k", RECORD_STATUS, "refused",
        "NE,FB,SC,SL,UD,UO,UR,OD,CR,DB,DR,EX,GP,K4,NA,ND,NF,NR,PE,RC,TR");
    expect_codes("fda-pma", RECORD_STATUS, "active", "APPR,APCB,APCV,OK30,LE30");
    expect_codes("fda-pma", RECORD_STATUS, "withdrawn", "APWD,WTDR");
    expect_codes("fda-pma", RECORD_STATUS, "reclassified", "APRL");
    expect_codes("fda-pma", RECORD_STATUS, "refused", "DENY");
}

static void every_kind_of_submission_has_its_route(void **state)
{
    (void)state;
    expect_codes("fda-510k", RECORD_ROUTE, "510k", "Traditional,Dual Track");
    expect_codes("fda-510k", RECORD_ROUTE, "510k-special", "Special");
    expect_codes("fda-510k", RECORD_ROUTE, "510k-abbreviated", "Abbreviated");
    expect_codes("fda-510k", RECORD_ROUTE, "de-novo", "DENG");
    expect_codes(
        "fda-pma", RECORD_ROUTE, "pma-notice", "OK30,30-Day Notice,135 Review Track For 30-Day Notice");
    expect_codes("fda-pma", RECORD_ROUTE, "pma-panel-track", "Panel Track");
    expect_codes("fda-pma", RECORD_ROUTE, "pma-supplement-design", "Normal 180 Day Track");
    for (size_t i = 0; i < shipped->feed_count; i++)
        for (size_t j = 0; j < shipped->feeds[i]->route_count; j++)
            assert_non_null(parameters_route(shipped->parameters, shipped->feeds[i]->routes[j]));
}

static void supplement_has_a_number_below_its_parent(void **state)
{
    (void)state;
    const struct feed_definition *pma = config_feed(shipped, "fda-pma");
    const struct feed_mapping *number = feed_mapping_of(pma, RECORD_NUMBER);
    assert_int_equal(number->source_count, 2);
    assert_string_equal(number->join, "/");
    const struct feed_mapping *parent = feed_mapping_of(pma, RECORD_PARENT);
    assert_int_equal(parent->rule_count, 1);
    assert_string_equal(parent->rules[0].sources[0], "pma_number");
    assert_true(parent->rules[0].conditions[0].negated);
    assert_string_equal(parent->rules[0].conditions[0].source, "supplement_number");
    assert_int_equal(parent->source_count, 0);
}

static void evidence_page_of_each_kind(void **state)
{
    (void)state;
    const struct feed_mapping *url = feed_mapping_of(config_feed(shipped, "fda-510k"), RECORD_URL);
    assert_true(string_ends(url->url_template, "/cfpmn/pmn.cfm?ID={number}"));
    assert_true(string_ends(url->rules[0].url_template, "/cfpmn/denovo.cfm?id={number}"));
    url = feed_mapping_of(config_feed(shipped, "fda-pma"), RECORD_URL);
    assert_true(string_ends(url->url_template, "/cfpma/pma.cfm?id={row.pma_number}{row.supplement_number}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_sent_as_shipped),
        cmocka_unit_test(alerts_conf_says_what_the_program_assumes),
        cmocka_unit_test(holidays_of_2026_are_known),
        cmocka_unit_test(policy_files_say_what_the_program_assumes),
        cmocka_unit_test(no_default_hides_behind_a_missing_line),
        cmocka_unit_test(both_feeds_ask_openfda_as_it_wants_to_be_asked),
        cmocka_unit_test(no_name_comes_from_the_openfda_arrays_and_no_person_at_all),
        cmocka_unit_test(applicant_is_manufacturer_and_holder),
        cmocka_unit_test(every_authority_with_a_register_has_a_feed_that_opens_cases),
        cmocka_unit_test(what_cannot_work_as_shipped_is_off),
        cmocka_unit_test(no_request_can_name_a_firm),
        cmocka_unit_test(limits_say_what_silence_does_not_mean),
        cmocka_unit_test(every_decision_code_of_fda_has_its_status),
        cmocka_unit_test(every_kind_of_submission_has_its_route),
        cmocka_unit_test(supplement_has_a_number_below_its_parent),
        cmocka_unit_test(evidence_page_of_each_kind),
    };
    return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
