/* smtp.h - what a mail server's answer means for a message (private to the room). Pure. */
#ifndef M13_CHANNEL_SMTP_H
#define M13_CHANNEL_SMTP_H

#include "channels.h"

#include "m13/mail.h"

/* A server that puts us off knows us when we come again: greylisting asks for five minutes. */
#define SMTP_PATIENCE_MS (6 * CLOCK_MINUTE)

/* `receiver` and `sender` are the mail's: what the server says about them is left out of the text. */
void smtp_judge(const struct mail_answer *answer, const char *receiver, const char *sender, int64_t now,
    struct sending_end *ret_end);

#endif
