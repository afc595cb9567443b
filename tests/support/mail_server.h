/* mail_server.h - a mail server on 127.0.0.1 that says what a script tells it, in a process of its own.
 *
 * A script is a string of lines. "S: text" is sent with CRLF; `\xNN` is that byte. "C: text" waits for a line
 * that begins so. "M:" waits for a message up to its lonely dot. "B: N text" sends text N times, without an
 * end of line. "H" holds the connection without a word until the other side goes. The script's end cuts the
 * connection; so does what does not fit: the transcript shows how far it came. */
#ifndef M13_TEST_MAIL_SERVER_H
#define M13_TEST_MAIL_SERVER_H

#include "process.h"

struct mail_server {
    struct process process;
    char url[40];     /* smtp://127.0.0.1:PORT */
    char *transcript; /* file with all that was heard */
};
/* Serves one connection. `transcript` is written when it is over. */
void mail_server_start(struct mail_server *server, const char *script, const char *transcript);
/* Waits until the connection is over; the transcript, the caller frees. */
char *mail_server_end(struct mail_server *server);

#endif
