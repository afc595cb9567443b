/* blocks_html.c - the words of a message as HTML: styles at each element, since mail programs drop style
 * sheets; tables for layout, since Outlook knows nothing else. */
#include "blocks.h"
#include "template.h"

#include "m13/limits.h"

#include <stdlib.h>
#include <string.h>

#define LINK "color:#0b5394;text-decoration:underline;word-break:break-all"
#define FONT "font-size:15px;line-height:1.7;color:#1f2328"

/* What a run of blocks of a kind stands in, and what each of them does. */
static const struct {
    const char *opens, *begins, *ends, *closes;
} frames[BLOCK_KINDS] = {
    [BLOCK_PARAGRAPH] = {"", "<p style=\"margin:0 0 14px;" FONT "\">", "</p>\n", ""},
    [BLOCK_HEADING] = {"",
        "<h1 style=\"margin:26px 0 12px;font-size:19px;line-height:1.4;font-weight:700;color:#0b3a66\">",
        "</h1>\n", ""},
    [BLOCK_SUBHEADING] = {"",
        "<h2 style=\"margin:22px 0 8px;padding:0 0 6px;border-bottom:2px solid #d0dae6;font-size:16px;"
        "line-height:1.5;font-weight:700;color:#0b3a66\">",
        "</h2>\n", ""},
    [BLOCK_ITEM] = {"<ul style=\"margin:0 0 14px;padding:0 0 0 22px\">\n",
        "<li style=\"margin:0 0 6px;" FONT "\">", "</li>\n", "</ul>\n"},
    [BLOCK_FACT] = {"<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
                    "style=\"margin:0 0 14px;border-collapse:collapse\">\n",
        "<tr>", "</tr>\n", "</table>\n"},
    [BLOCK_ROW] = {"<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
                   "style=\"margin:0 0 16px;border-collapse:collapse\">\n",
        "<tr>", "</tr>\n", "</table>\n"},
    [BLOCK_ASIDE] = {"", "<p style=\"margin:0 0 8px;font-size:13px;line-height:1.6;color:#57606a\">",
        "</p>\n", ""},
};

static bool is_web_address(const char *value)
{
    return (string_starts(value, "https://") || string_starts(value, "http://")) && !strchr(value, ' ');
}

static void add_inline_value(struct text *out, const char *value, size_t length)
{
    struct text one = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    text_append(&one, value, length);
    bool link = is_web_address(text_string(&one));
    if (link) {
        text_append_string(out, "<a href=\"");
        template_escape_html(value, length, out);
        text_append_string(out, "\" style=\"" LINK "\">");
    }
    template_escape_html(value, length, out);
    text_append_string(out, link ? "</a>" : "");
    text_free(&one);
}

static void add_inline(struct text *out, const char *marked)
{
    while (*marked) {
        size_t plain = strcspn(marked, "\x01\x02");
        template_escape_html(marked, plain, out);
        marked += plain;
        if (*marked == VALUE_BEGINS) {
            size_t value = strcspn(marked + 1, "\x02");
            add_inline_value(out, marked + 1, value);
            marked += value + 1;
        }
        marked += *marked != '\0';
    }
}

static void add_html_fact(struct text *out, const struct block *block)
{
    struct cells cells;
    block_cells(block, &cells);
    text_append_string(out,
        "<th scope=\"row\" align=\"left\" valign=\"top\" style=\"width:96px;padding:5px 12px 5px 0;"
        "border-bottom:1px solid #e6ebf1;font-size:14px;line-height:1.6;font-weight:400;"
        "color:#57606a;text-align:left\">");
    add_inline(out, cells.cell[0]);
    text_append_string(out, "</th><td valign=\"top\" style=\"padding:5px 0;border-bottom:1px solid #e6ebf1;"
                            "font-size:15px;line-height:1.6;color:#1f2328;word-break:break-word\">");
    add_inline(out, cells.cell[1]);
    text_append_string(out, "</td>");
    cells_free(&cells);
}

static void add_html_row(struct text *out, const struct block *block)
{
    struct cells cells;
    block_cells(block, &cells);
    for (size_t i = 0; i < cells.count; i++) {
        text_append_string(out,
            block->begins ? "<th scope=\"col\" align=\"left\" valign=\"bottom\" style=\"padding:6px 10px 6px "
                            "0;border-bottom:2px solid #d0dae6;font-size:13px;line-height:1.5;"
                            "color:#57606a;white-space:nowrap;text-align:left\">"
                          : "<td valign=\"top\" style=\"padding:6px 10px 6px 0;border-bottom:1px solid "
                            "#e6ebf1;font-size:14px;line-height:1.5;color:#1f2328;word-break:break-word\">");
        add_inline(out, cells.cell[i]);
        text_append_string(out, block->begins ? "</th>" : "</td>");
    }
    cells_free(&cells);
}

void blocks_as_html(const struct blocks *blocks, struct text *out)
{
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        bool ends = i + 1 == blocks->count || blocks->items[i + 1].begins;
        text_append_string(out, block->begins ? frames[block->kind].opens : "");
        text_append_string(out, frames[block->kind].begins);
        if (block->kind == BLOCK_FACT)
            add_html_fact(out, block);
        else if (block->kind == BLOCK_ROW)
            add_html_row(out, block);
        else
            add_inline(out, block->text);
        text_append_string(out, frames[block->kind].ends);
        text_append_string(out, ends ? frames[block->kind].closes : "");
    }
}
