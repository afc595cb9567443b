#include "apart.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void name_journal(int descriptor)
{
    struct stat status;
    char stream[64];
    fstat(descriptor, &status);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)status.st_dev,
        (unsigned long long)status.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
}

void run_apart(void (*run)(void), int to_journal, struct apart *ret_apart)
{
    int heard = memfd_create("stderr", MFD_CLOEXEC), status;
    assert_true(heard >= 0);
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        dup2(heard, STDERR_FILENO);
        if (to_journal)
            name_journal(STDERR_FILENO);
        else
            unsetenv("JOURNAL_STREAM");
        run();
        _exit(0);
    }
    while (waitpid(process, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    ret_apart->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ssize_t length = pread(heard, ret_apart->said, sizeof ret_apart->said - 1, 0);
    assert_true(length >= 0);
    ret_apart->length = (size_t)length;
    ret_apart->said[length] = '\0';
    close(heard);
}
