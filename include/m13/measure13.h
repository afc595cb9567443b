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
/* Why an earlier approval is a candidate. */
enum predecessor_likeness {
    LIKE_UNSAID,
    LIKE_PRODUCT,      /* the same product by our lists */
    LIKE_CODE,         /* the same product code */
    LIKE_TERM,         /* the same term of the register's vocabulary: GMDN, EMDN, JMDN, technical name */
    LIKE_NAME,         /* the same device name */
    LIKE_OTHER_HOLDER, /* a like entry of another holder in a register that names no maker: soon before */
    LIKE_LEGACY,       /* a device that was on the market under earlier law: evidence, no approval */
    LIKENESSES         /* count */
};
extern const struct name_entry predecessor_likeness_names[LIKENESSES];
struct fact_predecessor {
    enum predecessor_kind kind;
    enum predecessor_likeness likeness;
    const char *authority, *number, *device;
    struct date decision;
    struct fact_source source;
};

enum entity_relation {
    ENTITY_SUBSIDIARY,
    ENTITY_PARENT,
    ENTITY_AGENT, /* authorised representative, MAH, BRH, sponsor */
    ENTITY_OEM,   /* contract maker, or for whom the firm is one */
    ENTITY_DISTRIBUTOR,
    ENTITY_RELATIONS /* count */
};
extern const struct name_entry entity_relation_names[ENTITY_RELATIONS];

/* A foreign company that is on record with the firm. */
struct fact_entity {
    const char *name, *country;
    enum entity_relation relation;
    const char *share; /* per cent as written; "" = not on record */
    struct date from, to;
    struct fact_source source;
};

/* A name in a record, and who that is: the firm, a company on record with it, or neither. */
struct fact_party {
    const char *name; /* "" = none */
    bool firm;
    const struct fact_entity *entity;
};

/* What an approval covers. Certificates cover many products, and a list tells which. */
enum item_scope {
    ITEM_ONE_DEVICE,
    ITEM_LISTED,   /* a scope row names this product; its day is that on which it came into the scope */
    ITEM_UNLISTED, /* no list is known: one lead for the whole certificate, without product and money */
    ITEM_DROPPED,  /* the row that named this product is gone */
    ITEM_JOINED,   /* its product is the item of the other certificate that it needs */
};

/* What a person has answered to the question of one rule. It holds for the question as it was asked. */
struct fact_ruling {
    const char *rule;     /* R06 */
    const char *about;    /* of R15: the cost_id that was asked for; "" = the rule as a whole */
    bool accepted;        /* the rule is satisfied; else it speaks against the case */
    const char *question; /* trace_line.question then */
    const char *reason;
    struct fact_source source;
};

/* One item of one approval: what becomes a case. */
struct fact_item {
    const char *authority, *number, *item; /* the case's key; item "1" where an approval covers one device */
    enum item_scope scope;
    struct date approved;     /* ITEM_LISTED: decision of the certificate as a whole */
    struct date out_of_scope; /* ITEM_LISTED */
    struct fact_party maker_party, holder_party;
    const char *other_claimant; /* another firm for whose product a scope row claims it; NULL or "" = none */
    struct fact_source claimant_source;
    const char *route, *status; /* canonical codes of record.h */
    const char *holder, *manufacturer, *device, *product_code;
    struct date decision;
    struct date valid_to;
    bool gone;       /* no longer listed */
    bool recognised; /* false: the maker is not, or no longer, recognised as this firm */
    bool by_list;    /* a scope row names it for a product of this firm */
    enum match_strength link;
    const char *link_rule;  /* A0 ... */
    const char *product_id; /* "" = provisional */
    const char *first_seen; /* ISO date, for messages */
    /* Civil days by which values of parameters are chosen; 0 = not yet, then that of the question. */
    int32_t applied_on, batched_on;
    struct fact_source source, link_source, product_source;
    const struct fact_predecessor *predecessors;
    size_t predecessor_count;
    /* the firm's declaration of first approval for this product and authority */
    bool declared, declared_first;
    const char *declared_earlier; /* numbers that the firm itself names */
    struct date declared_on;
    struct fact_source declaration_source;
    const struct fact_ruling *rulings;
    size_t ruling_count;
    int batch_year; /* of the batch that its case is in; 0 = in none yet */
    /* The other certificate that the product needs at once (CE); NULL = none. */
    const char *pair_number, *pair_status;
    struct fact_source pair_source;
    /* A paper approval on file, beside the register's row or in its place. */
    bool on_paper;          /* it is all there is: no register shows the approval (yet) */
    bool dated_by_paper;    /* its more exact date is `decision`, inside the register's interval */
    const char *paper_date; /* "" = none on file */
    struct fact_source paper_source;
};

