/* conversation.h - what was said and heard while a test message was sent, for the person who asked, without
 * what is secret (private to the room). */
#ifndef M13_CHANNEL_CONVERSATION_H
#define M13_CHANNEL_CONVERSATION_H

#include <stddef.h>
#include <stdio.h>

struct conversation;

/* NULL for NULL: no test, nothing is told, and all below do nothing. The stream stays the caller's. */
struct conversation *conversation_new(FILE *out);
/* Of this text, wherever it comes up from now on, only the first `shown` characters are told. */
void conversation_hide(struct conversation *conversation, const char *secret, size_t shown);
/* The same for what stands behind = in the URL's query. */
void conversation_hide_query(struct conversation *conversation, const char *url);
/* Line by line, each behind `mark`: > is ours, < the receiver's, * ours about the transfer. */
void conversation_tell(struct conversation *conversation, char mark, const char *bytes, size_t length);
void conversation_tell_format(struct conversation *conversation, char mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void conversation_free(struct conversation *conversation);

#endif
