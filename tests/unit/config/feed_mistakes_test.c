/* Every way in which a definition can be wrong, by line. */
#include "conf_folder.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct mistake {
    const char *start; /* of the line of minimal_definition that is replaced; NULL = appended, on line 16 */
    const char *text;
    int line;
    const char *part;
};

static void expect_all(const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *text = changed_definition(mistakes[i].start, mistakes[i].text);
        expect_mistake_in("feeds.d/x.conf", text, mistakes[i].line, mistakes[i].part);
        free(text);
    }
}

#define EXPECT_ALL(mistakes) expect_all((mistakes), sizeof(mistakes) / sizeof *(mistakes))
#define POLL(rest)           "request = { base = \"https://r.example\";\n" rest " };\n"
#define PLAIN_POLL           "poll = { path = \"/a\"; };"
#define SINCE_POLL           "poll = { path = \"/a\"; query = \"since={since}\"; };"
#define HISTORY              "history = { path = \"/a\"; };"

static void what_it_is(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"authority", "", 0, "`authority` is missing"},
        {"authority", "authority = \"fda\";\n", 1, "code in capitals"},
        {"routes", "", 0, "`routes` is missing"},
        {"routes", "routes = [\"510k\", \"510k\"];\n", 2, "stands here twice"},
        {"routes", "routes = \"\";\n", 2, "\"\" is not accepted"},
        {"title", "title = { zh = \"甲\"; };\n", 3, "`en` is missing"},
        {"title", "title = \"甲\";\n", 3, "accepted is a group"},
        {"limits", "", 0, "`limits` is missing"}, /* silence of a register must never read as none */
        {"limits", "limits = { zh = \"\"; en = \"a\"; };\n", 5, "not blank"},
        {NULL, "enabled = \"no\";\n", 16, "true or false"},
        {NULL, "enable = true;\n", 16, "did you mean `enabled`"},
        {NULL, "every = \"1d\";\n", 16, "`every` does not stand here; it belongs to group `schedule`"},
        {NULL, "schedule = {\n base = \"https://r.example\"; };\n", 17, "it belongs to group `request`"},
        {NULL, "path = \"/x\";\n", 16, "it belongs to group `poll` in group `request`"},
    };
    EXPECT_ALL(mistakes);
}

static void how_it_is_asked(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"request", "request = { " PLAIN_POLL " };\n", 6, "`base` is missing"},
        {"request", "request = { base = \"https://r.example\"; };\n", 6, "`poll` is missing"},
        {"request", "request = { base = \"http://r.example\"; " PLAIN_POLL " };\n", 6,
            "http is accepted on this"},
        {"request", "request = { base = \"https://r.example/api\"; " PLAIN_POLL " };\n", 6, "without a path"},
        {"request", POLL(PLAIN_POLL " allow-http = true;"), 7, "`allow-http` has no effect"},
        {"request", POLL(PLAIN_POLL " allow-http = 1;"), 7, "true or false"},
        {"request", POLL("poll = { query = \"x\"; };"), 7, "`path` is missing"},
        {"request", POLL("poll = { path = \"a\"; };"), 7, "a path that starts with /"},
        {"request", POLL("poll = { path = \"/a?b\"; };"), 7, "its query apart"},
        {"request", POLL("poll = { path = \"/a b\"; };"), 7, "percent-encoded"},
        {"request", POLL("poll = { path = \"/a\"; query = \"d=[x]\"; };"), 7, "[ is %5B"},
        {"request", POLL("poll = { path = \"/a\"; query = \"d=%5\"; };"), 7, "percent-encoded"},
        {"request", POLL("poll = { path = \"/a\"; query = \"?d=1\"; };"), 7, "without the leading ?"},
        {"request", POLL("poll = { path = \"/a\"; query = \"d={until}\"; };"), 7,
            "placeholders: {since}, {today}, {page}"},
        {"request", POLL("poll = { path = \"/a\"; query = \"d={since\"; };"), 7, "placeholders"},
        {"request", POLL("poll = { path = \"/a\"; query = \"d=北京\"; };"), 7, "percent-encoded"},
        {"request", POLL(PLAIN_POLL " paging = \"page\";"), 7, "one of: none, link, numbered"},
        {"request", POLL(PLAIN_POLL " dates = \"iso\";"), 7, "`dates` has no effect: no request has {since}"},
        {"request", POLL(PLAIN_POLL " headers = [\"Accept\"];"), 7, "\"Name: value\""},
        {"request", POLL(PLAIN_POLL " headers = [\"Host: x\"];"), 7, "none that m13d sets itself"},
        {"request", POLL(PLAIN_POLL " headers = [\"A: b\\r\\nC: d\"];"), 7, "\"Name: value\""},
        {"request", POLL(PLAIN_POLL " none = { status = 200; };"), 7, "`text` is missing"},
        {"request", POLL(PLAIN_POLL " none = { text = \"x\"; };"), 7, "`status` is missing"},
        {"request", POLL(PLAIN_POLL " none = { status = 99; text = \"x\"; };"), 7, "200 to 599"},
        {"request", POLL(PLAIN_POLL " history = { path = \"/a\"; };"), 7,
            "`history` has no effect: it is the same"},
        {"request", POLL(PLAIN_POLL " history = { path = \"/b\"; query = \"{since}\"; };"), 7,
            "{since} is not accepted here"},
    };
    EXPECT_ALL(mistakes);
}