struct fact_sale {
    const char *sale_id, *product_id, *country; /* alpha-2 */
    struct date date;
    const char *amount, *currency; /* source text; never through floating point */
    int amount_sign;               /* of the amount: -1, 0, 1 */
    const char *return_of;         /* sale_id; "" = none */
    bool returned_whole;           /* its returns add up to it */
    const char *related;           /* yes, no, "" */
    const char *trade_mode;        /* 监管方式 as a code; NULL or "" = not said */
    struct fact_party seller, buyer;
    struct fact_source source;
};

/* A part of a cost line that falls to a product. */
enum { SHARE_WHOLE = 1000000 }; /* millionths */
struct fact_share {
    const char *product_id;
    int64_t parts;
};

struct fact_cost {
    const char *cost_id, *authority;
    const char *number; /* "" = of the one approval that this authority gave the product */
    struct fact_party payer;
    const struct fact_share *shares;
    size_t share_count;
    bool shares_unread; /* not every part could be read */
    const char *category;
    struct date paid;
    const char *amount, *currency;           /* source text */
    const char *vat;                         /* recoverable part of the amount; "" = none */
    const char *cny_debited, *other_funding; /* yuan; "" = none */
    const char *payee, *invoice_no;
    const char *also_in;    /* cost_ids of the firm that name the same invoice and the same sum; "" = none */
    bool claimed_elsewhere; /* another firm names the same invoice */
    struct fact_source source;
};

struct fact_rate {
    const char *currency;
    struct date date; /* a day: central parity; a month: the monthly reference rate */
    const char *rate;
    enum money_quote quote;
    struct fact_source source;
};

struct fact_flag { /* credit */
    const char *flag;
    struct date from, to;
    bool unlisted; /* the last full list does not name it: it may be over */
    struct fact_source source;
};

enum payment_kind { PAYMENT_RESERVE, PAYMENT_PAY, PAYMENT_RECOVER };
struct fact_payment { /* an entry of the ledger: the only source of what was paid */
    const char *payment_id;
    const char *policy; /* M13; another one's is other public money (R21) */
    enum payment_kind kind;
    bool own; /* to this firm; else to another, for a product that is now this one's */
    const char *authority, *number, *item; /* the case; "" = of the product alone */
    const char *product_id;
    const char *batch;
    int year;       /* of the decision; 0 = not known: counts in every year */
    int batch_year; /* 0 = not known: counts in every year */
    fen_t amount;   /* not negative, whatever the kind */
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
    const struct fact_entity *entities;
    size_t entity_count;
    const struct fact_cost *costs;
    size_t cost_count;
    const struct fact_rate *rates;
    size_t rate_count;
    const struct fact_flag *flags;
    size_t flag_count;
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
    MISSING_SCOPE_LIST,
    MISSING_SCOPE_DOCUMENT,
    MISSING_COSTS,
    MISSING_RATE,
    MISSING_APPROVAL_DOCUMENT,
    MISSING_DATE_IN_WINDOW, /* of a line that finds the decision out of the window */
    MISSING_FACTS           /* count */
};
extern const struct name_entry missing_fact_names[MISSING_FACTS];

/* Who can supply what is missing. */
enum fact_supplier {
    SUPPLIER_NONE,
    SUPPLIER_FIRM,
    SUPPLIER_DESK,
    SUPPLIER_BUREAU, /* nobody, but by another reading of the text */
    SUPPLIERS        /* count */
};
extern const struct name_entry fact_supplier_names[SUPPLIERS];
/* With which a sentence goes on that tells who can supply what: behind it stand days and money. */
extern const struct name_entry fact_supply_phrases[SUPPLIERS];
enum fact_supplier measure13_supplier(enum missing_fact missing); /* as a rule */

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

/* What a rule leaves to a person about one thing of many: R15 about one cost. */
struct asked_fact {
    const char *about; /* cost_id */
    bool open;         /* not answered, or answered on other facts */
    char question[DIGEST_HEX_BYTES];
    char *zh, *en; /* one sentence each */
};

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
    /* Of a pending, eligible or out-of-window case, where the line misses something: who can supply it, the
     * last day of the filing window (DAY_NONE = none is announced), and what the case is about in fen. */
    enum fact_supplier supplier;
    int32_t until;
    fen_t at_stake;
    char *zh, *en; /* one sentence each */
    /* Where the rule asks a person: hash of the question, with the facts that it rests on. Kept when a person
     * has answered, and then `ruling` is his answer. */
    char question[DIGEST_HEX_BYTES];
    const struct fact_ruling *ruling;
    const struct fact_predecessor **candidates; /* of R06: all that it puts before a person */
    size_t candidate_count;
    struct asked_fact *asked; /* of R15: the costs that a person must judge, or has judged */
    size_t asked_count;
};

