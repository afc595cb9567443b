/* Any text as a date in each form, and as the name of a country. The first byte chooses. What is taken for a
 * date lies in the years that there are, and is written so that it reads back as itself. */
#include "fuzz_target.h"

#include "m13/country.h"
#include "m13/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS = DATE_FORM_ULID + 1, STAMP = FORMS, COUNTRY, CHOICES };

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_date(const char *string, unsigned choice)
{
    char written[DATE_STRING_BYTES];
    struct date date = DATE_NONE, again;
    int r =
        choice == STAMP ? date_parse_stamp(string, &date) : date_parse(string, (enum date_form)choice, &date);
    if (r < 0) {
        must(!date_is_known(date), "refused, but not left alone");
        return;
    }
    must(date.first <= date.last && date.last - date.first <= 366, "no day, month or year");
    must(date.first >= day_from_civil(1800, 1, 1) && date.last <= day_from_civil(2200, 12, 31),
        "no such year");
    must(date_parse(date_format(date, written), DATE_FORM_ISO, &again) == 0, "written as no date");
    must(again.first == date.first && again.last == date.last, "written as another date");
    if (choice == DATE_FORM_ISO)
        must(date_parse_stamp(string, &again) < 0, "a bare day and one with a time at once");
}

static void check_country(const char *name)
{
    const char *code = country_find(name);
    must(code == NULL || country_exists(code), "a code that does not exist");
    must(code == NULL || country_find(code) != NULL, "a code that is not known itself");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 1)
        return 0;
    char *string = malloc(length);
    must(string != NULL, "no memory");
    memcpy(string, bytes + 1, length - 1);
    string[length - 1] = '\0';
    unsigned choice = bytes[0] % CHOICES;
    if (choice == COUNTRY)
        check_country(string);
    else
        check_date(string, choice);
    free(string);
    return 0;
}