static void windows_and_registers(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"expect", "expect = { };\n", 7, "`completeness` is missing"},
        {"expect", "expect = { completeness = \"all\"; };\n", 7, "one of: window, register"},
        {"request", POLL(SINCE_POLL "\n" HISTORY), 9, "\"register\" cannot be"},
        {NULL, "schedule = { overlap = \"10d\"; };\n", 16, "`overlap` has no effect: `poll` has no {since}"},
        {NULL, "schedule = { full-every = \"10d\"; };\n", 16, "`full-every` has no effect"},
    };
    EXPECT_ALL(mistakes);
}

/* A wrong value is told even where the setting has no effect besides. */
static void value_without_effect_is_held_to_its_kind_too(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char *text = changed_definition(NULL, "schedule = { overlap = \"36h\"; };\n");
    folder_write(folder, "feeds.d/x.conf", text);
    folder_load(folder);
    folder_expect(folder, "feeds.d/x.conf", 16, "whole days");
    folder_expect(folder, "feeds.d/x.conf", 16, "has no effect");
    free(text);
    folder_free(folder);
}

static void window_without_a_way_to_everything_is_a_mistake(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(8192);
    char *asking = changed_definition("request", POLL(SINCE_POLL));
    /* The line of `expect` moved down by one. */
    const char *expect = strstr(asking, "expect");
    text_append(&text, asking, (size_t)(expect - asking));
    text_append_string(&text, "expect = { completeness = \"window\"; };\n");
    text_append_string(&text, strchr(expect, '\n') + 1);
    expect_mistake_in(
        "feeds.d/x.conf", text_string(&text), 6, "`history` is missing: `poll` asks from {since} on");
    free(asking);
    text_free(&text);
}

