#include "mail_server.h"

#include "scratch.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- in the server's process ------------------------------------------------------------------------------
 */

struct talk {
    int listener;
    const char *script, *transcript;
    FILE *in;
    int out;
    FILE *heard;
};

static void send_all(struct talk *talk, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(talk->out, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

static int digit_of(char byte)
{
    return byte >= 'a' ? byte - 'a' + 10 : byte - '0';
}

static void say(struct talk *talk, const char *line, size_t length, const char *end)
{
    char out[1024];
    size_t put = 0;
    for (size_t i = 0; i < length && put < sizeof out - 2; i++) {
        if (line[i] == '\\' && i + 4 <= length && line[i + 1] == 'x') {
            out[put++] = (char)(16 * digit_of(line[i + 2]) + digit_of(line[i + 3]));
            i += 3;
        } else {
            out[put++] = line[i];
        }
    }
    memcpy(out + put, end, strlen(end));
    send_all(talk, out, put + strlen(end));
}

/* False when the other side has gone. */
static bool hear(struct talk *talk, char *line, size_t size)
{
    if (fgets(line, (int)size, talk->in) == NULL)
        return false;
    fputs(line, talk->heard);
    return true;
}

static bool hear_message(struct talk *talk)
{
    char line[2000];
    while (hear(talk, line, sizeof line))
        if (strcmp(line, ".\r\n") == 0)
            return true;
    return false;
}

static void repeat(struct talk *talk, const char *line)
{
    char *text;
    long times = strtol(line, &text, 10);
    size_t length = strcspn(text + 1, "\n");
    for (long i = 0; i < times; i++)
        say(talk, text + 1, length, "");
}

/* One line of the script; false ends the connection. */
static bool follow(struct talk *talk, const char *line, size_t length)
{
    char heard[2000];
    switch (line[0]) {
    case 'S':
        say(talk, line + 3, length - 3, "\r\n");
        return true;
    case 'C':
        return hear(talk, heard, sizeof heard) && strncmp(heard, line + 3, length - 3) == 0;
    case 'M':
        return hear_message(talk);
    case 'B':
        repeat(talk, line + 3);
        return true;
    case 'H':
        while (hear(talk, heard, sizeof heard))
            ;
        return false;
    default:
        return false;
    }
}

static void serve(struct process *parent, void *context)
{
    struct talk *talk = context;
    (void)parent;
    alarm(60); /* nobody has come, or nobody goes */
    talk->out = accept(talk->listener, NULL, NULL);
    setsockopt(talk->out, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    talk->in = fdopen(dup(talk->out), "r");
    talk->heard = fopen(talk->transcript, "w");
    for (const char *line = talk->script; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (!follow(talk, line, length))
            break;
        line += length + (line[length] == '\n');
    }
    fclose(talk->heard);
    fclose(talk->in);
    close(talk->out);
}

/* --- in the test's ----------------------------------------------------------------------------------------
 */

void mail_server_start(struct mail_server *server, const char *script, const char *transcript)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct talk talk = {
        .listener = socket(AF_INET, SOCK_STREAM, 0), .script = script, .transcript = transcript};
    if (bind(talk.listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(talk.listener, 1) < 0 ||
        getsockname(talk.listener, (struct sockaddr *)&address, &length) < 0) {
        perror("mail server");
        exit(1);
    }
    snprintf(server->url, sizeof server->url, "smtp://127.0.0.1:%d", ntohs(address.sin_port));
    server->process = process_start(serve, &talk);
    server->transcript = strdup(transcript);
    close(talk.listener);
}

char *mail_server_end(struct mail_server *server)
{
    process_end(&server->process);
    char *heard = scratch_read(server->transcript, NULL);
    free(server->transcript);
    return heard;
}
