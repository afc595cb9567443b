/* mail.c - one mail on its way: what libcurl may do, and what became of it. */
#include "inside.h"
#include "mail_inside.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKETS = 4 }; /* libcurl tries two addresses at a time */

struct mail_transfer {
    struct transfer base;
    struct mail_events events;
    struct mail_talk talk;
    struct curl_slist *headers, *recipients;
    curl_mime *mime;
    curl_socket_t sockets[SOCKETS];
    size_t socket_count;
    int64_t heard_bytes;
    bool plain, left_the_machine;
    int trust; /* of transfer_trust() */
};

/* --- sockets ----------------------------------------------------------------------------------------------
 */

static bool is_this_machine(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* CLOEXEC from the first moment: children are started at any time. */
static curl_socket_t open_mail_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct mail_transfer *mail = context;
    (void)purpose;
    if (mail->plain && !is_this_machine(&address->addr)) {
        mail->left_the_machine = true;
        return CURL_SOCKET_BAD;
    }
    if (mail->trust < 0 || mail->socket_count == SOCKETS)
        return CURL_SOCKET_BAD;
    curl_socket_t opened = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (opened >= 0)
        mail->sockets[mail->socket_count++] = opened;
    return opened;
}

static int close_mail_socket(void *context, curl_socket_t closed)
{
    struct mail_transfer *mail = context;
    for (size_t i = 0; i < mail->socket_count; i++)
        if (mail->sockets[i] == closed)
            mail->sockets[i--] = mail->sockets[--mail->socket_count];
    return close(closed);
}

/* --- what libcurl tells -----------------------------------------------------------------------------------
 */

/* The only witness of how far it came. After our QUIT libcurl would wait for the server's goodbye and let
 * nobody else on the loop have a turn: so nothing more is heard. */
static int on_talk(CURL *easy, curl_infotype kind, char *bytes, size_t length, void *context)
{
    struct mail_transfer *mail = context;
    (void)easy;
    if (kind == CURLINFO_TEXT)
        mail_remarked(&mail->talk, bytes, length);
    else if (kind == CURLINFO_DATA_OUT)
        mail->talk.message_bytes += length;
    else if (kind == CURLINFO_HEADER_OUT)
        mail_said(&mail->talk, bytes, length);
    for (size_t i = 0; mail->talk.quit && i < mail->socket_count; i++)
        shutdown(mail->sockets[i], SHUT_RD);
    return 0;
}

static size_t on_reply(char *bytes, size_t size, size_t count, void *context)
{
    struct mail_transfer *mail = context;
    size_t length = size * count;
    mail->heard_bytes += (int64_t)length;
    if (mail->heard_bytes > LIMIT_HEADER_BYTES)
        return 0;
    mail_heard(&mail->talk, bytes, length);
    return length;
}

/* --- ends -------------------------------------------------------------------------------------------------
 */

static void mail_free(struct transfer *transfer)
{
    struct mail_transfer *mail = (struct mail_transfer *)transfer;
    transfer_close(transfer);
    curl_mime_free(mail->mime);
    curl_slist_free_all(mail->headers);
    curl_slist_free_all(mail->recipients);
    mail_talk_end(&mail->talk);
    free(mail);
}

void mail_abort(struct mail_transfer *transfer)
{
    if (transfer != NULL)
        transfer_abort(&transfer->base);
}

static const char *problem_of(const struct mail_transfer *mail, CURLcode code)
{
    if (mail->trust < 0)
        return "ca-file cannot be read";
    if (mail->left_the_machine)
        return "without TLS mail goes to this machine alone";
    if (mail->heard_bytes > LIMIT_HEADER_BYTES)
        return "the server talks without end";
    if (code == CURLE_USE_SSL_FAILED)
        return "the server offers no TLS, and nothing is sent without";
    if (code == CURLE_OK)
        return "the server has not said that it takes the message";
    return mail->base.problem[0] != '\0' ? mail->base.problem : curl_easy_strerror(code);
}

