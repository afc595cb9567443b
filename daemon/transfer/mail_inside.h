/* mail_inside.h - what the parts of a mail share: words, header, body, conversation. */
#ifndef M13_TRANSFER_MAIL_INSIDE_H
#define M13_TRANSFER_MAIL_INSIDE_H

#include "m13/mail.h"
#include "m13/text.h"

#include <curl/curl.h>

enum {
    MAIL_LINE_BYTES = 76,  /* of a line in which an encoded word stands (RFC 2047, 2) */
    MAIL_SECRET_FORMS = 3, /* the password: as it is, and as it goes over the wire */
    MAIL_REPLY_BYTES = 400 /* of a reply that are kept; RFC 5321 has lines of 512 */
};

/* mail_words.c: adds text to a header line that ends in `out` and is `column` bytes long so far; folded. */
void mail_put_words(struct text *out, size_t column, const char *text);
void mail_put_party(struct text *out, size_t column, const struct mail_party *party);
/* A parameter of a MIME header, folded: name*=UTF-8''... (RFC 2231). */
void mail_put_parameter(struct text *out, const char *name, const char *value);

/* mail_parts.c: -EINVAL when a part of it can be none. */
int mail_check(const struct mail *mail, struct failure *ret_failure);
struct curl_slist *mail_headers(const struct mail *mail);
curl_mime *mail_body(CURL *easy, const struct mail *mail);

/* mail_talk.c: the conversation, as far as anybody may see it. */
struct mail_talk {
    enum mail_stage stage;
    int status;
    char reply[MAIL_REPLY_BYTES];
    bool quit; /* it is over for us */
    char *secrets[MAIL_SECRET_FORMS];
    size_t message_bytes;
    FILE *out;
};
void mail_talk_begin(struct mail_talk *talk, const struct mail *mail);
void mail_talk_end(struct mail_talk *talk); /* erases the secrets */
void mail_said(struct mail_talk *talk, const char *bytes, size_t length);
void mail_heard(struct mail_talk *talk, const char *bytes, size_t length);
void mail_remarked(struct mail_talk *talk, const char *bytes, size_t length); /* by libcurl */

#endif
