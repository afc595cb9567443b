/* Any template against a message: it is refused with a line and a reason, or fills within its ceilings, and
 * what it gives can be read as blocks, text and HTML. */
#include "fuzz_target.h"

#include "blocks.h"
#include "template.h"
#include "view.h"

#include "m13/limits.h"

#include <stdlib.h>
#include <string.h>

static const char values[] =
    "{\"type\":\"m13.lead\",\"firm\":{\"uscc\":\"9111\",\"name_zh\":\"甲\"},\"cases_count\":2,\"rows\":7,"
    "\"cases\":[{\"case_id\":\"M13-1\",\"number\":\"K1|K2\",\"url\":\"https://example.invalid/\","
    "\"why_zh\":[\"a\",\"b\"]},{\"case_id\":\"# M13-2\",\"missing\":[{\"zh\":\"= x：y\"}]}]}";

static void demand(bool good)
{
    if (!good)
        abort();
}

static bool part(const char *name, void *context, struct template_source *ret_source)
{
    static const char text[] = "{{#cases}}\n= {{number}}：{{url}}\n{{/cases}}\n";
    (void)context;
    *ret_source = (struct template_source){"part", text, sizeof text - 1};
    return string_equal(name, "case");
}

static void read_blocks(const char *words)
{
    struct blocks blocks;
    struct text plain = TEXT_WITH_CEILING(8 * (size_t)LIMIT_MESSAGE_BYTES),
                html = TEXT_WITH_CEILING(LIMIT_MESSAGE_HTML_BYTES);
    blocks_read(words, &blocks);
    blocks_as_text(&blocks, &plain);
    blocks_as_html(&blocks, &html);
    demand(!plain.overflowed && !html.overflowed);
    demand(!strpbrk(text_string(&plain), "\x01\x02") && !strpbrk(text_string(&html), "\x01\x02"));
    demand(
        utf8_is_valid(text_string(&plain), plain.length) && utf8_is_valid(text_string(&html), html.length));
    for (const char *line = text_string(&plain); *line;) {
        size_t length = strcspn(line, "\n");
        demand(length <= 998);
        line += length + (line[length] == '\n');
    }
    text_free(&plain);
    text_free(&html);
    blocks_free(&blocks);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > LIMIT_TEMPLATE_BYTES + 16)
        return 0;
    char *text = malloc(length + 1);
    memcpy(text, bytes, length);
    text[length] = '\0';
    const struct template_source source = {"fuzz", text, length};
    const struct template_rules rules = {TEMPLATE_WORDS, view_members, part, NULL};
    struct template_problem problem = {0};
    struct template *template = template_compile(&source, &rules, &problem);
    demand(template != NULL || (problem.line > 0 && problem.failure.text[0] != '\0'));
    if (template) {
        json_t *message = json_loads(values, 0, NULL);
        struct text words = TEXT_WITH_CEILING(32 * 1024);
        if (template_fill(template, message, &words))
            read_blocks(text_string(&words));
        text_free(&words);
        json_decref(message);
    }
    template_free(template);
    free(text);
    return 0;
}