/* What a ratio gives: base(c) = floor(ratio x cost(c)), and what the caps leave of it. */
struct award_scenario {
    int percent;
    fen_t base, award;
    fen_t left; /* what the cases before this one leave under the caps */
};

struct case_verdict {
    const struct fact_item *item;
    enum verdict verdict;
    enum review_kind review;
    enum amount_state amount_state;
    fen_t cost;   /* what counts of its costs */
    fen_t award;  /* of the first scenario; once money is committed to the case, that, never recomputed */
    bool settled; /* money is committed to it: it asks for no more */
    /* But for a second claimant it would ask for money: no award, but what it asks for is kept free, lest a
     * claim give others more. */
    bool contested;
    enum verdict uncontested; /* its verdict then */
    struct award_scenario scenarios[SCENARIOS_MOST];
    size_t scenario_count;                      /* 1 when the ratio is set */
    const struct policy_parameters *parameters; /* under which its amount is reckoned */
    struct trace_line *trace; /* one per rule, in order, whether or not an earlier one decided */
    size_t trace_count;
    /* The facts that it rests on as a JSON object, whatever the order of the arrays given. It holds `day`
     * only where a parameter lets the calendar decide, and then not the day but what it decides: the same
     * facts are the same bytes tomorrow. It holds `left` where other cases of the firm leave less than the
     * base. */
    char *facts;
    char facts_hash[DIGEST_HEX_BYTES]; /* SHA-256 of `facts` */
};

struct policy_editions;

struct firm_verdict {
    struct case_verdict *cases; /* in order of items */
    size_t case_count;
    struct policy_editions *editions; /* of parameters with several values, that the traces point into */
};

/* `today`: the civil day in Beijing. The facts and parameters must outlive the answer. */
void measure13_decide(const struct firm_facts *facts, const struct policy_parameters *parameters,
    int32_t today, struct firm_verdict *ret_verdict);
void measure13_release(struct firm_verdict *verdict);
/* Whether these parameters let the calendar decide (months before filing, a last filing day, another value
 * from a day on): then a new day may bring another verdict on the same facts. */
bool measure13_follows_calendar(const struct policy_parameters *parameters);
/* The last day up to `today` that may have brought one: as long as it is the same, nothing needs to be
 * decided again. DAY_NONE when the calendar decides nothing. */
int32_t measure13_calendar_day(const struct policy_parameters *parameters, int32_t today);
/* The trace as a JSON array: what a case version stores, byte for byte the same for the same answer. */
void measure13_trace_json(const struct case_verdict *verdict, struct text *out);

/* --- money
 * ------------------------------------------------------------------------------------------------------------
 */

#define BASE_UNKNOWN ((fen_t)-1)

/* Entries of the ledger that belong together: the greater of what was reserved and paid, minus what was
 * recovered. */
struct commitment {
    const char *authority, *number, *item; /* the case; "" = of the product alone */
    const char *product_id;
    const char *product_now; /* of which its case is now, where that is another one; NULL = none */
    bool own;
    int year, batch_year;             /* 0 = counts in every year */
    fen_t amount;                     /* may be negative: more recovered than paid */
    const struct fact_source *source; /* of the first of its entries, by id */
};
/* The caller frees. In an order of their own. */
struct commitment *measure13_commitments(
    const struct firm_facts *facts, const struct policy_parameters *parameters, size_t *ret_count);

/* One case that asks for its share under the caps (measure13.md, Money). */
struct award_claim {
    const char *authority, *number, *item;
    const char *product_id; /* "" = provisional: it has no room of its own, so no award */
    struct date decision;
    int decision_year; /* 0 = not known for sure: no award */
    int batch_year;    /* 0 = in no batch yet: all of these share one year's cap */
    bool eligible;     /* else pending: a second figure, after all eligible ones */
    fen_t base;        /* floor(ratio x cost), or BASE_UNKNOWN */
    fen_t product_cap, firm_cap;
    fen_t left;  /* answers: what committed payments and earlier claims leave under the caps, */
    fen_t award; /* and the lesser of that and the base */
};
/* Fills every `left` and `award`: of the product's cap, the firm's cap in the decision year and its cap in
 * the batch year. Earlier by R20: eligible before pending, then decision date, larger base, number (or the
 * larger base first). The order of the array does not matter. */
void measure13_award(struct award_claim *claims, size_t count, const struct commitment *commitments,
    size_t commitment_count, enum award_order leading);

#endif
