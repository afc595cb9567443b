/* notify.c - sd_notify(3) without libsystemd: the protocol is one datagram to $NOTIFY_SOCKET. */
#include "house.h"

#include "m13/log.h"
#include "m13/text.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_send(const char *lines)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof address.sun_path)
        return;
    memcpy(address.sun_path, path, strlen(path));
    if (path[0] == '@')
        address.sun_path[0] = '\0'; /* abstract */
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (sendto(descriptor, lines, strlen(lines), MSG_NOSIGNAL, (struct sockaddr *)&address, length) < 0)
        log_debug("service manager: %s", strerror(errno));
    close(descriptor);
}

int64_t notify_watchdog_ms(void)
{
    int64_t microseconds = 0, process = 0;
    const char *text = getenv("WATCHDOG_USEC"), *wanted = getenv("WATCHDOG_PID");
    if (!text || string_to_integer(text, 1, INT64_MAX, &microseconds) < 0)
        return 0;
    if (wanted && (string_to_integer(wanted, 1, INT32_MAX, &process) < 0 || process != getpid()))
        return 0;
    return microseconds / 2000; /* at half of the time, as sd_watchdog_enabled(3) asks */
}
