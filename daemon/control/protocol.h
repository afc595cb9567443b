/* protocol.h - one packet of the control socket: a JSON object, with descriptors beside it (private to the
 * room). */
#ifndef M13_CONTROL_PROTOCOL_H
#define M13_CONTROL_PROTOCOL_H

#include <jansson.h>
#include <stddef.h>
#include <sys/un.h>

/* Files of one request: m13ctl import takes as many names on its command line. */
#define CONTROL_MOST_FILES 64

/* state/control as a socket address; -ENAMETOOLONG when the folder's path is too long for one. */
int control_address(const char *state_directory, struct sockaddr_un *ret_address);

/* Sends `object` (borrowed) as one packet. 0 or a negative errno. */
int packet_send(int socket, json_t *object, const int *descriptors, size_t count);
/* Receives one packet: 1 = *ret_object (new) and *ret_count descriptors in `descriptors` (close-on-exec, the
 * caller's); 0 = the peer has closed; -EBADMSG = no JSON object, cut, or too many descriptors (all are
 * closed); -EAGAIN; or another negative errno. */
int packet_receive(int socket, json_t **ret_object, int descriptors[CONTROL_MOST_FILES], size_t *ret_count);

#endif
