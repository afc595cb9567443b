/* measure13.h - the decision: one firm's facts, the parameters and a day in; verdicts, awards and a trace
 * out.
 *
 * Pure: no clock, no database, no configuration look-up, no global. The text of the rules is measure13.md;
 * each rule is one entry of a table (R01 ...) with its text and citation beside it. The same facts and
 * parameters give the same verdict, byte for byte. */
#ifndef M13_MEASURE13_H
#define M13_MEASURE13_H

#include "m13/date.h"
#include "m13/digest.h"
#include "m13/money.h"
#include "m13/name_table.h"
#include "m13/parameters.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- facts
 * ----------------------------------------------------------------------------------------------------------
 */

enum assurance { ASSURANCE_CLAIMED, ASSURANCE_DOCUMENTED, ASSURANCE_VERIFIED, ASSURANCE_OFFICIAL };
extern const struct name_entry assurance_names[4];

/* Where a fact stands in our own database: printed in the trace, part of the facts' hash. */
struct fact_source {
    const char *table; /* approval_version, local_record:sales, match ... */
    const char *id;
    int64_t version;
    enum assurance assurance;
};

enum match_strength { LINK_AUTO, LINK_REVIEW }; /* how the maker was recognised (match.h bands) */

struct fact_firm {
    const char *uscc, *name_zh, *name_en;
    struct date beijing_from, beijing_to;
    const char
        *status;    /* active, moved-out, suspended, abnormal, revoked, deregistered; "" = none on record */
    bool known;     /* false: the firm is no longer in the registry */
    bool candidate; /* known by a foreign number only: leads, no award */
    bool unlisted;  /* the last full list of firms does not name it */
    struct fact_source source;
};

/* An earlier approval that may be of the same product. */
enum predecessor_kind {
    PREDECESSOR_CANDIDATE,  /* same firm or maker, same product code, under any holder, any earlier date */
    PREDECESSOR_PARENT,     /* the approval that this one supplements */
    PREDECESSOR_IDENTIFIER, /* recorded predecessor or same UDI-DI: the same product for sure */
};
struct fact_predecessor {
    enum predecessor_kind kind;
    const char *authority, *number, *device;
    struct date decision;
    struct fact_source source;
};

/* One item of one approval: what becomes a case. */
struct fact_item {
    const char *authority, *number, *item; /* the case's key; item "1" where an approval covers one device */
    const char *route, *status;            /* canonical codes of record.h */
    const char *holder, *manufacturer, *device, *product_code;
    struct date decision;
    struct date valid_to;
    bool gone;       /* no longer listed */
    bool recognised; /* false: the maker is no longer recognised as this firm */
    enum match_strength link;
    const char *link_rule;  /* A0 ... */
    const char *product_id; /* "" = provisional */
    const char *first_seen; /* ISO date, for messages */
    struct fact_source source, link_source, product_source;
    const struct fact_predecessor *predecessors;
    size_t predecessor_count;
    /* the firm's declaration of first approval for this product and authority */
    bool declared, declared_first;
    const char *declared_earlier; /* numbers that the firm itself names */
    struct date declared_on;
    struct fact_source declaration_source;
};

struct fact_sale {
    const char *sale_id, *product_id, *country; /* alpha-2 */
    struct date date;
    const char *amount, *currency; /* source text; never through floating point */
    int amount_sign;               /* of the amount: -1, 0, 1 */
    const char *return_of;         /* sale_id; "" = none */
    bool returned_whole;           /* its returns add up to it */
    const char *related;           /* yes, no, "" */
    struct fact_source source;
};

struct fact_payment { /* committed money: reserved, published or paid, minus recovered */
    const char *product_id;
    int year; /* decision year and batch year: both must keep the firm's cap */
    int batch_year;
    fen_t amount;
    struct fact_source source;
};

struct firm_facts {
    struct fact_firm firm;
    const struct fact_item *items;
    size_t item_count;
    const struct fact_sale *sales;
    size_t sale_count;
    const struct fact_payment *payments;
    size_t payment_count;
};

/* --- answers
 * ---------------------------------------------------------------------------------------------------------
 */

enum verdict { VERDICT_EXCLUDED, VERDICT_OUT_OF_WINDOW, VERDICT_REVIEW, VERDICT_PENDING, VERDICT_ELIGIBLE };
extern const struct name_entry verdict_names[5]; /* excluded ... eligible; 初判不符合, 不在支持期间, ... */
enum review_kind { REVIEW_NOT, REVIEW_IDENTITY, REVIEW_ASSESSMENT };
extern const struct name_entry review_kind_names[3]; /* "", identity, assessment */
enum amount_state { AMOUNT_NONE, AMOUNT_PARTIAL, AMOUNT_COMPLETE, AMOUNT_SCENARIO };
extern const struct name_entry amount_state_names[4];
enum rule_outcome { RULE_PASS, RULE_FAIL, RULE_MISSING, RULE_REVIEW, RULE_NOT_APPLICABLE };
extern const struct name_entry rule_outcome_names[5]; /* pass fail missing review n/a */

