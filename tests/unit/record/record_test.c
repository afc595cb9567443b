#include "m13/record.h"

#include "m13/limits.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE                                                                                                 \
    "{\"authority\":\"FDA\",\"number\":\"K260042\",\"route\":\"510k\",\"manufacturer\":\"Beijing Example "   \
    "Medical Co., "                                                                                          \
    "Ltd.\",\"country\":\"CN\",\"device\":\"Pump \\\"A\\\"\",\"decision_date\":\"2026-01\"}"

static int read_line(const char *line, struct record *record)
{
    return record_read(line, strlen(line), record);
}

static void a_line_is_read_and_written_as_it_was(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(read_line(LINE, &record), 0);
    assert_string_equal(record.value[RECORD_AUTHORITY], "FDA");
    assert_string_equal(record.value[RECORD_MANUFACTURER], "Beijing Example Medical Co., Ltd.");
    assert_string_equal(record.value[RECORD_DEVICE], "Pump \"A\"");
    assert_string_equal(record.value[RECORD_HOLDER], "");
    assert_int_equal(record.decision.first, day_from_civil(2026, 1, 1));
    assert_int_equal(record.decision.last, day_from_civil(2026, 1, 31));

    struct text out = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    record_write(&record, &out);
    assert_string_equal(text_string(&out), LINE);
    text_free(&out);
    record_release(&record);
    assert_string_equal(record.value[RECORD_AUTHORITY], "");
    record_release(&record);
}

static void members_have_names_in_wire_order(void **state)
{
    (void)state;
    for (int field = 0; field < RECORD_FIELDS; field++)
        assert_int_equal(record_field_by_name(record_member(field)->name), field);
    assert_int_equal(record_field_by_name("maker"), -1);
    assert_int_equal(record_field_by_name(""), -1);
    assert_int_equal(record_member(RECORD_VALID_TO)->kind, RECORD_KIND_DATE);
}

static void only_identifiers_of_the_maker_and_of_who_lists_it_tell_it_apart(void **state)
{
    (void)state;
    for (int field = 0; field < RECORD_FIELDS; field++)
        assert_int_equal(record_member(field)->identifies_maker,
            field == RECORD_SRN || field == RECORD_FEI || field == RECORD_OWNER_OPERATOR ||
                field == RECORD_LISTED_FEI || field == RECORD_LISTED_OWNER_OPERATOR);
}

static void absent_facts_are_empty_and_dateless(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(read_line("{}\n", &record), 0);
    for (int field = 0; field < RECORD_FIELDS; field++)
        assert_string_equal(record.value[field], "");
    assert_false(date_is_known(record.decision));
    struct text out = TEXT_WITH_CEILING(10);
    record_write(&record, &out);
    assert_string_equal(text_string(&out), "{}");
    text_free(&out);
    record_release(&record);
}

static void what_the_writer_would_not_write_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",
        "\n",
        "{",
        "[]",
        "null",
        "{\"number\":\"1\"",
        "{\"number\":\"1\"}}",
        "{\"number\":\"1\"} ",
        "{\"number\":\"1\"}\n\n",
        "{\"number\": \"1\"}",
        "{ \"number\":\"1\"}",
        "{\"number\":1}",
        "{\"number\":null}",
        "{\"number\":\"\"}",
        "{\"number\":\"1\",}",
        "{,\"number\":\"1\"}",
        "{\"number\":\"1\"\"route\":\"510k\"}",
        "{\"number\":\"1\",\"number\":\"2\"}",
        "{\"number\":\"1\",\"authority\":\"FDA\"}",
        "{\"maker\":\"1\"}",
        "{\"num\":\"1\"}",
        "{\"numbers\":\"1\"}",
        "{\"number\":\"1",
        "{\"number\":\"1\\",
        "{\"number\":\"1\\\"}",
        "{\"number\":\"\\/\"}",
        "{\"number\":\"\\u0041\"}",
        "{\"number\":\"\\u0000\"}",
        "{\"number\":\"\\u001F\"}",
        "{\"number\":\"\\u000a\"}",
        "{\"number\":\"\\u00",
        "{\"number\":\"\\ud83c\\udfe5\"}",
        "{\"number\":\"a\tb\"}",
        "{\"number\":\"a\nb\"}",
        "{\"number\":\"a\xff\"}",
        "{\"number\":\"\xe5\x8c\"}",
        "{\"decision_date\":\"01/05/2026\"}",
        "{\"decision_date\":\"2026-02-30\"}",
        "{\"valid_to\":\"9999-12-31\"}",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct record record = {.memory = &record};
        if (read_line(refused[i], &record) != -EINVAL || record.memory != &record)
            fail_msg("%s was taken", refused[i]);
    }
    struct record record;
    assert_int_equal(record_read("{\"number\":\"a\0b\"}", 16, &record), -EINVAL);
    assert_int_equal(record_read("{}\0", 3, &record), -EINVAL);
}

