/* feed_definition.h - one regulator's register as data: how to ask it, how to read it, what it cannot show.
 *
 * A definition is one file conf/feeds.d/NAME.conf in libconfig syntax, explained in the shipped ones. The
 * daemon uses the asking half, the sandboxed decoder the reading half; both parse the same file with the same
 * code. Immutable once read. */
#ifndef M13_FEED_DEFINITION_H
#define M13_FEED_DEFINITION_H

#include "m13/date.h"
#include "m13/failure.h"
#include "m13/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct config_problems;

enum feed_paging {
    PAGING_NONE,
    PAGING_LINK,    /* Link: <...>; rel="next", same scheme and host */
    PAGING_NUMBERED /* {page}, {offset}, {from} and {to} in path, query or body, until the told total is
                       reached */
};
enum feed_format { FORMAT_JSON, FORMAT_CSV, FORMAT_XLSX, FORMAT_XML, FORMAT_HTML };
enum feed_container { CONTAINER_NONE, CONTAINER_ZIP };
/* What the records of a feed are to a case. */
enum feed_purpose {
    PURPOSE_APPROVALS, /* each may open one */
    PURPOSE_ROSTER,    /* makers and their identifiers: they are matched, they open none */
    PURPOSE_EVIDENCE   /* earlier approvals, links of establishments: looked up by rules, they open none */
};
enum feed_completeness { COMPLETENESS_WINDOW, COMPLETENESS_REGISTER };
enum feed_charset {
    CHARSET_UTF8,
    CHARSET_UTF8_C1_AS_CP1252 /* U+0080-U+009F are windows-1252 bytes */,
    CHARSET_CP1252,
    CHARSET_GB18030,
    CHARSET_CP1251
};

/* What is done to a text before it is used: registers write one number in several ways. */
enum feed_fold {
    FOLD_NONE,
    FOLD_COMPACT, /* NFKC, capitals, no blanks */
    FOLD_CYRILLIC /* the same, and Latin letters that look like Cyrillic ones become these (Roszdravnadzor) */
};

struct text_pair {
    char *zh;
    char *en;
};

/* One condition of a rule: the source field's value is one of `values` ("" = absent or empty; a trailing *
 * matches the rest; compared byte for byte after trimming). `negated` turns the whole condition round: in the
 * file the source is then written with a leading !, as in ("!supplement_number", ""). */
struct feed_condition {
    char *source;
    char **values;
    size_t value_count;
    bool negated;
};

/* A rule gives exactly one of: a fixed value, sources of its own (then its `value` is NULL), or for the
 * member `url` a template of its own. */
struct feed_rule {
    char *value;
    char **sources; /* instead of the mapping's; first non-empty wins, or `join`, as in the mapping */
    size_t source_count;
    char *join;
    char *url_template;
    struct feed_condition *conditions; /* all must hold; never none */
    size_t condition_count;
};

/* Rows that are not ours: those for which all conditions hold. */
struct feed_skip {
    struct feed_condition *conditions;
    size_t condition_count; /* never none */
};

/* How one canonical member comes about: `value` if it is there; else the first matching rule decides; no rule
 * matches: `unmatched` if it is there, else `url_template` if it is there, else the first non-empty of the
 * sources (or all, joined), else nothing. RECORD_AUTHORITY is never mapped: it is the definition's own.
 *
 * Templates ("https://.../pma.cfm?id={row.pma_number}{row.supplement_number}") are for RECORD_URL alone. A
 * placeholder is a member that is mapped earlier in wire order ({number}) or a source of the row with `row.`
 * before it; values are percent-encoded; an empty value leaves nothing, and when every value is empty the url
 * is empty. */
struct feed_mapping {
    enum record_field field;
    char *value;    /* the same for every row; then nothing else is set but `field` */
    char **sources; /* paths in the row ("openfda.device_class", a CSV column); first non-empty wins */
    size_t source_count;
    char *join; /* non-NULL: all non-empty sources joined by it, instead of the first */
    struct feed_rule *rules;
    size_t rule_count;
    char *unmatched; /* value when no rule matches; NULL = the source value stands */
    char *after,
        *before; /* of each source only what stands behind the one text and before the other; a text
                    that is not there gives nothing; NULL = all; "\n" = a line's end (the last one's too) */
    enum feed_fold fold;
    enum date_form date_forms[DATE_FORM_ULID + 1]; /* for dates: accepted forms, in order */
    size_t date_form_count;
    bool required; /* empty or unparsable = the row is a reject; always true for RECORD_NUMBER */
    char *url_template;
};

struct feed_query {
    char *path;  /* with placeholders {since} {today} {page} {offset} {from} {to} {each} */
    char *query; /* already percent-encoded, with placeholders; NULL = none */
    char *body;  /* of a POST, with placeholders; NULL = GET */
};

/* PAGING_NUMBERED: page n = 0, 1, ... has the records {from} = n * size + 1 to {to} = (n + 1) * size;
 * {offset} = n * size; {page} = first + n. */
struct feed_pages {
    int64_t size;
    int64_t first;
    char *total;     /* top-level JSON member of each page that tells how many there are; required */
    char *size_told; /* top-level JSON member that tells the page's size: less than asked is a fault; NULL =
                        none */
    int64_t
        tail; /* a window poll begins so many records before the end that was told last; 0 = at the start */
};