/* What a rule may find missing: the codes of trace_line.missing, with the words for those who can supply it.
 */
enum missing_fact {
    MISSING_EXACT_DATE,
    MISSING_PRODUCT_LINK,
    MISSING_DECLARATION,
    MISSING_DECLARATION_DOCUMENT,
    MISSING_SALE,
    MISSING_SALE_DOCUMENT,
    MISSING_FACTS /* count */
};
extern const struct name_entry missing_fact_names[MISSING_FACTS];

struct rule_question;
struct trace_line;
struct rule_text {
    const char *id;      /* R01 */
    const char *zh, *en; /* one sentence each */
    const char *cited;   /* the text's words that it encodes, or "open" with the parameter */
    bool of_verdict;     /* decides the verdict; else the amount */
    void (*judge)(const struct rule_question *question, struct trace_line *line); /* measure13's own */
};
extern const struct rule_text measure13_rules[];
extern const size_t measure13_rule_count;
extern const char measure13_version[]; /* changes with the rules and their sentences */

struct trace_line {
    const char *rule; /* R01 */
    enum rule_outcome outcome;
    enum review_kind review;                  /* of RULE_REVIEW */
    bool window;                              /* a RULE_FAIL that means out_of_window rather than excluded */
    const struct fact_source *fact;           /* may be NULL */
    char *fact_value;                         /* as used, e.g. "2026-02-11" */
    const struct parameter_source *parameter; /* may be NULL */
    char *parameter_value;
    const char *missing; /* of RULE_MISSING: code of the named fact, e.g. declaration, sale, exact-date */
    char *zh, *en;       /* one sentence each */
};

struct case_verdict {
    const struct fact_item *item;
    enum verdict verdict;
    enum review_kind review;
    enum amount_state amount_state;
    fen_t award;
    struct trace_line *trace; /* one per rule, in order, whether or not an earlier one decided */
    size_t trace_count;
    char *facts;                       /* canonical JSON of measure13_facts_json() */
    char facts_hash[DIGEST_HEX_BYTES]; /* SHA-256 of `facts` */
};

struct firm_verdict {
    struct case_verdict *cases; /* in order of items */
    size_t case_count;
};

/* `today`: the civil day in Beijing. The facts and parameters must outlive the answer. */
void measure13_decide(const struct firm_facts *facts, const struct policy_parameters *parameters,
    int32_t today, struct firm_verdict *ret_verdict);
void measure13_release(struct firm_verdict *verdict);
/* Whether these parameters let the calendar decide (months before filing, a last filing day): then a new day
 * may bring another verdict on the same facts. */
bool measure13_follows_calendar(const struct policy_parameters *parameters);
/* The trace as a JSON array: what a case version stores, byte for byte the same for the same answer. */
void measure13_trace_json(const struct case_verdict *verdict, struct text *out);
/* The facts that one item's verdict rests on as a JSON object, whatever the order of the arrays given. It
 * holds `day` only where a parameter lets the calendar decide, and then not the day but what it decides: the
 * same facts are the same bytes tomorrow. */
void measure13_facts_json(const struct firm_facts *facts, const struct fact_item *item,
    const struct policy_parameters *parameters, int32_t today, struct text *out);

/* --- money
 * ------------------------------------------------------------------------------------------------------------
 */

#define BASE_UNKNOWN ((fen_t)-1)

/* One case that asks for its share under the caps (measure13.md, Money). */
struct award_claim {
    const char *authority, *number, *item;
    const char *product_id; /* "" = provisional: it has no room of its own, so no award */
    struct date decision;
    int decision_year; /* 0 = not known for sure: no award */
    int batch_year;    /* 0 = in no batch yet: all of these share one year's cap */
    bool eligible;     /* else pending: a second figure, after all eligible ones */
    fen_t base;        /* floor(ratio x cost), or BASE_UNKNOWN */
    fen_t award;       /* the answer */
};
/* Fills every `award`: at most the base, and what committed payments and earlier claims leave of the
 * product's cap, the firm's cap in the decision year and its cap in the batch year. Earlier by R20: eligible
 * before pending, then decision date, larger base, number. The order of the array does not matter. */
void measure13_award(struct award_claim *claims, size_t count, const struct fact_payment *payments,
    size_t payment_count, const struct policy_parameters *parameters);

#endif
