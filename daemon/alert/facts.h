/* facts.h - what a message says, as JSON: the shape that all who make and read messages share (private to the
 * room).
 *
 * Written once, when the message is made (table outbox, member body), and never changed; no address, no
 * personal data. The words around it come from templates at the moment of sending (m13/letter.h). Members of
 * every message:
 *
 *   id          "msg_..." stable over restarts
 *   type        "m13." + outbox.kind: m13.lead, m13.question, m13.correction, m13.reminder, m13.deadline,
 * m13.weekly, m13.receipt, m13.alarm, m13.delivery, m13.test timestamp   when it was made, RFC 3339 audience
 * firm, desk, operator urgent      flag firm        {"uscc","name_zh"}; absent when it is of no firm cases
 * list of told cases; absent in messages that are of no case
 *
 * A told case (also table notice, member facts):
 *
 *   case_id, event (of the change: opened, verdict, difference ...; or correction, reminder, deadline)
 *   authority (code), authority_zh, authority_en, number, device (the register's words), decision_date (ISO,
 * may be of a year or month alone), url (of the entry in the register, "" = none) product_id, product_zh (the
 * firm's words; "" = not linked) verdict, verdict_zh, verdict_en, old_verdict why_zh, why_en    lists:
 * sentences of the rules that did not pass and are of the verdict missing           list of
 * {"fact","zh","en"}: what the firm can supply supply_zh, supply_en  "" or how: the forms by name limits_zh,
 * limits_en  what this register cannot show ("" = nothing is said) near              list of
 * {"supplier","date_by","zh","en"} as near misses have it, may be absent stage             code, of the case
 * now first_load        flag: known from the first history of its feed, no news told_before       ISO day of
 * the first message to this firm about this case, "" = none (reminders, corrections)
 *
 * Further members by type: m13.deadline: deadline {"day","name","days_left"}. m13.weekly: silent,
 * unreachable, dead (lists of
 * {"uscc","name_zh","case_id","since","times"}; what is dead also "channel","problem"; times: reminders of a
 * silent case, messages to an unreachable firm, attempts of what is dead), left_out (so many more).
 * m13.receipt: as receipt.c has it. m13.alarm: raised, standing, healed (lists of
 * {"kind","kind_zh","kind_en","subject","detail_zh","detail_en","since","times"}), journal
 * {"seq","hash"}. m13.delivery: receivers (list of {"channel","recipient" (USCC, "" = the bureau's
 * own),"name_zh","disabled" (it is gone: nothing more is sent there),"problem","count","messages" (ids that
 * did not arrive)}), more (receivers that are not listed). */
#ifndef M13_ALERT_FACTS_H
#define M13_ALERT_FACTS_H

#include "m13/casework.h"

#include <jansson.h>

struct store;

/* facts.c: a told case of what has just been decided; the caller's. Everything that is not in the change
 * (address in the register, the register's limits, the firm's product) is read from the database and the
 * configuration. */
json_t *facts_of_change(struct store *store, const struct config *config, const struct case_change *change);
/* The same of a case as it stands in the database now (reminders, deadlines, corrections); NULL when there is
 * none. */
json_t *facts_of_case(struct store *store, const struct config *config, int64_t case_file, const char *event);
/* The frame of a message; the caller adds what its type has. `uscc` "" = of no firm. */
json_t *facts_of_message(struct store *store, const char *id, const char *kind, enum alert_audience audience,
    bool urgent, const char *uscc, int64_t now);

#endif