static void when_it_is_asked(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {NULL, "schedule = {\n every = \"6h\";\n at = \"06:30\"; };\n", 18,
            "`at` has no effect: `every` is no whole number of days"},
        {NULL, "schedule = { at = \"6:30\"; };\n", 16, "a time of day"},
        {NULL, "schedule = { at = \"24:00\"; };\n", 16, "a time of day"},
        {NULL, "schedule = { at = \"06:60\"; };\n", 16, "a time of day"},
        {NULL, "schedule = { every = \"30s\"; };\n", 16, "from 1m to 366d"},
        {NULL, "schedule = { every = \"6 hours\"; };\n", 16, "\"6 hours\" is not accepted"},
        {NULL, "schedule = { every = 6; };\n", 16, "a whole number with a unit"},
        {NULL, "schedule = { every = \"1h\";\n jitter = \"1h\"; };\n", 17, "`jitter` must be shorter"},
        {NULL, "budget = { a-minute = 0; };\n", 16, "1 to 6000"},
        {NULL, "budget = { a-day = \"5\"; };\n", 16, "a whole number without quotes"},
        {NULL, "budget = { a-day = 1.5; };\n", 16, "a whole number without quotes"},
        {NULL, "budget = { a-hour = 5; };\n", 16, "`a-hour` is no known setting. Accepted: group, a-minute"},
        {"expect", "expect = { completeness = \"register\";\n fresh = \"6h\"; };\n", 8,
            "would always be stale"},
        {"expect", "expect = { completeness = \"register\"; content-type = \"json\"; };\n", 7,
            "a media type"},
        {"expect", "expect = { completeness = \"register\"; content-type = \"text/csv; charset=x\"; };\n", 7,
            "without parameters"},
        {"expect", "expect = { completeness = \"register\"; maximum-bytes = \"3G\"; };\n", 7,
            "from 1K to 2G"},
        {"expect", "expect = { completeness = \"register\"; maximum-bytes = \"64MB\"; };\n", 7,
            "like \"64M\""},
        {"expect", "expect = { completeness = \"register\"; minimum-rows = -5; };\n", 7, "0 to 1000000000"},
        {"expect", "expect = { completeness = \"register\";\n largest-shrink = 100; };\n", 8, "0 to 99"},
    };
    EXPECT_ALL(mistakes);
}

static void what_form_it_has(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"format", "format = { };\n", 8, "`kind` is missing"},
        {"format", "format = { kind = \"pdf\"; };\n", 8, "one of: json, csv, xlsx, xml, html"},
        {"format", "format = { kind = \"json\"; charset = \"latin1\"; };\n", 8,
            "one of: utf-8, utf-8-c1-as-windows-1252"},
        {"format", "format = { kind = \"json\";\n quote = \"none\"; };\n", 9,
            "`quote` has no effect: it is for the kind"},
        {"format", "format = { kind = \"json\";\n separator = \";\"; };\n", 9, "`separator` has no effect"},
        {"format", "format = { kind = \"csv\";\n rows = \"results\"; };\n", 9, "`rows` has no effect"},
        {"format", "format = { kind = \"csv\";\n total = \"n\"; };\n", 9, "`total` has no effect"},
        {"format", "format = { kind = \"csv\";\n as-of = \"d\"; };\n", 9, "`as-of` has no effect"},
        {"format", "format = { kind = \"csv\"; separator = \";;\"; };\n", 8, "one character"},
        {"format", "format = { kind = \"csv\"; quote = \"\"; };\n", 8, "or \"none\" where quotes are data"},
        {"format", "format = { kind = \"csv\"; quote = \";\"; separator = \";\"; };\n", 8,
            "the same character"},
        {"format", "format = { kind = \"json\"; rows = \"a..b\"; };\n", 8, "a path of members"},
        {"format", "format = { kind = \"json\"; rows = \"a[].b\"; };\n", 8, "a path of members"},
        {"format", "format = { kind = \"json\"; total = \"*\"; };\n", 8, "a path of members"},
        {"format", "format = { kind = \"json\"; keys = [\"a.b\"]; };\n", 8,
            "members at the top of the document"},
        {"format", "format = { kind = \"csv\";\n keys = [\"a\"]; };\n", 9, "`keys` has no effect"},
        {"format", "format = { kind = \"json\";\n sheet = \"a\"; };\n", 9,
            "`sheet` has no effect: it is for the kind \"xlsx\""},
        {"format", "format = { kind = \"xlsx\";\n charset = \"utf-8\"; };\n", 9,
            "`charset` has no effect: it is for the kind \"json\", \"csv\", \"xml\", \"html\""},
        {"format", "format = { kind = \"csv\"; container = \"tar\"; };\n", 8, "one of: none, zip"},
        {"format", "format = { kind = \"csv\"; container = \"zip\"; };\n", 8, "`member` is missing"},
        {"format", "format = { kind = \"xlsx\"; container = \"zip\"; member = \"a\"; };\n", 8,
            "not out of a zip"},
        {"format", "format = { kind = \"csv\";\n member = \"*.csv\"; };\n", 9,
            "`member` has no effect: there is no `container`"},
        {"format", "format = { kind = \"xml\"; };\n", 8, "`rows` is missing"},
        {"format", "format = { kind = \"xml\"; rows = \"item\"; };\n", 8, "the path of an element"},
        {"format", "format = { kind = \"xml\"; rows = \"//item\"; };\n", 8, "the path of an element"},
        {"format", "format = { kind = \"xml\"; rows = \"/a/b[1]\"; };\n", 8, "the path of an element"},
        {"format", "format = { kind = \"xml\"; rows = \"/a/\"; };\n", 8, "the path of an element"},
        {"format", "format = { kind = \"html\"; };\n", 8, "`rows` is missing"},
        {"format", "format = { kind = \"html\"; rows = \"//tr[\"; };\n", 8, "an XPath expression"},
        {"format", "format = { kind = \"json\"; total = \".a\"; };\n", 8, "a path of members"},
    };
    EXPECT_ALL(mistakes);
}

