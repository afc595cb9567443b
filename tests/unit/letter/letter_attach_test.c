/* letter_attach_test.c - what goes with a message: the forms, and the deadline as a calendar file, line by
 * line. The forms themselves go through the import in tests/system/ask_test.py. */
#include "calendar_file.h"

#include "m13/date.h"
#include "m13/letter.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char name[] = "2026年度第二批；申报截止, 以系统提交时间为准（逾期不再受理，敬请各单位提前做好准备）",
            phone[] = "010-5557 0100";

static struct config with_deadline(int year, int month, int day)
{
    struct config config = {0};
    config.alerts.deadline.day = day_from_civil(year, month, day);
    config.alerts.deadline.name = name;
    config.alerts.desk.phone = phone;
    return config;
}

static json_t *deadline_facts(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:s}, s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:[]}]}", "id", "msg_1",
        "type", "m13.deadline", "audience", "firm", "timestamp", "2026-12-17T01:00:00Z", "firm", "uscc",
        "91110108MA0FARM15X", "cases", "case_id", "M13-2026-00042", "authority", "FDA", "number",
        "K253019\r\nX:y", "device", "", "product_id", "", "product_zh", "", "missing");
}

/* Lines as a calendar reads them: ends are CR LF, what begins with a blank belongs to the line before. */
static char *unfolded(const char *bytes)
{
    struct text out = TEXT_WITH_CEILING(65536);
    for (const char *line = bytes; *line;) {
        const char *end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 75);
        assert_null(memchr(line, '\n', (size_t)(end - line)));
        assert_true(utf8_is_valid(line, (size_t)(end - line)));
        text_append(&out, line, (size_t)(end - line));
        line = end + 2;
        if (*line == ' ')
            line++;
        else
            text_append_character(&out, '\n');
    }
    return text_take(&out);
}

static void calendar_file_is_as_rfc_5545_has_it(void **state)
{
    static const char expected[] =
        "BEGIN:VCALENDAR\n"
        "VERSION:2.0\n"
        "PRODID:-//m13d//Measure 13//ZH\n"
        "CALSCALE:GREGORIAN\n"
        "METHOD:PUBLISH\n"
        "BEGIN:VEVENT\n"
        "UID:%s\n"
        "DTSTAMP:20261217T010000Z\n"
        "DTSTART;VALUE=DATE:20261231\n"
        "DTEND;VALUE=DATE:20270101\n"
        "TRANSP:TRANSPARENT\n"
        "SUMMARY:【第13条】2026年度第二批；申报截止\\, "
        "以系统提交时间为准（逾期不再受理，敬请各单位提前做好准备）\n"
        "DESCRIPTION:线索：\\nM13-2026-00042 FDA K253019  X:y\\n咨询电话：010-5557 0100\n"
        "BEGIN:VALARM\n"
        "ACTION:DISPLAY\n"
        "DESCRIPTION:【第13条】2026年度第二批；申报截止\\, "
        "以系统提交时间为准（逾期不再受理，敬请各单位提前做好准备）\n"
        "TRIGGER:-P3D\n"
        "END:VALARM\n"
        "END:VEVENT\n"
        "END:VCALENDAR\n";
    (void)state;
    struct config config = with_deadline(2026, 12, 31);
    json_t *facts = deadline_facts();
    char *bytes = calendar_file_of(&config, facts, ALERT_ZH), *lines = unfolded(bytes), uid[64];
    const char *found = strstr(lines, "UID:");
    snprintf(uid, sizeof uid, "%.*s", (int)strcspn(found + 4, "\n"), found + 4);
    struct text wanted = TEXT_WITH_CEILING(65536);
    const char *before = strstr(expected, "%s");
    text_append(&wanted, expected, (size_t)(before - expected));
    text_append_string(&wanted, uid);
    text_append_string(&wanted, before + 2);
    assert_string_equal(lines, text_string(&wanted));
    assert_true(string_ends(uid, "@m13d"));
    text_free(&wanted);
    free(lines);
    free(bytes);
    json_decref(facts);
}

