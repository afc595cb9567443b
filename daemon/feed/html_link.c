/* html_link.c - one link out of a page of HTML. */
#include "html_link.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of the words between <a> and </a>: longer than any that is looked for. */
#define LINK_TEXT_BYTES 4096

struct page {
    const char *at, *end;
};

/* --- bytes ------------------------------------------------------------------------------------------------
 */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

static bool stands_here(const struct page *page, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(page->end - page->at) >= length && strncasecmp(page->at, word, length) == 0;
}

/* A tag of that name: what follows the name ends it. */
static bool is_tag(const struct page *page, const char *opening)
{
    size_t length = strlen(opening);
    if (!stands_here(page, opening) || (size_t)(page->end - page->at) == length)
        return false;
    char after = page->at[length];
    return is_blank(after) || after == '>' || after == '/';
}

/* To behind `mark`, or to the end. */
static void skip_past(struct page *page, const char *mark)
{
    while (page->at < page->end && !stands_here(page, mark))
        page->at++;
    if (page->at < page->end)
        page->at += strlen(mark);
}

/* --- text -------------------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    uint32_t point;
} references[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", ' '}};

/* &#233; or &#xe9; : its code point, and *page behind it; 0 when it is none. */
static uint32_t take_number(struct page *page)
{
    struct page ahead = {page->at + 2, page->end};
    uint32_t point = 0;
    int base = 10;
    if (ahead.at < ahead.end && (*ahead.at == 'x' || *ahead.at == 'X')) {
        base = 16;
        ahead.at++;
    }
    for (; ahead.at < ahead.end && isxdigit((unsigned char)*ahead.at) && point < 0x110000; ahead.at++) {
        int digit = isdigit((unsigned char)*ahead.at) ? *ahead.at - '0' : (*ahead.at | 0x20) - 'a' + 10;
        if (digit >= base)
            return 0;
        point = point * (uint32_t)base + (uint32_t)digit;
    }
    bool good =
        ahead.at < ahead.end && *ahead.at == ';' && point < 0x110000 && (point < 0xd800 || point > 0xdfff);
    if (good && point != 0)
        page->at = ahead.at + 1;
    return good ? point : 0;
}

/* The next character, a reference resolved, onto `out`. */
static void take_character(struct page *page, struct text *out)
{
    char encoded[4];
    uint32_t point = 0;
    if (stands_here(page, "&#"))
        point = take_number(page);
    for (size_t i = 0; point == 0 && *page->at == '&' && i < sizeof references / sizeof *references; i++)
        if (stands_here(page, references[i].name)) {
            point = references[i].point;
            page->at += strlen(references[i].name);
        }
    if (point != 0)
        text_append(out, encoded, utf8_put(point, encoded));
    else
        text_append_character(out, *page->at++);
}

static void fold_blanks(struct text *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->length; i++) {
        char byte = is_blank(text->bytes[i]) ? ' ' : text->bytes[i];
        if (byte != ' ' || (kept > 0 && text->bytes[kept - 1] != ' '))
            text->bytes[kept++] = byte;
    }
    while (kept > 0 && text->bytes[kept - 1] == ' ')
        kept--;
    text->length = kept;
    if (text->bytes != NULL)
        text->bytes[kept] = '\0';
}

