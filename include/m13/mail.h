/* mail.h - one e-mail as one transfer, by SMTP submission (RFC 5321, RFC 6409), on the set of m13/http.h.
 *
 * The server must be who it says it is, and TLS stands before anything else is said; nothing goes in the
 * clear but to this machine itself, where that is allowed. The message is put together by libcurl (MIME), its
 * header by us (RFC 5322, RFC 2047). What has a control character in it is refused: no header can be smuggled
 * in. */
#ifndef M13_MAIL_H
#define M13_MAIL_H

#include "m13/failure.h"
#include "m13/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct mail_transfer;

struct mail_party {
    char *name;    /* as people read it, UTF-8; NULL or "" = none */
    char *address; /* as mail_address() gives it */
};

struct mail_attachment {
    const char *name, *type; /* file name as people read it, UTF-8; MIME type */
    const char *bytes;
    size_t length;
};

struct mail {
    const char *url;             /* smtps://HOST[:PORT], or smtp://HOST[:PORT] with STARTTLS */
    bool plain;                  /* smtp without TLS; such a connection goes to this machine alone */
    const char *user, *password; /* NULL = the server asks for none */
    const char *ca_file;         /* PEM, trusted besides the system's authorities; NULL = these alone */
    struct mail_party from, to;
    const char *message_id; /* without its angle brackets */
    int64_t date;           /* wall */
    const char *subject, *text, *html;
    const struct mail_attachment *attachments;
    size_t attachment_count;
    /* Everything that is said and heard but secrets and the message itself; NULL = nobody listens. */
    FILE *conversation;
};

/* How far it came: what the last reply was a reply to. */
enum mail_stage {
    MAIL_GREETING, /* connection, TLS and the server's first line */
    MAIL_HELLO,
    MAIL_STARTTLS,
    MAIL_LOGIN,
    MAIL_SENDER,
    MAIL_RECIPIENT,
    MAIL_DATA,
    MAIL_MESSAGE, /* the server has been told all, and has to say whether it takes it */
    MAIL_STAGES   /* count */
};

struct mail_answer {
    bool taken; /* the server has said that it answers for the message from here on */
    enum mail_stage stage;
    int status;          /* of the last reply in this stage, 0 = none came */
    const char *reply;   /* its last line with its code, clean UTF-8 without control characters; "" = none */
    const char *problem; /* a clause: what went wrong if the server has not said it; "" = nothing */
    bool untrusted;      /* the server's certificate is not what it should be, or there is no TLS at all */
};

struct mail_events {
    void (*ended)(const struct mail_answer *answer, void *context); /* once, from the loop */
    void (*dropped)(void *context); /* http_free() has ended it, `ended` will not come; NULL = nothing */
    void *context;
};

/* What is needed of the mail is copied, but for the open conversation. -EINVAL, and nothing is sent:
 * something in it can be no part of a mail (the failure names the part, never its content). */
int mail_start(struct http *http, const struct mail *mail, const struct mail_events *events,
    struct mail_transfer **ret_transfer, struct failure *ret_failure);
void mail_abort(struct mail_transfer *transfer); /* without an event; NULL is fine */

/* An address as it goes over the wire: LOCAL@DOMAIN, a domain of other scripts in its ASCII form (RFC 5891).
 * The local part has to be of ASCII, without quotes: what people have, not all that RFC 5321 allows. NULL
 * when it is none, or more than one; else the caller's. */
char *mail_address(const char *text);
/* "NAME <ADDRESS>", with or without quotes around the name, or an address alone. False when it is neither;
 * else the caller's, to be cleared. */
bool mail_party_of(const char *text, struct mail_party *ret_party);
void mail_party_clear(struct mail_party *party);
const char *mail_domain(const char *address); /* what stands behind the `@` */

/* RFC 3463's code in a reply, such as 5.1.1: class, subject, detail. False when there is none. */
struct mail_enhanced {
    int class, subject, detail;
};
bool mail_enhanced_of(const char *reply, struct mail_enhanced *ret_code);

#endif
