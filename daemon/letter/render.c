/* render.c - subject, plain text and HTML of a message; what robots and webhooks say. */
#include "blocks.h"
#include "templates.h"
#include "view.h"

#include "m13/letter.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *string_at(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* --- words of one language -------------------------------------------------------------------------------
 */

/* What a template gave: its first line, which no value can end, is the subject. */
struct filled {
    char *subject;
    struct blocks blocks;
};

static const char *cut_remark(enum alert_language language)
{
    return language == ALERT_EN
               ? "\n\n> This message was cut here, for it is too long. Please ask the desk for the whole.\n"
               : "\n\n> 内容过长，以下从略。如需全文，请与我们联系。\n";
}

/* Subjects are read in lists of mail: a long one is cut there anyway. */
static char *subject_of(const char *words, size_t length)
{
    struct text marked = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES),
                subject = TEXT_WITH_CEILING(LIMIT_SUBJECT_BYTES + 8);
    text_append(&marked, words, length);
    char *plain = block_plain(text_string(&marked));
    const char *trimmed = string_trim(plain);
    size_t kept = strlen(trimmed);
    if (kept > LIMIT_SUBJECT_BYTES)
        kept = utf8_cut(trimmed, LIMIT_SUBJECT_BYTES);
    template_neutralise(trimmed, kept, &subject);
    text_append_string(&subject, kept < strlen(trimmed) ? "…" : "");
    free(plain);
    text_free(&marked);
    return text_take(&subject);
}

/* At the last whole line: what follows would begin in the middle of a value. */
static void cut_at_line(struct text *words, enum alert_language language)
{
    while (words->length && words->bytes[words->length - 1] != '\n')
        words->length--;
    words->bytes[words->length] = '\0';
    words->ceiling += 512;
    words->overflowed = false;
    text_append_string(words, cut_remark(language));
}

static void fill_words(const struct templates *templates, const json_t *view, enum alert_language language,
    struct filled *ret_filled)
{
    struct text words = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    const struct template *template =
        templates_words(templates, string_at(view, "type"), string_at(view, "audience"), language);
    if (!template_fill(template, view, &words) && words.length)
        cut_at_line(&words, language);
    const char *string = text_string(&words), *line_end = strchrnul(string, '\n');
    ret_filled->subject = subject_of(string, (size_t)(line_end - string));
    blocks_read(*line_end ? line_end + 1 : "", &ret_filled->blocks);
    text_free(&words);
}

static void filled_clear(struct filled *filled)
{
    free(filled->subject);
    blocks_free(&filled->blocks);
}

/* --- a whole message --------------------------------------------------------------------------------------
 */

/* Chinese first, where both are said. */
struct tongues {
    enum alert_language language[2];
    size_t count;
};

static struct tongues tongues_of(enum alert_language language)
{
    switch (language) {
    case ALERT_ZH:
    case ALERT_EN:
        return (struct tongues){{language}, 1};
    case ALERT_BOTH:
        break;
    }
    return (struct tongues){{ALERT_ZH, ALERT_EN}, 2};
}

static const char *tag_of(enum alert_language language)
{
    return language == ALERT_EN ? "en" : "zh-CN";
}

static char *text_of(const struct filled *filled, const struct tongues *tongues)
{
    struct text out = TEXT_WITH_CEILING(8 * (size_t)LIMIT_MESSAGE_BYTES);
    for (size_t i = 0; i < tongues->count; i++) {
        if (i)
            text_append_string(&out, "\n\n* * *\n\n\n");
        blocks_as_text(&filled[i].blocks, &out);
    }
    text_append_string(&out, "");
    return text_take(&out);
}

