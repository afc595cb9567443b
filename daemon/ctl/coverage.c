/* coverage.c - how many of the makers whom the registers put in Beijing some firm has claimed. */
#include "ctl.h"

#include <stdio.h>

/* A spelling that stands in several registers counts once. */
static int64_t total(struct ctl *ctl, const char *sql)
{
    return store_value(ctl->store, 0, sql, "");
}

void coverage_gather(struct ctl *ctl, json_t *into)
{
    json_object_set_new(
        into, "beijing_makers", json_integer(total(ctl, "SELECT count(DISTINCT name) FROM beijing_maker")));
    json_object_set_new(into, "beijing_claimed",
        json_integer(
            total(ctl, "SELECT count(DISTINCT name) FROM beijing_maker WHERE standing = 'claimed'")));
}

static void print_authorities(struct ctl *ctl)
{
    struct query *q = query(ctl->store, "SELECT authority, sum(standing = 'claimed'), count(*) "
                                        "FROM beijing_maker GROUP BY authority ORDER BY authority");
    const char *separator = SAY(ctl, "；", "; ");
    while (query_next(q)) {
        printf("%s%s %lld/%lld", separator, query_text(q, 0), (long long)query_integer(q, 1),
            (long long)query_integer(q, 2));
        separator = SAY(ctl, "，", ", ");
    }
}

void coverage_print(struct ctl *ctl, json_t *gathered)
{
    long long makers = (long long)json_integer_value(json_object_get(gathered, "beijing_makers"));
    long long claimed = (long long)json_integer_value(json_object_get(gathered, "beijing_claimed"));
    if (makers == 0)
        return;
    /* Tenths of a per cent, rounded down: all is said only when all are claimed. */
    long long tenths = claimed * 1000 / makers;
    printf(SAY(ctl, "认领率：各登记库中的在京制造商 %lld 个，已认领 %lld 个（%lld.%lld%%）",
               "coverage: of %lld makers whom registers put in Beijing %lld are claimed by a firm (%lld.%lld "
               "%%)"),
        makers, claimed, tenths / 10, tenths % 10);
    print_authorities(ctl);
    putchar('\n');
}