static void members_of_the_record(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"    number", "", 9, "`number` is missing"},
        {"    manufacturer", "", 9, "`manufacturer` is missing: without it or `holder`"},
        {"    route", "", 9, "`route` is missing"},
        {"    status", "", 9, "`status` is missing"},
        {"    decision_date", "", 9, "`decision_date` is missing"},
        {"    number", "    numbr = \"no\"; number = \"no\";\n", 10,
            "`numbr` is no member of a record; did you mean `number`"},
        {"    number", "    number = \"no\"; authority = \"a\";\n", 10, "it is the definition's own"},
        {"    number", "    number = 5;\n", 10, "`number`: accepted is a source"},
        {"    number", "    number = \"\";\n", 10, "not blank"},
        {"    number", "    number = [\"a\", \"a\"];\n", 10, "stands here twice"},
        {"    number", "    number = { };\n", 10, "nothing gives its value"},
        {"    number", "    number = { form = \"a\"; };\n", 10,
            "`form` is no known setting; did you mean `from`"},
        {"    number", "    number = { from = \"a\";\n join = \"/\"; };\n", 11, "`join` has no effect"},
        {"    number", "    number = { from = \"a\";\n required = false; };\n", 11, "only true is accepted"},
        {"    number", "    number = { from = \"a\";\n forms = [\"iso\"]; };\n", 11, "`forms` has no effect"},
        {"    number", "    number = { from = \"a\";\n otherwise = \"b\"; };\n", 11,
            "`otherwise` has no effect"},
        {"    decision_date", "    decision_date = \"d\";\n", 14, "a date needs `forms`"},
        {"    decision_date", "    decision_date = { from = \"d\"; forms = [\"iso\", \"dmy\"]; };\n", 14,
            "accepted are iso, plain"},
        {"    decision_date", "    decision_date = { from = \"d\"; forms = [\"iso\", \"iso\"]; };\n", 14,
            "stands here twice"},
        {"    decision_date", "    decision_date = { from = \"d\"; forms = []; };\n", 14, "an array of iso"},
    };
    EXPECT_ALL(mistakes);
    char *text = changed_definition("fields", "fields = 5;\nx = {\n");
    struct conf_folder *folder = folder_new();
    folder_write(folder, "feeds.d/x.conf", text);
    folder_load(folder);
    folder_expect(folder, "feeds.d/x.conf", 9, "`fields`: accepted is a group");
    free(text);
    folder_free(folder);
}

#define JSON "format = { kind = \"json\"; };\n"
#define CSV  "format = { kind = \"csv\"; };\n"
#define XML  "format = { kind = \"xml\"; rows = \"/a\"; };\n"

/* The source of a number in a payload of that format. */
static void expect_source(const char *format, const char *source, const char *part)
{
    char *with_format = changed_definition("format", format);
    struct text text = TEXT_WITH_CEILING(16384);
    const char *number = strstr(with_format, "    number");
    text_append(&text, with_format, (size_t)(number - with_format));
    text_append_format(&text, "    number = \"%s\";\n%s", source, strchr(number, '\n') + 1);
    free(with_format);
    if (part != NULL) {
        expect_mistake_in("feeds.d/x.conf", text_string(&text), 10, part);
    } else {
        struct conf_folder *folder = folder_new();
        folder_write(folder, "feeds.d/x.conf", text_string(&text));
        folder_load(folder);
        folder_expect_good(folder);
        folder_free(folder);
    }
    text_free(&text);
}

