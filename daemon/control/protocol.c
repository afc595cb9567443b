/* protocol.c - packets with descriptors over SOCK_SEQPACKET. */
#include "protocol.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for one array of descriptors, aligned as the kernel wants it. */
union ancillary {
    struct cmsghdr alignment;
    char bytes[CMSG_SPACE(sizeof(int) * CONTROL_MOST_FILES)];
};

int control_address(const char *state_directory, struct sockaddr_un *ret_address)
{
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    char *path = path_join(state_directory, "control");
    size_t length = strlen(path);
    if (length < sizeof ret_address->sun_path)
        memcpy(ret_address->sun_path, path, length + 1);
    free(path);
    return length < sizeof ret_address->sun_path ? 0 : -ENAMETOOLONG;
}

int packet_send(int socket, json_t *object, const int *descriptors, size_t count)
{
    union ancillary ancillary = {0};
    char *bytes = json_dumps(object, JSON_COMPACT);
    if (bytes == NULL || count > CONTROL_MOST_FILES) {
        free(bytes);
        return -EINVAL;
    }
    struct iovec part = {.iov_base = bytes, .iov_len = strlen(bytes)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = ancillary.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    int r = sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
    free(bytes);
    return r;
}

static void take_descriptors(struct msghdr *message, int descriptors[CONTROL_MOST_FILES], size_t *ret_count)
{
    *ret_count = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && *ret_count < CONTROL_MOST_FILES; i++)
            memcpy(&descriptors[(*ret_count)++], CMSG_DATA(header) + i * sizeof(int), sizeof(int));
    }
}

int packet_receive(int socket, json_t **ret_object, int descriptors[CONTROL_MOST_FILES], size_t *ret_count)
{
    union ancillary ancillary = {0};
    char *bytes = memory_get(LIMIT_CONTROL_REQUEST_BYTES);
    struct iovec part = {.iov_base = bytes, .iov_len = LIMIT_CONTROL_REQUEST_BYTES};
    struct msghdr message = {.msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary.bytes,
        .msg_controllen = sizeof ancillary.bytes};
    *ret_object = NULL;
    *ret_count = 0;
    ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    int r = length < 0 ? -errno : length == 0 ? 0 : 1;
    if (r == 1) {
        take_descriptors(&message, descriptors, ret_count);
        bool whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
        *ret_object = whole ? json_loadb(bytes, (size_t)length, JSON_REJECT_DUPLICATES, NULL) : NULL;
        if (!json_is_object(*ret_object)) {
            json_decref(*ret_object);
            *ret_object = NULL;
            while (*ret_count > 0)
                close(descriptors[--*ret_count]);
            r = -EBADMSG;
        }
    }
    free(bytes);
    return r;
}