static char *uid_of(const struct config *config, const char *uscc)
{
    json_t *facts = deadline_facts();
    json_object_set_new(json_object_get(facts, "firm"), "uscc", json_string(uscc));
    char *bytes = calendar_file_of(config, facts, ALERT_ZH), *begin = strstr(bytes, "UID:");
    char *uid = memory_copy_bytes(begin, strcspn(begin, "\r"));
    free(bytes);
    json_decref(facts);
    return uid;
}

static void moved_deadline_is_the_same_event_and_another_firms_is_not(void **state)
{
    (void)state;
    struct config before = with_deadline(2026, 12, 31), after = with_deadline(2027, 1, 15);
    char *one = uid_of(&before, "A"), *moved = uid_of(&after, "A"), *other = uid_of(&before, "B");
    assert_string_equal(one, moved);
    assert_string_not_equal(one, other);
    free(one);
    free(moved);
    free(other);
}

static void no_deadline_is_no_file(void **state)
{
    (void)state;
    struct config config = with_deadline(2026, 12, 31);
    json_t *facts = deadline_facts();
    config.alerts.deadline.day = DAY_NONE;
    assert_null(calendar_file_of(&config, facts, ALERT_ZH));
    json_decref(facts);
}

/* --- attachments of messages ------------------------------------------------------------------------------
 */

struct world {
    char *folder;
    struct store *store;
};

static int open_world(void **state)
{
    struct world *world = memory_get_zeroed(1, sizeof *world);
    struct failure failure = {0};
    world->folder = scratch_new();
    scratch_store(world->folder);
    assert_int_equal(store_open(world->folder, STORE_WRITER, &world->store, &failure), 0);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    store_close(world->store);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

static struct config of_world(const struct world *world)
{
    struct config config = with_deadline(2026, 12, 31);
    config.state = world->folder;
    return config;
}

static void firm_gets_the_forms_and_the_deadline_and_the_same_bytes_each_time(void **state)
{
    struct world *world = *state;
    struct config config = of_world(world);
    json_t *facts = deadline_facts();
    struct attachment *one, *two;
    assert_int_equal(attachments_of(world->store, &config, facts, ALERT_ZH, &one), 2);
    assert_int_equal(attachments_of(world->store, &config, facts, ALERT_ZH, &two), 2);
    assert_string_equal(one[0].name, "第13条-请填写.xlsx");
    assert_memory_equal(one[0].bytes, "PK", 2);
    assert_string_equal(one[1].name, "申报期限.ics");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(one[i].length, two[i].length);
        assert_memory_equal(one[i].bytes, two[i].bytes, one[i].length);
    }
    attachments_free(one, 2);
    attachments_free(two, 2);
    json_decref(facts);
}

static void desk_gets_nothing_attached_and_a_lead_no_deadline(void **state)
{
    struct world *world = *state;
    struct config config = of_world(world);
    json_t *facts = deadline_facts();
    struct attachment *attachments;
    json_object_set_new(facts, "type", json_string("m13.lead"));
    assert_int_equal(attachments_of(world->store, &config, facts, ALERT_EN, &attachments), 1);
    assert_string_equal(attachments[0].name, "measure13-forms.xlsx");
    attachments_free(attachments, 1);
    json_object_set_new(facts, "audience", json_string("desk"));
    assert_int_equal(attachments_of(world->store, &config, facts, ALERT_ZH, &attachments), 0);
    attachments_free(attachments, 0);
    json_decref(facts);
}

static void message_goes_without_forms_that_cannot_be_written(void **state)
{
    struct world *world = *state;
    struct config config = of_world(world);
    json_t *facts = deadline_facts();
    struct attachment *attachments;
    char *nowhere = scratch_path(world->folder, "nowhere");
    config.state = nowhere;
    assert_int_equal(attachments_of(world->store, &config, facts, ALERT_ZH, &attachments), 1);
    assert_string_equal(attachments[0].name, "申报期限.ics");
    attachments_free(attachments, 1);
    free(nowhere);
    json_decref(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_file_is_as_rfc_5545_has_it),
        cmocka_unit_test(moved_deadline_is_the_same_event_and_another_firms_is_not),
        cmocka_unit_test(no_deadline_is_no_file),
        IN_WORLD(firm_gets_the_forms_and_the_deadline_and_the_same_bytes_each_time),
        IN_WORLD(desk_gets_nothing_attached_and_a_lead_no_deadline),
        IN_WORLD(message_goes_without_forms_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
