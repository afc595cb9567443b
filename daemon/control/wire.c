#include "wire.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Connections that may wait to be accepted. */
#define BACKLOG 64
/* m13ctl does not wait for ever on a daemon that accepts nobody. */
#define CONNECT_SECONDS 10

/* --- the address -----------------------------------------------------------------------------------------
 */

/* The directory is opened and named by its descriptor, which is short. */
static int open_address(const char *state_directory, struct sockaddr_un *ret_address, int *ret_directory,
    struct failure *ret_failure)
{
    *ret_directory = open(state_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*ret_directory < 0)
        return fail(ret_failure, -errno, "%s: %s", state_directory, strerror(errno));
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "/proc/self/fd/%d/control", *ret_directory);
    return 0;
}

static int bind_and_listen(int socket, const struct sockaddr_un *address)
{
    /* A stale one of an earlier daemon: the store's lock is ours, so nobody listens there. */
    if (unlink(address->sun_path) < 0 && errno != ENOENT)
        return -errno;
    /* The file gets the socket's mode, less the umask: never more than this, and then exactly this. */
    if (fchmod(socket, 0660) < 0 || bind(socket, (const struct sockaddr *)address, sizeof *address) < 0 ||
        chmod(address->sun_path, 0660) < 0 || listen(socket, BACKLOG) < 0)
        return -errno;
    return 0;
}

int control_listen(const char *state_directory, struct failure *ret_failure)
{
    struct sockaddr_un address;
    int directory, r = open_address(state_directory, &address, &directory, ret_failure);
    if (r < 0)
        return r;
    int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    r = listener < 0 ? -errno : bind_and_listen(listener, &address);
    close(directory);
    if (r == 0)
        return listener;
    if (listener >= 0)
        close(listener);
    return fail(ret_failure, r, "%s/control: %s", state_directory, strerror(-r));
}

int control_connect(const char *state_directory, struct failure *ret_failure)
{
    struct sockaddr_un address;
    int directory, r = open_address(state_directory, &address, &directory, ret_failure);
    if (r < 0)
        return r;
    int connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = CONNECT_SECONDS};
    if (connection < 0 || setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 ||
        connect(connection, (const struct sockaddr *)&address, sizeof address) < 0)
        r = -errno;
    close(directory);
    if (r == 0)
        return connection;
    if (connection >= 0)
        close(connection);
    if (r == -EAGAIN)
        return fail(ret_failure, -ETIMEDOUT, "%s/control: m13d is too busy to listen", state_directory);
    return fail(ret_failure, r, "%s/control: %s", state_directory, strerror(-r));
}

/* --- packets ---------------------------------------------------------------------------------------------
 */

union control_room {
    struct cmsghdr header; /* for its alignment */
    char bytes[CMSG_SPACE(LIMIT_CONTROL_FILES * sizeof(int))];
};

static void take_files(struct msghdr *message, struct control_packet *packet)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int file;
            memcpy(&file, CMSG_DATA(part) + i * sizeof file, sizeof file);
            if (packet->file_count < LIMIT_CONTROL_FILES)
                packet->files[packet->file_count++] = file;
            else
                close(file);
        }
    }
}

int control_receive(int socket, char *bytes, size_t capacity, struct control_packet *ret_packet)
{
    union control_room room;
    struct iovec part = {bytes, capacity};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room};
    ssize_t length;
    do
        length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    *ret_packet = (struct control_packet){0};
    if (length < 0)
        return -errno;
    ret_packet->length = (size_t)length;
    take_files(&message, ret_packet);
    int r = message.msg_flags & MSG_TRUNC ? -EMSGSIZE : message.msg_flags & MSG_CTRUNC ? -E2BIG : 0;
    for (size_t i = 0; r < 0 && i < ret_packet->file_count; i++)
        close(ret_packet->files[i]);
    if (r < 0)
        ret_packet->file_count = 0;
    return r;
}

int control_send(int socket, char *bytes, size_t length, const int *files, size_t file_count)
{
    union control_room room = {0};
    struct iovec part = {bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (file_count > LIMIT_CONTROL_FILES)
        return -E2BIG;
    if (file_count > 0) {
        message.msg_control = &room;
        message.msg_controllen = CMSG_SPACE(file_count * sizeof *files);
        room.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(file_count * sizeof *files),
            .cmsg_level = SOL_SOCKET,
            .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&room.header), files, file_count * sizeof *files);
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}