static void sources_are_spelt_as_their_format_asks(void **state)
{
    (void)state;
    static const struct {
        const char *format, *source, *part; /* NULL = good */
    } sources[] = {
        {JSON, "a", NULL},
        {JSON, "a.b-c.d", NULL},
        {JSON, "*.b", NULL},
        {JSON, "a.*.b", NULL},
        {JSON, "a[]", NULL},
        {JSON, "a[].b", NULL},
        {JSON, "a[*].b.c", NULL},
        {JSON, "a[language=en].text", NULL},
        {JSON, "a[type.code=x.y*].b[].c", NULL},
        {JSON, "a?", "a path of members"}, /* absent members are empty anyway */
        {JSON, ".a", "a path of members"},
        {JSON, "a.", "a path of members"},
        {JSON, "a[0].b", NULL},
        {JSON, "a[-1].b", "a path of members"},
        {JSON, "a[", "a path of members"},
        {JSON, "a[=b]", "a path of members"},
        {JSON, "a]b", "a path of members"},
        {JSON, "[].a", "a path of members"},
        {JSON, "a*", "a path of members"},
        {JSON, "a[]b", "a path of members"},
        {CSV, "NUMERO DE REGISTRO", NULL},
        {CSV, "NUMERO?", NULL},
        {CSV, "NUMERO*", NULL},
        {CSV, "NUMERO*?", NULL},
        {CSV, "NUMERO#2", NULL},
        {CSV, "NUMERO#1", NULL}, /* where there are several, and the others are not read */
        {CSV, "NUMERO#10?", NULL},
        {CSV, "No.1", NULL},
        {CSV, "510", NULL},
        {CSV, "#", NULL},
        {CSV, "?", "a column's name"},
        {CSV, "*", "a column's name"},
        {CSV, "*?", "a column's name"},
        {CSV, "#2", "a column's name"},
        {CSV, "NUMERO#0", "a column's name"},
        {CSV, "NUMERO#02", "a column's name"},
        {CSV, "NUMERO#100", "a column's name"},
        {XML, "td[2]", NULL},
        {XML, "normalize-space(a/@href)", NULL},
        {XML, "td[", "an XPath expression"},
        {XML, "a/", "an XPath expression"},
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        expect_source(sources[i].format, sources[i].source, sources[i].part);
}

static void texts_that_are_cut_or_folded(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"    number", "    number = { from = \"a\";\n after = \"\"; };\n", 11, "not blank"},
        {"    number", "    number = { from = \"a\";\n before = 5; };\n", 11, "for a line's end"},
        {"    number", "    number = { from = \"a\";\n fold = \"upper\"; };\n", 11,
            "one of: none, compact, cyrillic"},
        {"    decision_date",
            "    decision_date = { from = \"a\"; forms = [\"iso\"];\n fold = \"compact\"; };\n", 15,
            "`fold` has no effect: this member is a date"},
        {"    status", "    status = { from = \"a\";\n fold = \"compact\"; };\n", 14,
            "`fold` has no effect: this member is a code"},
        {"    status",
            "    status = { rules = ( { is = \"active\"; when = ( (\"a\", \"\") ); } );\n after = \":\"; "
            "};\n",
            14, "`after` has no effect: no source gives the value"},
        {"    status",
            "    status = \"s\"; url = { template = \"https://x.example/{number}\";\n before = \":\"; };\n",
            14, "`before` has no effect: no source gives the value"},
    };
    EXPECT_ALL(mistakes);
}

