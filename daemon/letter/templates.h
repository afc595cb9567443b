/* templates.h - the templates of a configuration, read (private to the room). */
#ifndef M13_LETTER_TEMPLATES_H
#define M13_LETTER_TEMPLATES_H

#include "template.h"

#include "m13/letter.h"

/* Of one language: ALERT_ZH or ALERT_EN. `type` as in m13/letter.h ("m13.lead"); one that has no template of
 * its own has that of its audience. Never NULL. */
const struct template *templates_words(
    const struct templates *templates, const char *type, const char *audience, enum alert_language language);
const struct template *templates_robot(
    const struct templates *templates, const char *audience, enum alert_language language);
const struct template *templates_frame(const struct templates *templates);

#endif