static char *html_of(const struct templates *templates, const struct filled *filled,
    const struct tongues *tongues, const char *subject, const json_t *view)
{
    struct text body = TEXT_WITH_CEILING(LIMIT_MESSAGE_HTML_BYTES),
                out = TEXT_WITH_CEILING(2 * (size_t)LIMIT_MESSAGE_HTML_BYTES);
    for (size_t i = 0; i < tongues->count; i++) {
        text_append_format(&body, "<div lang=\"%s\"%s>\n", tag_of(tongues->language[i]),
            i ? " style=\"margin-top:36px;padding-top:8px;border-top:3px solid #0b3a66\"" : "");
        blocks_as_html(&filled[i].blocks, &body);
        text_append_string(&body, "</div>\n");
    }
    json_t *frame =
        json_pack("{s:s, s:s, s:s, s:O, s:s}", "language", tag_of(tongues->language[0]), "subject", subject,
            "id", string_at(view, "id"), "desk", json_object_get(view, "desk"), "body", text_string(&body));
    template_fill(templates_frame(templates), frame, &out);
    json_decref(frame);
    text_free(&body);
    text_append_string(&out, "");
    return text_take(&out);
}

static char *joined_subject(const struct filled *filled, const struct tongues *tongues)
{
    struct text subject = TEXT_WITH_CEILING(2 * LIMIT_SUBJECT_BYTES + 32);
    for (size_t i = 0; i < tongues->count; i++)
        text_append_format(&subject, "%s%s", i ? " / " : "", filled[i].subject);
    return text_take(&subject);
}

static void render_view(const struct templates *templates, const json_t *view, enum alert_language language,
    struct rendering *ret_rendering)
{
    const struct tongues tongues = tongues_of(language);
    struct filled filled[2] = {0};
    for (size_t i = 0; i < tongues.count; i++)
        fill_words(templates, view, tongues.language[i], &filled[i]);
    ret_rendering->subject = joined_subject(filled, &tongues);
    ret_rendering->text = text_of(filled, &tongues);
    ret_rendering->html = html_of(templates, filled, &tongues, ret_rendering->subject, view);
    for (size_t i = 0; i < tongues.count; i++)
        filled_clear(&filled[i]);
}

void render_message(const struct templates *templates, const struct config *config, const json_t *facts,
    enum alert_language language, struct rendering *ret_rendering)
{
    json_t *view = view_of(config, facts, true);
    render_view(templates, view, language, ret_rendering);
    json_decref(view);
}

void rendering_clear(struct rendering *rendering)
{
    free(rendering->subject);
    free(rendering->text);
    free(rendering->html);
    *rendering = (struct rendering){0};
}

/* --- robots and webhooks ----------------------------------------------------------------------------------
 */

#define ELLIPSIS "…"

char *render_robot(const struct templates *templates, const struct config *config, const json_t *facts,
    enum alert_language language, size_t most_bytes)
{
    const char *audience = string_at(facts, "audience");
    const struct tongues tongues = tongues_of(language);
    struct text out = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    json_t *view =
        string_equal(audience, "firm") ? view_public(config, facts) : view_of(config, facts, false);
    for (size_t i = 0; i < tongues.count; i++) {
        text_append_string(&out, i ? "\n\n" : "");
        template_fill(templates_robot(templates, audience, tongues.language[i]), view, &out);
        while (out.length && out.bytes[out.length - 1] == '\n')
            out.bytes[--out.length] = '\0';
    }
    json_decref(view);
    text_append_string(&out, "");
    if (out.length > most_bytes) {
        bool room = most_bytes >= strlen(ELLIPSIS);
        out.length = utf8_cut(out.bytes, room ? most_bytes - strlen(ELLIPSIS) : most_bytes);
        out.bytes[out.length] = '\0';
        out.overflowed = false;
        text_append_string(&out, room ? ELLIPSIS : "");
    }
    return text_take(&out);
}

char *render_webhook(const struct templates *templates, const struct config *config, const json_t *facts)
{
    static const char *const names[] = {"text_zh", "text_en"};
    json_t *body = json_deep_copy(facts), *view = view_of(config, facts, false);
    for (enum alert_language language = ALERT_ZH; language <= ALERT_EN; language++) {
        const struct tongues tongues = {{language}, 1};
        struct filled filled;
        fill_words(templates, view, language, &filled);
        char *text = text_of(&filled, &tongues);
        json_object_set_new(body, names[language], json_string(text));
        free(text);
        filled_clear(&filled);
    }
    char *bytes = json_dumps(body, JSON_COMPACT);
    json_decref(view);
    json_decref(body);
    return bytes;
}