static void mail_end(struct transfer *transfer, CURLcode code)
{
    struct mail_transfer *mail = (struct mail_transfer *)transfer;
    transfer_leave(transfer);
    const struct mail_talk *talk = &mail->talk;
    struct mail_answer answer = {
        .taken = talk->stage == MAIL_MESSAGE && talk->status >= 200 && talk->status < 300,
        .stage = talk->stage,
        .status = talk->status,
        .reply = talk->reply,
        .problem = "",
        .untrusted = mail->trust < 0 || mail->left_the_machine || code == CURLE_PEER_FAILED_VERIFICATION ||
                     code == CURLE_USE_SSL_FAILED,
    };
    if (!answer.taken && answer.status < 400)
        answer.problem = problem_of(mail, code);
    if (talk->out != NULL && answer.problem[0] != '\0')
        fprintf(talk->out, "* %s\n", answer.problem);
    mail->events.ended(&answer, mail->events.context);
    mail_free(transfer);
}

/* --- a mail -----------------------------------------------------------------------------------------------
 */

static void set_patience(struct mail_transfer *mail)
{
    const struct http_patience *patience = &mail->base.owner->patience;
    int64_t login = patience->mail_login_ms > 0 ? patience->mail_login_ms : LIMIT_MAIL_LOGIN_MS;
    int64_t whole = patience->mail_ms > 0 ? patience->mail_ms : LIMIT_MAIL_MS;
    curl_easy_setopt(mail->base.easy, CURLOPT_CONNECTTIMEOUT_MS, (long)login);
    curl_easy_setopt(mail->base.easy, CURLOPT_TIMEOUT_MS, (long)whole);
    /* Or libcurl gives up a server that looks at the message for two minutes. */
    curl_easy_setopt(mail->base.easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(whole / 1000 + 1));
}

static void set_server(struct mail_transfer *transfer, const struct mail *mail)
{
    CURL *easy = transfer->base.easy;
    curl_easy_setopt(easy, CURLOPT_URL, mail->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, string_starts(mail->url, "smtps://") ? "smtps" : "smtp");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(mail->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* A connection kept for later is one that the server has closed meanwhile. */
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    if (mail->user != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, mail->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, mail->password != NULL ? mail->password : "");
        /* Under TLS these two are enough. Of what else libcurl knows, Kerberos would ask the network. */
        curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
}

static void set_mail_callbacks(struct mail_transfer *mail)
{
    CURL *easy = mail->base.easy;
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_mail_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, mail);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_mail_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, mail);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, mail);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_talk);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, mail);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

int mail_start(struct http *http, const struct mail *mail, const struct mail_events *events,
    struct mail_transfer **ret_transfer, struct failure *ret_failure)
{
    int r = mail_check(mail, ret_failure);
    if (r < 0)
        return r;
    struct mail_transfer *transfer = memory_get_zeroed(1, sizeof *transfer);
    CURL *easy;
    transfer_open(&transfer->base, http);
    easy = transfer->base.easy;
    transfer->base.end = mail_end;
    transfer->base.free = mail_free;
    transfer->base.dropped = events->dropped;
    transfer->base.dropped_context = events->context;
    transfer->events = *events;
    transfer->plain = mail->plain;
    mail_talk_begin(&transfer->talk, mail);
    set_server(transfer, mail);
    set_patience(transfer);
    set_mail_callbacks(transfer);
    transfer->trust = transfer_trust(&transfer->base, mail->ca_file);
    transfer->headers = mail_headers(mail);
    transfer->mime = mail_body(easy, mail);
    transfer_add_line(&transfer->recipients, mail->to.address);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from.address);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, transfer->mime);
    transfer_start(&transfer->base);
    if (ret_transfer != NULL)
        *ret_transfer = transfer;
    return 0;
}