static void merging(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {NULL, "purpose = \"list\";\n", 16, "one of: approvals, roster, evidence"},
        {NULL, "source = { wins = [\"status\"]; };\n", 16, "`rank` is missing"},
        {NULL, "source = { rank = 100; };\n", 16, "0 to 99"},
        {NULL, "source = { rank = 1;\n wins = [\"number\"]; };\n", 17, "accepted is members but `authority`"},
        {NULL, "source = { rank = 1;\n wins = [\"staus\"]; };\n", 17, "\"staus\" is not accepted"},
        {NULL, "source = { rank = 1;\n wins = [\"status\", \"status\"]; };\n", 17, "stands here twice"},
        {NULL, "source = { rank = 1;\n wins = [\"city\"]; };\n", 17, "`fields` does not map it"},
        {NULL, "source = { rank = 1;\n wins = []; };\n", 17, "accepted is an array of"},
        {NULL, "source = { rank = 0;\n wins = [\"status\"]; };\n", 17,
            "`wins` has no effect: the feed of rank 0"},
        {NULL, "source = { rank = 0;\n known-only = true; };\n", 17, "`known-only` has no effect"},
        {NULL, "repeated = { };\n", 16, "`repeated` has no effect"},
        {NULL, "repeated = { latest-by = [\"status\"]; };\n", 16, "a member but"},
        {NULL, "repeated = { latest-by = \"valid_from\"; };\n", 16, "`fields` does not map it"},
        {NULL, "repeated = { earliest = [\"status\"]; };\n", 16, "members that are dates"},
        {NULL, "repeated = { joined = [\"status\"]; };\n", 16, "members that are text"},
        {NULL,
            "repeated = { earliest = [\"decision_date\", \"valid_from\", \"valid_to\", \"created\", \n"
            "\"received_date\"]; };\n",
            17, "at most 4 members"},
    };
    for (size_t i = 0; i + 1 < sizeof mistakes / sizeof *mistakes; i++)
        expect_all(&mistakes[i], 1);
    struct conf_folder *folder = folder_new(); /* the others of that line are not mapped, besides */
    char *text = changed_definition(NULL, mistakes[sizeof mistakes / sizeof *mistakes - 1].text);
    folder_write(folder, "feeds.d/x.conf", text);
    folder_load(folder);
    folder_expect(folder, "feeds.d/x.conf", 17, "at most 4 members");
    free(text);
    folder_free(folder);
}

/* Of two feeds of one authority and route it must be said which counts first. */
static void shared_rank_is_told(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char *text = changed_definition(NULL, "source = { rank = 1; };\n");
    folder_write(folder, "feeds.d/a.conf", text);
    folder_write(folder, "feeds.d/b.conf", text);
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/b.conf", 16, "the feed a has the rank 1 too");
    char *other = changed_definition("routes", "routes = [\"pma\"]; source = { rank = 1; };\n");
    folder_write(folder, "feeds.d/b.conf", other);
    folder_load(folder);
    folder_expect_good(folder);
    free(text);
    free(other);
    folder_free(folder);
}

/* What a roster, evidence or a second source leaves out is no mistake; what has no meaning for them is one.
 */
