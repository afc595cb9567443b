/* view.h - what templates see: the facts of a message with what words need besides (private to the room).
 *
 * Added to the facts: `desk`; of each list NAME also NAME_count and NAME_more (so many were left out, for a
 * message is to be read by a person); of dates NAME_zh and NAME_en in words, of a year or month alone said as
 * such; is_CODE for type, event and verdict; words of codes. */
#ifndef M13_LETTER_VIEW_H
#define M13_LETTER_VIEW_H

#include "template.h"

#include "m13/config.h"

/* Every name that view_of() may give: what templates are read against. */
extern const struct template_member view_members[];
extern const struct template_member view_public_members[]; /* of view_public() */
extern const struct template_member view_frame_members[];  /* of the frame around the HTML */

/* The caller's. `attached`: forms go with the message. */
json_t *view_of(const struct config *config, const json_t *facts, bool attached);
/* What robots of firms may show, which stand in groups that anybody may read along in. */
json_t *view_public(const struct config *config, const json_t *facts);

/* 2026-03-05 -> 2026年3月5日, 5 March 2026; 2026-03 and 2026 say that the register gives no more. "" of none.
 */
void view_date(const char *iso, bool english, char *out, size_t size);

#endif
