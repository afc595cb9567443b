/* What a decoder that has been taken over can still do: compute. Each attempt is made in a process of its
 * own. */
#include "sandbox.h"

#include "m13/decoder.h"
#include "m13/text.h"

#include "process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define KILLED (PROCESS_SIGNAL + SIGSYS)
enum { DENIED = 0, POSSIBLE = 1, NO_SANDBOX = 2 };

static int connected[2]; /* a socket that is open before the cage closes */

static void enter(void)
{
    struct failure failure;
    if (sandbox_enter(&failure) < 0)
        _exit(NO_SANDBOX);
}

static void deny(long result)
{
    _exit(result == -1 && errno == EPERM ? DENIED : POSSIBLE);
}

static void open_file(void *context)
{
    (void)context;
    enter();
    deny(open("/etc/passwd", O_RDONLY));
}
static void open_beside_a_descriptor(void *context)
{
    (void)context;
    int folder = open("/etc", O_RDONLY | O_DIRECTORY);
    enter();
    deny(openat(folder, "passwd", O_RDONLY));
}
static void write_file(void *context)
{
    (void)context;
    enter();
    deny(open("/tmp/m13-sandbox-test", O_WRONLY | O_CREAT, 0600));
}
static void look_at_file(void *context)
{
    (void)context;
    struct stat status;
    enter();
    deny(stat("/etc/passwd", &status));
}
static void remove_file(void *context)
{
    (void)context;
    enter();
    deny(unlink("/tmp/m13-sandbox-test"));
}
static void connect_an_open_socket(void *context)
{
    (void)context;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    enter();
    deny(connect(descriptor, (struct sockaddr *)&address, sizeof address));
}
static void start_a_process(void *context)
{
    (void)context;
    enter();
    deny(fork());
}
static void signal_another(void *context)
{
    (void)context;
    pid_t parent = getppid();
    enter();
    deny(kill(parent, 0));
}
static void have_executable_memory(void *context)
{
    (void)context;
    enter();
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    deny(memory == MAP_FAILED ? -1 : 0);
}
static void make_memory_executable(void *context)
{
    (void)context;
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    enter();
    deny(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}
static void replace_the_filter(void *context)
{
    (void)context;
    enter();
    deny(syscall(SYS_seccomp, 0, 0, NULL));
}

static void become_a_shell(void *context)
{
    (void)context;
    enter();
    execl("/bin/sh", "sh", "-c", "exit 1", (char *)NULL);
}
static void make_a_socket(void *context)
{
    (void)context;
    enter();
    deny(socket(AF_INET, SOCK_STREAM, 0));
}
static void trace(void *context)
{
    (void)context;
    enter();
    deny(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static void do_a_decoders_work(void *context)
{
    (void)context;
    int payload = memfd_create("payload", MFD_CLOEXEC);
    char byte = 'x';
    if (write(payload, &byte, 1) != 1)
        _exit(POSSIBLE);
    enter();
    /* Read, seek, write, have memory and give it back. */
    bool good = lseek(payload, 0, SEEK_SET) == 0 && read(payload, &byte, 1) == 1 && byte == 'x';
    char *memory = malloc(64 << 20);
    good = good && memory != NULL && write(connected[0], "y", 1) == 1;
    memset(memory, 1, 64 << 20);
    free(memory);
    close(payload);
    _exit(good ? DENIED : POSSIBLE);
}

static int need_sandbox(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, connected);
}

static void what_a_decoder_needs_is_possible(void **state)
{
    (void)state;
    assert_int_equal(process_run(do_a_decoders_work, NULL), DENIED);
}

static void files_processes_and_code_are_denied(void **state)
{
    (void)state;
    static void (*const attempts[])(void *) = {open_file, open_beside_a_descriptor, write_file, look_at_file,
        remove_file, connect_an_open_socket, start_a_process, signal_another, have_executable_memory,
        make_memory_executable, replace_the_filter};
    if (sandbox_is_off)
        skip();
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
        assert_int_equal(process_run(attempts[i], NULL), DENIED);
}

static void exec_socket_and_ptrace_kill(void **state)
{
    (void)state;
    static void (*const attempts[])(void *) = {become_a_shell, make_a_socket, trace};
    if (sandbox_is_off)
        skip();
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
        assert_int_equal(process_run(attempts[i], NULL), KILLED);
}

static void status_says_what_there_is(void **state)
{
    (void)state;
    const char *kind = decoder_sandbox_kind();
    if (sandbox_is_off)
        assert_string_equal(kind, "off (not a release build)");
    else
        assert_true(string_starts(kind, "seccomp"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_decoder_needs_is_possible),
        cmocka_unit_test(files_processes_and_code_are_denied),
        cmocka_unit_test(exec_socket_and_ptrace_kill),
        cmocka_unit_test(status_says_what_there_is),
    };
    return cmocka_run_group_tests(tests, need_sandbox, NULL);
}