static void purposes_need_different_members(void **state)
{
    (void)state;
    static const char few[] =
        "authority = \"CE\"; title = { zh = \"甲\"; en = \"a\"; };\n"
        "covers = { zh = \"甲\"; en = \"a\"; }; limits = { zh = \"甲\"; en = \"a\"; };\n"
        "request = { base = \"https://r.example\"; poll = { path = \"/all.json\"; }; };\n"
        "expect = { completeness = \"register\"; }; format = { kind = \"json\"; };\n";
    static const struct {
        const char *more;
        int line;
        const char *part;
    } cases[] = {
        {"purpose = \"roster\"; fields = { number = \"srn\"; manufacturer = \"name\"; };\n", 0, NULL},
        {"purpose = \"evidence\"; fields = { number = \"udi\"; };\n", 0, NULL},
        {"source = { rank = 1; }; fields = { number = \"no\"; scope = \"devices\"; };\n", 0, NULL},
        {"purpose = \"roster\"; fields = {\n number = \"srn\"; };\n", 5, "`manufacturer` is missing"},
        {"purpose = \"evidence\"; fields = {\n holder = \"h\"; };\n", 5, "`number` is missing"},
        {"purpose = \"evidence\"; fields = { number = \"udi\"; };\n routes = [\"mdr\"];\n", 6,
            "`routes` has no effect: `fields` does not map `route`"},
        {"purpose = \"evidence\"; fields = { number = \"udi\"; route = \"r\"; };\n", 0,
            "`routes` is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        struct text text = TEXT_WITH_CEILING(8192);
        text_append_format(&text, "%s%s", few, cases[i].more);
        folder_write(folder, "feeds.d/x.conf", text_string(&text));
        folder_load(folder);
        if (cases[i].part == NULL)
            folder_expect_good(folder);
        else
            folder_expect_only(folder, "feeds.d/x.conf", cases[i].line, cases[i].part);
        text_free(&text);
        folder_free(folder);
    }
}

#define ROUTE(rest) "    route = {\n" rest "\n};\n"
#define RULE(rest)  ROUTE("from = \"kind\"; rules = ( {\n" rest "\n} );")
#define WHEN        "when = ( (\"kind\", \"K\") );"

static void rules_of_a_member(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"    route", ROUTE("from = \"kind\"; rules = [\"a\"];"), 13, "a list of groups"},
        {"    route", ROUTE("from = \"kind\"; rules = ();"), 13, "a list of groups"},
        {"    route", ROUTE("from = \"kind\"; rules = ( \"a\" );"), 13, "a rule: accepted is a group"},
        {"    route", RULE("is = \"510k\";"), 13, "`when` is missing"},
        {"    route", RULE(WHEN), 13, "exactly one of `is`, `from` and `template`"},
        {"    route", RULE("is = \"510k\"; from = \"a\"; " WHEN), 13, "exactly one of"},
        {"    route", RULE("from = \"a\"; join = \"/\"; " WHEN), 14, "`join` has no effect"},
        {"    route", RULE("iz = \"510k\"; is = \"510k\"; " WHEN), 14, "did you mean `is`"},
        {"    route", RULE("is = \"510k\"; when = (\"kind\", \"K\");"), 14,
            "`when`: accepted is ( (\"source\""},
        {"    route", RULE("is = \"510k\"; when = ();"), 14, "`when`: accepted is"},
        {"    route", RULE("is = \"510k\"; when = \"K\";"), 14, "`when`: accepted is"},
        {"    route", RULE("is = \"510k\"; when = ( (\"kind\") );"), 14, "a condition: accepted is"},
        {"    route", RULE("is = \"510k\"; when = ( (\"!\", \"K\") );"), 14, "a condition: accepted is"},
        {"    route", RULE("is = \"510k\"; when = ( (\"kind\",\n5) );"), 15, "a condition: accepted is"},
        {"    route", RULE("is = \"510k\"; when = ( (\"kind\", \"*\") );"), 14, "matches everything"},
        {"    route", RULE("is = \"510k\"; when = ( (\"kind\", \"a*b\") );"), 14, "at the end only"},
        {"    route", RULE("is = \"510k\"; when = ( (\"kind\", \"K\",\n\"K\") );"), 15, "stands here twice"},
        {"    route", RULE("is = \"510K\"; " WHEN), 14,
            "\"510K\" is not accepted; accepted is one of the definition's"},
        {"    route", ROUTE("rules = ( { is = \"510k\"; " WHEN " } );\notherwise = \"k\";"), 14,
            "one of the definition's"},
        {"    route",
            ROUTE("rules = ( { is = \"510k\"; " WHEN " } ); from = \"kind\"; otherwise = \"unknown\";"), 13,
            "`from` has no effect: `otherwise` stands for every row"},
        {"    route", ROUTE("rules = ( { is = \"unknown\"; " WHEN " } ); otherwise = \"unknown\";"), 2,
            "the member `route` never gives \"510k\""},
        {"    status", "    status = { rules = ( { is = \"approved\"; " WHEN " } ); };\n", 13,
            "active, suspended"},
        {"    status", "    status = \"s\"; country = { rules = ( { is = \"China\"; " WHEN " } ); };\n", 13,
            "two capitals"},
        {"    status", "    status = \"s\"; country = { rules = ( { is = \"UK\"; " WHEN " } ); };\n", 13,
            "two capitals"},
        {"    status",
            "    status = \"s\"; valid_to = { from = \"v\"; forms = [\"eu\"]; rules = ( { is = "
            "\"VIGENTE\"; " WHEN " } ); };\n",
            13, "a date like"},
        {NULL, "skip = (\"a\", \"b\");\n", 16, "`skip`: accepted is"},
        {NULL, "skip = ( (\"a\") );\n", 16, "a condition: accepted is"},
        {NULL, "skip = ( ( (\"a\", \"\"),\n (\"b\") ) );\n", 17, "a condition: accepted is"},
        {NULL, "skip = ( ( (\"a\", \"\"), (\"b.\", \"\") ) );\n", 16, "the source \"b.\" is not accepted"},
        {"    status", "    status = { is = \"fine\"; };\n", 13, "active, suspended"},
        {"    route", "    route = { is = \"unknown\"; };\n", 2, "never gives \"510k\""},
        {"    status", "    status = { is = \"active\";\n from = \"s\"; };\n", 14,
            "`from` has no effect: `is` gives the value"},
        {"    number", "    number = { is = \"1\"; };\n", 10, "`is` has no effect"},
    };
    EXPECT_ALL(mistakes);
}