/* Linear but for the last star: that one gives way byte by byte. */
static bool fits(const char *glob, const char *string)
{
    const char *star = NULL, *behind = NULL;
    while (*string != '\0') {
        if (*glob == '*') {
            star = glob++;
            behind = string;
        } else if (*glob == '?' || (*glob != '\0' && *glob == *string)) {
            glob++;
            string++;
        } else if (star != NULL) {
            glob = star + 1;
            string = ++behind;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

/* --- tags -------------------------------------------------------------------------------------------------
 */

static void take_value(struct page *page, struct text *value)
{
    text_clear(value);
    if (page->at < page->end && (*page->at == '"' || *page->at == '\'')) {
        char quote = *page->at++;
        while (page->at < page->end && *page->at != quote)
            take_character(page, value);
        page->at += page->at < page->end;
    } else {
        while (page->at < page->end && !is_blank(*page->at) && *page->at != '>')
            take_character(page, value);
    }
}

static void skip_blanks(struct page *page)
{
    while (page->at < page->end && is_blank(*page->at))
        page->at++;
}

/* Reads one attribute; false at the tag's end, which is stepped over. */
static bool take_attribute(struct page *page, bool *ret_is_href, struct text *value)
{
    while (page->at < page->end && (is_blank(*page->at) || *page->at == '/'))
        page->at++;
    if (page->at >= page->end || *page->at == '>') {
        page->at += page->at < page->end;
        return false;
    }
    const char *name = page->at++; /* even when it is a '=', which then is a name */
    while (page->at < page->end && !is_blank(*page->at) && strchr("=>/", *page->at) == NULL)
        page->at++;
    *ret_is_href = page->at - name == 4 && strncasecmp(name, "href", 4) == 0;
    skip_blanks(page);
    text_clear(value);
    if (page->at < page->end && *page->at == '=') {
        page->at++;
        skip_blanks(page);
        take_value(page, value);
    }
    return true;
}

/* From behind `<a`: the first href of the tag. */
static bool take_href(struct page *page, struct text *href)
{
    struct text value = TEXT_WITH_CEILING(LIMIT_URL_BYTES);
    bool is_href = false, found = false;
    while (take_attribute(page, &is_href, &value)) {
        if (!is_href || found)
            continue;
        found = true;
        fold_blanks(&value);
        text_append_string(href, text_string(&value));
        href->overflowed = value.overflowed;
    }
    text_free(&value);
    return found && !href->overflowed && href->length > 0;
}

/* To behind its '>', or to the '<' before: no link is read over, and none twice. */
static void skip_tag(struct page *page)
{
    do
        page->at++;
    while (page->at < page->end && *page->at != '>' && *page->at != '<');
    page->at += page->at < page->end && *page->at == '>';
}

/* The words up to </a>, or to the next <a>, without tags. `page` is a copy: the caller goes on behind <a>. */
static void take_words(struct page page, struct text *words)
{
    while (page.at < page.end && words->length < LINK_TEXT_BYTES && !is_tag(&page, "<a") &&
           !is_tag(&page, "</a")) {
        if (*page.at == '<') {
            skip_tag(&page);
            text_append_character(words, ' ');
        } else {
            take_character(&page, words);
        }
    }
    fold_blanks(words);
}

static char *try_link(struct page *page, const char *glob, const char *text)
{
    struct text href = TEXT_WITH_CEILING(LIMIT_URL_BYTES), words = TEXT_WITH_CEILING(LINK_TEXT_BYTES);
    page->at += strlen("<a");
    bool good = take_href(page, &href) && fits(glob, text_string(&href));
    if (good && text != NULL) {
        take_words(*page, &words);
        good = strstr(text_string(&words), text) != NULL;
    }
    char *found = good ? text_take(&href) : NULL;
    text_free(&href);
    text_free(&words);
    return found;
}

/* What stands there without being part of the page. */
static const struct {
    const char *opening, *closing;
} asides[] = {{"<script", "</script"}, {"<style", "</style"}, {"<template", "</template"}};

static bool skip_aside(struct page *page)
{
    if (stands_here(page, "<!--")) {
        skip_past(page, "-->");
        return true;
    }
    for (size_t i = 0; i < sizeof asides / sizeof *asides; i++)
        if (is_tag(page, asides[i].opening)) {
            skip_past(page, asides[i].closing);
            return true;
        }
    return false;
}

char *html_link_find(const char *bytes, size_t length, const char *glob, const char *text)
{
    struct page page = {bytes, bytes + length};
    char *found = NULL;
    while (found == NULL && page.at < page.end) {
        const char *tag = memchr(page.at, '<', (size_t)(page.end - page.at));
        if (tag == NULL)
            break;
        page.at = tag;
        if (is_tag(&page, "<a"))
            found = try_link(&page, glob, text);
        else if (!skip_aside(&page))
            page.at++;
    }
    return found;
}
