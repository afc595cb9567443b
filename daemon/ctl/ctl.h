/* ctl.h - what the verbs of m13ctl share (private to the program). */
#ifndef M13_CTL_H
#define M13_CTL_H

#include "m13/config.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct ctl {
    struct config *config;
    struct store *store; /* NULL until a verb opens it */
    bool json;
    bool english;
    int64_t now;
    int count; /* arguments after the verb, options taken out */
    char **arguments;
};

/* zh or en, as the user wants it. */
#define SAY(ctl, zh, en) ((ctl)->english ? (en) : (zh))

/* Opens the database for reading: 0, or an exit code with the reason told. */
int ctl_open_reader(struct ctl *ctl);
/* As the only writer, when no daemon runs: the same. */
int ctl_open_writer(struct ctl *ctl);
bool nobody_listens(int r); /* what control_ask() gives when no daemon runs */
/* --- asking.c: a change, by the daemon that runs, or here with the store's lock when none does */
struct ctl_change {
    void (*print)(
        struct ctl *ctl, json_t *answer); /* for people; with --json the answer is printed as it is */
    /* Without a daemon: 0 and an answer like its own, or a negative errno (review_exit_code()). */
    int (*here)(struct ctl *ctl, void *context, json_t **ret_answer, struct failure *ret_failure);
    void *context;
};
/* Takes the reference to `arguments`; NULL and what is no UTF-8 are refused. The exit code. */
int ctl_change(struct ctl *ctl, json_t *arguments, const struct ctl_change *change);
int ctl_usage(const struct ctl *ctl, const char *zh, const char *en);
/* The value after `name` among the arguments, both taken out; NULL when it is not there. */
const char *ctl_take_option(struct ctl *ctl, const char *name);
bool ctl_take_flag(struct ctl *ctl, const char *name); /* an option without a value: it was there */
/* A kind of local records; NULL, and those that there are have been told. */
const struct local_kind *ctl_kind(struct ctl *ctl, const char *name);
/* Tells that the workbook was written, or why not; the exit code. */
int ctl_form_written(struct ctl *ctl, const char *file, int r, const struct failure *failure);
const char *ctl_own_name(void); /* of the user who runs this program */
/* The words for a code, from table label; the code itself when there are none. The caller frees. */
char *ctl_label(struct ctl *ctl, const char *kind, const char *code);
void ctl_print_json(json_t *object); /* one line; takes the reference */

/* --- rows.c: rows of a bi_ table, from the working database
 * ------------------------------------------------- */

struct rows_filter {
    const char *column; /* trusted text, e.g. "verdict = ?" */
    const char *value;  /* NULL = this filter is not in use */
};
/* Calls `each` with one JSON object a row (borrowed), keys as in the published table. */
void rows_each(struct ctl *ctl, const char *table, const struct rows_filter *filters, size_t filter_count,
    void (*each)(struct ctl *ctl, json_t *row, void *context), void *context);

/* SQL: of the makers that the rows of an approval name, the one by which it is that of the firm ?1; else the
 * one that is some firm's; else the version's own. `v` is the approval's version. */
#define CHOSEN_MAKER                                                                                         \
    "(SELECT k.maker FROM (SELECT v.maker AS maker, 0 AS further UNION ALL SELECT w.maker, 1 "               \
    "FROM further_maker w WHERE w.approval = v.approval AND w.seq_to IS NULL) k "                            \
    "LEFT JOIN match o ON o.maker = k.maker AND o.seq_to IS NULL AND o.band IN ('auto', 'review') "          \
    "ORDER BY coalesce(o.uscc = ?1, 0) DESC, o.band IS NULL, o.band, k.further, k.maker LIMIT 1)"

/* --- grid.c: a table on the terminal, columns as wide as their widest cell
 * -------------------------------------- */

struct grid;
struct grid *grid_new(size_t columns, const char *const *headers);
void grid_add(struct grid *grid, const char *const *cells);
size_t grid_rows(const struct grid *grid);
void grid_print(const struct grid *grid); /* long cells of the last column are not cut */
void grid_free(struct grid *grid);
size_t text_columns(const char *string); /* terminal columns: Han and kana take two */
/* A copy of so many terminal columns at most, with … where it was cut; the caller frees. */
char *text_shortened(const char *string, size_t most);

/* --- matching.c: an explanation of the matcher in words; NULL when there is none, else the caller frees
 * ----------------------------- */

char *match_words(struct ctl *ctl, const json_t *why);

/* --- product_fit.c: the products of a case's firm with `score` and `evidence` (review_product_fit()), the
 * likeliest first --- */

json_t *fitted_products(struct ctl *ctl, int64_t case_file, const char *uscc);
void fitted_print(struct ctl *ctl, json_t *products);

/* --- checklist.c: the papers of a case
 * ----------------------------------------------------------------------- */

json_t *checklist_gather(struct store *store, const char *case_id);
void checklist_print(struct ctl *ctl, json_t *slots);

/* --- standing.c: where the papers of a case stand
 * ----------------------------------------------------------------------- */

json_t *standing_gather(struct store *store, const char *case_id);
void standing_print(struct ctl *ctl, const json_t *standing);

/* --- the verbs
 * ---------------------------------------------------------------------------------------------- */

int verb_status(struct ctl *ctl);
int verb_feeds(struct ctl *ctl);
int verb_cases(struct ctl *ctl);
int verb_explain(struct ctl *ctl);
int verb_case(struct ctl *ctl);
int verb_assign(struct ctl *ctl);
int verb_batch(struct ctl *ctl);
int verb_alerts(struct ctl *ctl);
int verb_seen(struct ctl *ctl);
int verb_why_not(struct ctl *ctl);
int verb_poll(struct ctl *ctl);
int verb_import(struct ctl *ctl);
int verb_imports(struct ctl *ctl);
int verb_ingest(struct ctl *ctl);
int verb_records(struct ctl *ctl);
int verb_template(struct ctl *ctl);
int verb_ask(struct ctl *ctl);
int verb_roster(struct ctl *ctl);
/* coverage.c: adds beijing_makers and beijing_claimed; then one line of them for people, by authority too. */
void coverage_gather(struct ctl *ctl, json_t *into);
/* alarms.c: open alarms into member `alarms`, and a line each. */
void alarms_gather(struct ctl *ctl, json_t *into);
void alarms_print(struct ctl *ctl, const json_t *status);
void coverage_print(struct ctl *ctl, json_t *gathered);
int verb_forget(struct ctl *ctl);
int verb_match(struct ctl *ctl);
int verb_review(struct ctl *ctl);
int review_list(struct ctl *ctl);
int review_show(struct ctl *ctl);
int verb_verify(struct ctl *ctl);

#endif