#define URL(template) "    status = \"s\"; url = {\n template = \"" template "\"; };\n"

static void templates_of_evidence_pages(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {"    status", URL("http://x.example/{number}"), 14, "https://HOST/..."},
        {"    status", URL("https://x.example/all"), 14, "in braces"},
        {"    status", URL("https://x.example/a b{number}"), 14, "in braces"},
        {"    status", URL("https://x.example/{city}"), 14, "nothing fills {city}"},
        {"    status", URL("https://x.example/{url}"), 14, "nothing fills {url}"},
        {"    status", URL("https://x.example/{k_number}"), 14, "or {row.SOURCE}"},
        {"    status", URL("https://x.example/{row.}"), 14, "nothing fills {row.}"},
        {"    status", URL("https://x.example/{number"), 14, "a brace is not closed"},
        {"    status", URL("https://x.example/{number}}"), 14, "a brace is not closed"},
        {"    status", URL("https://x.example/{number{number}}"), 14, "a brace is not closed"},
        {"    status", "    status = \"s\"; city = { template = \"https://x.example/{number}\"; };\n", 13,
            "`template` is for the member `url` alone"},
        {"    status",
            "    status = \"s\"; url = { from = \"u\"; template = \"https://x.example/{number}\"; };\n", 13,
            "`from` has no effect: `template` gives the value"},
    };
    EXPECT_ALL(mistakes);
}

/* Cut anywhere, or with any byte changed, a definition is refused or read; never half, never worse. */
static void any_damage_is_survived(void **state)
{
    (void)state;
    size_t length = strlen(minimal_definition);
    char *damaged = memory_get(length + 1);
    size_t refused = 0;
    for (size_t i = 0; i < length; i++) {
        static const char bytes[] = "\"{([=;\xff\n";
        memcpy(damaged, minimal_definition, length + 1);
        damaged[i] = bytes[i % (sizeof bytes - 1)];
        struct config_problems problems = {0};
        FILE *file = fmemopen(damaged, i % 2 == 0 ? length : i, "r");
        struct feed_definition *definition =
            file != NULL ? feed_definition_read(file, "x.conf", &problems) : NULL;
        if (file != NULL) {
            fclose(file);
            assert_int_equal(definition == NULL, problems.count > 0);
        }
        refused += definition == NULL;
        feed_definition_free(definition);
        config_problems_free(&problems);
    }
    assert_true(refused > length * 3 / 4);
    free(damaged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_is),
        cmocka_unit_test(how_it_is_asked),
        cmocka_unit_test(windows_and_registers),
        cmocka_unit_test(value_without_effect_is_held_to_its_kind_too),
        cmocka_unit_test(window_without_a_way_to_everything_is_a_mistake),
        cmocka_unit_test(when_it_is_asked),
        cmocka_unit_test(what_form_it_has),
        cmocka_unit_test(members_of_the_record),
        cmocka_unit_test(sources_are_spelt_as_their_format_asks),
        cmocka_unit_test(texts_that_are_cut_or_folded),
        cmocka_unit_test(merging),
        cmocka_unit_test(shared_rank_is_told),
        cmocka_unit_test(purposes_need_different_members),
        cmocka_unit_test(rules_of_a_member),
        cmocka_unit_test(templates_of_evidence_pages),
        cmocka_unit_test(any_damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
