/* wire.h - what both ends of the control socket have in common: the address, packets, descriptors. */
#ifndef CONTROL_WIRE_H
#define CONTROL_WIRE_H

#include "m13/failure.h"
#include "m13/limits.h"

#include <jansson.h>
#include <stddef.h>

/* A connected or a listening socket at `state_directory`/control, CLOEXEC; or a negative errno. However long
 * the directory's name is: sockets' own names end at 108 bytes. */
int control_connect(const char *state_directory, struct failure *ret_failure);
int control_listen(const char *state_directory, struct failure *ret_failure); /* non-blocking, mode 0660 */

struct control_packet {
    size_t length;
    int files[LIMIT_CONTROL_FILES];
    size_t file_count;
};
/* One packet with its descriptors, which are CLOEXEC. 0 and length 0 = the peer has gone. -EMSGSIZE: more
 * bytes than `capacity`, -E2BIG: more descriptors than are taken; what came is closed then. */
int control_receive(int socket, char *bytes, size_t capacity, struct control_packet *ret_packet);
/* 0 or a negative errno, -EAGAIN among them. Leaves the bytes as they are. */
int control_send(int socket, char *bytes, size_t length, const int *files, size_t file_count);

#endif
