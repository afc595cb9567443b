/* letter.h - the words of a message: facts and templates -> what people read, and what goes with it.
 *
 * template.c   the template language: a subset of Mustache over JSON
 * templates.c  which file serves which type and audience; built in, or from the configured folder
 * view.c       the facts made ready for words
 * render.c     subject, plain text, HTML, the short public text of robots, the body of webhooks
 * attach.c     the forms that a firm fills in, its own data in them; a calendar file for the deadline
 *
 * A message is given as JSON, written once when it is made (table outbox, member body) and never changed; no
 * address, no personal data. The words come at the moment of sending. Members of every message:
 *
 *   id          "msg_...", stable over restarts
 *   type        "m13." + outbox.kind: m13.lead, m13.question, m13.correction, m13.reminder, m13.deadline,
 *               m13.weekly, m13.receipt, m13.alarm, m13.health, m13.delivery, m13.test
 *   timestamp   when it was made, RFC 3339
 *   audience    firm, desk, operator
 *   urgent      flag
 *   firm        {"uscc","name_zh"}; absent when it is of no firm
 *   cases       list of told cases; absent in messages that are of no case
 *
 * A told case (also table notice, member facts):
 *
 *   case_id, stage (code, of the case now), event (of the change: opened, verdict, difference ...; or
 *               correction, reminder, deadline)
 *   authority (code), authority_zh, authority_en, number, device (the register's words), decision_date (ISO,
 *               may be of a year or month alone), url (of the entry in the register, "" = none)
 *   product_id, product_zh   the firm's words; "" = not linked
 *   verdict, verdict_zh, verdict_en, old_verdict
 *   why_zh, why_en           lists: sentences of the rules that did not pass and are of the verdict
 *   missing                  list of {"fact","zh","en"}: what the firm can supply
 *   supply_zh, supply_en     "" or how: the forms by name
 *   limits_zh, limits_en     what this register cannot show ("" = nothing is said)
 *   near                     list of {"supplier","date_by","zh","en"} as near misses have it, may be absent
 *   first_load               flag: known from the first history of its feed, no news
 *   told_before              ISO day of the first message to this firm about this case, "" = none (reminders,
 *               corrections)
 *
 * Further members by type:
 *
 *   m13.deadline   deadline {"day","name","days_left"}
 *   m13.weekly     silent, unreachable, dead (lists of {"uscc","name_zh","case_id","since","times"}; what is
 *                  dead also "channel","problem"; times: reminders of a silent case, messages to an
 *                  unreachable firm, attempts of what is dead), left_out (so many more)
 *   m13.receipt    file, kind, by, problem; rows, added, changed, unchanged, rejected, warnings, unlisted
 *                  (numbers); problems (list of {"sheet","row","field","reason","expected"})
 *   m13.alarm      raised, standing, healed (lists of {"kind","kind_zh","kind_en","subject","detail_zh",
 *                  "detail_en","since","times"}), journal {"seq","hash"}
 *   m13.delivery   receivers (list of {"channel","recipient" (USCC, "" = the bureau's own),"name_zh",
 *                  "disabled" (it is gone: nothing more is sent there),"problem","count","messages" (ids that
 *                  did not arrive)}), more (receivers that are not listed) */
#ifndef M13_LETTER_H
#define M13_LETTER_H

#include "m13/config.h"
#include "m13/failure.h"
#include "m13/measure13.h"

#include <jansson.h>
#include <stddef.h>

struct store;
struct templates;

/* Reads all templates; never NULL: a file that is missing, or in which something is wrong, is named in the
 * log and the one that m13d brings serves in its place, since a message must not be lost for a slip in a
 * template. */
struct templates *templates_new(const struct config *config);
/* For `m13d check`: problems of the configured folder, a line each with file, line and what is accepted. */
void templates_check(const struct config *config, struct config_problems *problems);
void templates_free(struct templates *templates);

struct rendering {
    char *subject; /* one line, no control characters */
    char *text;    /* plain, lines of at most 998 bytes */
    char *html;    /* a whole document, self-contained, everything from outside escaped */
};
void render_message(const struct templates *templates, const struct config *config, const json_t *facts,
    enum alert_language language, struct rendering *ret_rendering);
void rendering_clear(struct rendering *rendering);
/* To robots of firms: public firm name, authority, number, the desk's telephone, nothing else; to robots of
 * the desk and the operator what the template "robot" of that type says. At most so many bytes, cut at a
 * character. The caller frees. */
char *render_robot(const struct templates *templates, const struct config *config, const json_t *facts,
    enum alert_language language, size_t most_bytes);
/* The facts with text_zh and text_en, as webhooks and the file channel carry them. The caller frees. */
char *render_webhook(const struct templates *templates, const struct config *config, const json_t *facts);

struct attachment {
    char *name, *type; /* file name as the reader sees it (UTF-8); MIME type */
    char *bytes;
    size_t length;
};
/* The filled-in workbook for the firm's cases of this message (lead, reminder, deadline), and a calendar file
 * when a deadline is configured. None is fine. A fault is logged, and the message goes without. */
size_t attachments_of(struct store *store, const struct config *config, const json_t *facts,
    enum alert_language language, struct attachment **ret_attachments);
void attachments_free(struct attachment *attachments, size_t count);

/* The workbook alone (`m13ctl ask`): one sheet for each form that the cases need, and the one of answers;
 * known rows with what the firm has told before, new ones with their keys. Columns that begin with 参考 tell
 * what a row is about and are not imported. `cases`: told cases, as above. The file is replaced; -EIO and the
 * like with its name in the text. */
int forms_for_cases(struct store *store, const struct config *config, const char *uscc, const json_t *cases,
    const char *file, struct failure *ret_failure);
/* The kind of local records (m13/registry.h) by whose form a firm supplies what is missing; NULL = by none.
 */
const char *form_for_fact(enum missing_fact missing);

#endif