static void a_record_has_its_ceiling(void **state)
{
    (void)state;
    static char line[LIMIT_RECORD_BYTES + 2];
    static const char head[] = "{\"number\":\"";
    struct record record;
    memset(line, 'x', sizeof line);
    memcpy(line, head, sizeof head - 1);
    memcpy(line + LIMIT_RECORD_BYTES - 2, "\"}", 2);
    assert_int_equal(record_read(line, LIMIT_RECORD_BYTES, &record), 0);
    record_release(&record);
    memcpy(line + LIMIT_RECORD_BYTES - 2, "x\"}", 3);
    assert_int_equal(record_read(line, LIMIT_RECORD_BYTES + 1, &record), -EINVAL);
}

static void random_value(char *out, size_t most)
{
    static const uint32_t edges[] = {
        1, '\n', 0x1f, '"', '\\', '/', 0x7f, 0x80, 0x7ff, 0x800, 0xfffd, 0x5317, 0x10ffff};
    size_t length = 0;
    for (long left = random() % 12; left >= 0 && length + 4 < most; left--)
        length += utf8_put(random() % 2 ? edges[(size_t)random() % (sizeof edges / sizeof edges[0])]
                                        : (uint32_t)('a' + random() % 26),
            out + length);
    out[length] = '\0';
}

/* Any facts survive the wire, and give one line only. */
static void all_facts_survive_the_wire(void **state)
{
    (void)state;
    srandom(13);
    static char values[RECORD_FIELDS][64];
    for (int round = 0; round < 3000; round++) {
        struct record record = {.memory = NULL}, back;
        for (int field = 0; field < RECORD_FIELDS; field++) {
            record.value[field] = random() % 3 ? "" : values[field];
            if (record_member(field)->kind == RECORD_KIND_DATE)
                strcpy(values[field], "2026-01-05");
            else
                random_value(values[field], sizeof values[field]);
        }
        struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES), again = line;
        record_write(&record, &line);
        assert_int_equal(record_read(line.bytes, line.length, &back), 0);
        for (int field = 0; field < RECORD_FIELDS; field++)
            assert_string_equal(back.value[field], record.value[field]);
        record_write(&back, &again);
        assert_string_equal(text_string(&line), text_string(&again));
        record_release(&back);
        text_free(&line);
        text_free(&again);
    }
}

/* A line with a byte changed is refused, or is the line of other facts. */
static void mutated_lines_are_refused_or_canonical(void **state)
{
    (void)state;
    srandom(14);
    for (int round = 0; round < 50000; round++) {
        char line[] = LINE;
        size_t length = sizeof line - 1;
        for (long changes = random() % 3; changes >= 0; changes--)
            line[(size_t)random() % length] = (char)(random() % 3 ? "{}\":,\\un0"[random() % 9] : random());
        struct record record;
        if (record_read(line, length, &record) < 0)
            continue;
        struct text again = TEXT_WITH_CEILING(1000);
        record_write(&record, &again);
        assert_int_equal(again.length, length);
        assert_memory_equal(again.bytes, line, length);
        text_free(&again);
        record_release(&record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_read_and_written_as_it_was),
        cmocka_unit_test(members_have_names_in_wire_order),
        cmocka_unit_test(only_identifiers_of_the_maker_and_of_who_lists_it_tell_it_apart),
        cmocka_unit_test(absent_facts_are_empty_and_dateless),
        cmocka_unit_test(what_the_writer_would_not_write_is_refused),
        cmocka_unit_test(a_record_has_its_ceiling),
        cmocka_unit_test(all_facts_survive_the_wire),
        cmocka_unit_test(mutated_lines_are_refused_or_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
