/* What the tables say can be met: their words are written as names are read. */
#include "name.h"
#include "tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const char match_table_legal[], match_table_synonyms[];

enum { PHRASE_BYTES = 256 };

/* Without blanks and "&". */
static void squeeze(const char *text, size_t length, char out[PHRASE_BYTES])
{
    size_t written = strlen(out);
    for (size_t i = 0; i < length && written + 1 < PHRASE_BYTES; i++)
        if (text[i] != ' ' && text[i] != '&')
            out[written++] = text[i];
    out[written] = '\0';
}

static void assert_read_as_written(const char *phrase, size_t length)
{
    struct normal_name normal;
    char written[PHRASE_BYTES] = "";
    char read[PHRASE_BYTES] = "";
    squeeze(phrase, length, written);
    name_normalise(phrase, length, &normal);
    for (size_t i = 0; i < normal.word_count; i++)
        squeeze(normal.letters + normal.words[i].start, normal.words[i].length, read);
    assert_string_equal(read, written);
}

static void every_legal_form_can_be_met(void **state)
{
    (void)state;
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_legal;
    size_t forms = 0;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL; forms++)
        assert_read_as_written(line, strcspn(line, " "));
    assert_true(forms > 100);
}

static void every_synonym_can_be_met(void **state)
{
    (void)state;
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_synonyms;
    size_t phrases = 0;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;)
        for (const char *at = line; *at != '=' && *at != '~' && *at != '\0'; phrases++) {
            size_t length = strcspn(at, ",=~");
            assert_read_as_written(at, length);
            at += length + (at[length] == ',');
        }
    assert_true(phrases > 300);
}

int main(void)
{
    tables_load();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_legal_form_can_be_met),
        cmocka_unit_test(every_synonym_can_be_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