/* One request, or one numbered chain, for each value of a member among the current records of another feed:
 * never a choice made by our firms (privacy), but all of a country. */
struct feed_each {
    char *feed;               /* NULL = the feed has no such list */
    int line;                 /* on which the file names it, for messages */
    enum record_field member; /* whose value becomes {each} */
    char **countries;         /* of the maker; none = all */
    size_t country_count;
    int64_t a_turn; /* values asked for in one turn; the next turn goes on behind the last */
};

/* The address of the payload stands on a page: the first <a href> that fits. */
struct feed_find {
    struct feed_query page; /* path NULL = the address is known; else `window` and `history` have none */
    char *link;             /* glob of the href, as written there: "files/000*.xlsx" */
    char *text;             /* must stand in the link's text; NULL = any */
};

/* A register that ignores filters which it does not know gives everything: asked first, this must give
 * `total`. */
struct feed_control {
    struct feed_query ask; /* path NULL = none */
    int64_t total;
};

/* Several rows of one poll with the same number become one record: the members of the row that is greatest by
 * `latest_by` (then by its line), with these differences. */
struct feed_repeated {
    enum record_field latest_by;   /* RECORD_FIELDS = by the line alone */
    enum record_field earliest[4]; /* dates of which the earliest counts */
    size_t earliest_count;
    enum record_field joined[8]; /* different values, in order, joined by "; " */
    size_t joined_count;
    enum record_field
        apart[4]; /* rows that differ in all of these are not of one approval: nobody knows which */
    size_t apart_count;
};

/* One approval may stand in several feeds: of each member counts the first non-empty value in order of rank.
 */
struct feed_source {
    int64_t rank;              /* 0 first; then by name of the feed */
    int line;                  /* on which the file says so, and then no other feed with its routes may say
                                  the same; 0 = it says nothing */
    enum record_field wins[8]; /* but these, where they are there, count before those of lower rank */
    size_t win_count;
    bool known_only; /* rows whose number no other feed has shown make no approval (counted, not rejected) */
};

struct feed_definition {
    char *name;    /* of the file */
    char *file;    /* for messages */
    char hash[65]; /* SHA-256 of the file's bytes */
    bool enabled;
    enum feed_purpose purpose;
    struct feed_source source;
    char *authority;
    struct text_pair title, covers, limits;
    char **routes;
    size_t route_count;

    /* asking */
    char *base;                 /* scheme://host[:port], overridable per feed in m13d.conf */
    struct feed_query window;   /* later polls; path NULL only where `find` leads to the payload */
    struct feed_query history;  /* first load and full polls; path NULL = same as window */
    enum date_form query_dates; /* form of {since} and {today} */
    char **headers;
    size_t header_count;
    enum feed_paging paging;
    struct feed_pages pages;
    struct feed_each each;
    struct feed_find find;
    struct feed_control control;
    struct feed_query prime; /* asked first; the cookies that it sets go with the chain; path NULL = none */
    char *ca_file;           /* PEM, besides the system's authorities, for this feed alone; NULL = none; an
                                absolute path, and of an enabled feed a good file, once the folder is loaded */
    int none_status;         /* this HTTP status ... */
    char *none_text;         /* ... with this text in the body (NULL = any) means "no rows"; 0 = no such */
    char *content_type;      /* expected, compared up to ';' */
    int64_t maximum_bytes;   /* of one response */
    char *budget;            /* group: feeds of one host share it */
    int64_t requests_a_minute, requests_a_day;
    int64_t every_ms, at_ms /* of the Beijing day; -1 = any */, jitter_ms;
    int64_t fresh_ms;      /* target: older than this is stale */
    int64_t overlap_days;  /* {since} = last success minus this */
    int64_t full_every_ms; /* whole register again; 0 = never */
    enum feed_completeness completeness;
    bool newest; /* a window that has no beginning ({since}, tail, each): a page of news. Nothing follows from
                    what it lacks, and without a `history` no poll is of the whole register */
    int64_t minimum_rows;   /* of a history or full poll */
    int64_t largest_shrink; /* per cent against the last total, declared or counted */

    /* reading */
    enum feed_container container;
    char *member; /* of a zip: glob of its name; exactly one must fit */
    enum feed_format format;
    enum feed_charset charset;
    char *sheet; /* XLSX: glob of its name; NULL = the first visible one that has the columns */
    char **keys; /* JSON: top-level members that must be there */
    size_t key_count;
    struct feed_repeated repeated;
    /* JSON: path of the array; "" = the document; "." = the document is one row; `*` = every member. XML:
     * path of the element, /rss/channel/item. HTML: XPath of the row's node. Tables have none. */
    char *rows;
    char *total;                   /* JSON: path of the declared count; NULL = none */
    char *as_of;                   /* JSON: path of the register's date; NULL = none */
    char separator, quote;         /* CSV; quote 0 = quotes are data */
    struct feed_mapping *mappings; /* in order of enum record_field */
    size_t mapping_count;
    struct feed_skip *skip; /* rows that any of these leaves out are counted, not rejected */
    size_t skip_count;
};

/* Reads a definition from an open file; mistakes go to `problems`. NULL when there was any. */
struct feed_definition *feed_definition_read(
    FILE *file, const char *file_name, struct config_problems *problems);
void feed_definition_free(struct feed_definition *definition);
const struct feed_mapping *feed_mapping_of(const struct feed_definition *definition, enum record_field field);

#endif
