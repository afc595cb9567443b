/* Contacts that are erased: not one byte of them is left in any file. */
#include "m13/contacts.h"

#include "process.h"
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"

struct desk {
    char *folder;
    struct contacts *contacts;
};

static int set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct failure failure = {0};
    desk->folder = scratch_new();
    if (contacts_open(desk->folder, CONTACTS_WRITER, &desk->contacts, &failure) < 0)
        fail_msg("%s", failure.text);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    contacts_close(desk->contacts);
    scratch_remove(desk->folder);
    free(desk);
    return 0;
}

static void begin(struct desk *desk)
{
    assert_int_equal(contacts_begin(desk->contacts, NULL), 0);
}

static void put(struct desk *desk, const char *uscc, const char *channel, const char *address, int32_t until)
{
    struct failure failure = {0};
    enum contact_outcome outcome;
    struct contact contact = {uscc, channel, address, "zh", "Zhang Sandanfeng"};
    if (contacts_put(desk->contacts, &contact, until, &outcome, &failure) < 0)
        fail_msg("%s", failure.text);
}

static void keep(struct desk *desk)
{
    struct failure failure = {0};
    if (contacts_keep(desk->contacts, &failure) < 0)
        fail_msg("%s", failure.text);
}

static bool holds(const char *path, const char *word)
{
    size_t length;
    char *bytes = scratch_read(path, &length);
    bool found = memmem(bytes, length, word, strlen(word)) != NULL;
    free(bytes);
    return found;
}

/* Some file of the folder has the word in its bytes. */
static bool is_somewhere(struct desk *desk, const char *word)
{
    bool found = false;
    DIR *folder = opendir(desk->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char *path = scratch_path(desk->folder, "%s", entry->d_name);
        struct stat status;
        if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
            found |= holds(path, word);
        free(path);
    }
    closedir(folder);
    return found;
}

static void count_one(int *count, const char *name)
{
    if (name[0] != '.')
        ++*count;
}

static int files_in(struct desk *desk)
{
    int count = 0;
    DIR *folder = opendir(desk->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count_one(&count, entry->d_name);
    closedir(folder);
    return count;
}

/* --- forgetting ------------------------------------------------------------------------------------------
 */

static void a_forgotten_firm_leaves_no_byte(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, CHEN, "email", "hidden.person@example.cn", 30000);
    put(desk, CHEN, "wecom", "robot-key-4711", 30000);
    put(desk, SIZH, "email", "other@example.cn", 30000);
    keep(desk);
    assert_true(is_somewhere(desk, "hidden.person") && is_somewhere(desk, "robot-key"));
    assert_int_equal(contacts_forget(desk->contacts, CHEN, NULL), 2);
    assert_false(is_somewhere(desk, "hidden.person") || is_somewhere(desk, "robot-key"));
    assert_true(is_somewhere(desk, "other@example.cn"));
    assert_int_equal(contacts_forget(desk->contacts, CHEN, NULL), 0);
    assert_int_equal(files_in(desk), 1);
}

static void what_a_contact_was_before_is_forgotten_too(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, CHEN, "email", "first.address@example.cn", 30000);
    keep(desk);
    begin(desk);
    put(desk, CHEN, "email", "second@example.cn", 30000);
    keep(desk);
    assert_false(is_somewhere(desk, "first.address"));
    enum contact_outcome outcome;
    begin(desk);
    assert_int_equal(contacts_remove(desk->contacts, CHEN, "email", &outcome, NULL), 0);
    keep(desk);
    assert_false(is_somewhere(desk, "second@example.cn"));
}

static void what_an_open_import_has_put_is_forgotten_too(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, CHEN, "email", "just.put@example.cn", 30000);
    assert_false(is_somewhere(desk, "just.put"));
    assert_int_equal(contacts_forget(desk->contacts, CHEN, NULL), 0);
    keep(desk);
    assert_false(is_somewhere(desk, "just.put"));
}

/* Rows in an order in which pages split all the time leave copies between the cells of pages: the reason why
 * the file is written anew. */
static void pages_that_were_split_hold_nothing_back(void **state)
{
    struct desk *desk = *state;
    for (int round = 0; round < 6; round++) {
        begin(desk);
        for (int i = 0; i < 200; i++) {
            char uscc[40], address[200];
            int n = (i * 7919 + round * 104729) % 1200;
            snprintf(uscc, sizeof uscc, "FIRM%05d%s", n, n % 3 == 0 ? "X" : "");
            snprintf(address, sizeof address, "%s%0*d@example.cn", n % 3 == 0 ? "secret-" : "open-",
                20 + n % 90, n);
            put(desk, uscc, "email", address, n % 3 == 0 ? 100 : 30000);
        }
        keep(desk);
    }
    assert_true(is_somewhere(desk, "secret-"));
    assert_true(contacts_expire(desk->contacts, 101, NULL) > 100);
    assert_false(is_somewhere(desk, "secret-"));
    assert_true(is_somewhere(desk, "open-"));
}

/* --- retention -------------------------------------------------------------------------------------------
 */

static void a_contact_is_erased_on_the_day_after_its_last(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, CHEN, "email", "until.hundred@example.cn", 100);
    put(desk, SIZH, "email", "until.later@example.cn", 101);
    keep(desk);
    assert_int_equal(contacts_expire(desk->contacts, 100, NULL), 0);
    assert_true(is_somewhere(desk, "until.hundred"));
    assert_int_equal(contacts_expire(desk->contacts, 101, NULL), 1);
    assert_false(is_somewhere(desk, "until.hundred"));
    assert_true(is_somewhere(desk, "until.later"));
}

static void who_is_named_again_is_kept_longer(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, CHEN, "email", "still.there@example.cn", 100);
    keep(desk);
    begin(desk);
    put(desk, CHEN, "email", "still.there@example.cn", 200);
    keep(desk);
    assert_int_equal(contacts_expire(desk->contacts, 150, NULL), 0);
    assert_int_equal(contacts_expire(desk->contacts, 201, NULL), 1);
}

/* --- faults ----------------------------------------------------------------------------------------------
 */

static void hold_the_file(struct process *parent, void *context)
{
    struct contacts *contacts;
    if (contacts_open(context, CONTACTS_WRITER, &contacts, NULL) < 0)
        _exit(2);
    struct desk desk = {context, contacts};
    begin(&desk);
    put(&desk, CHEN, "email", "killed.before@example.cn", 30000);
    process_meet(parent);
    process_meet(parent); /* never comes back */
    _exit(3);
}

static void a_kill_in_mid_import_leaves_nothing(void **state)
{
    struct desk *desk = *state;
    struct process other = process_start(hold_the_file, desk->folder);
    assert_true(process_meet(&other));
    process_kill(&other);
    assert_false(is_somewhere(desk, "killed.before"));
    assert_int_equal(files_in(desk), 1);
}

static void a_file_that_cannot_be_written_is_said_and_tried_again(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, CHEN, "email", "not.yet.gone@example.cn", 30000);
    keep(desk);
    struct contacts *reader;
    struct failure failure = {0};
    assert_int_equal(contacts_open(desk->folder, CONTACTS_READER, &reader, NULL), 0);
    assert_true(contacts_forget(reader, CHEN, &failure) < 0);
    assert_non_null(strstr(failure.text, CHEN));
    assert_null(strstr(failure.text, "not.yet.gone"));
    contacts_close(reader);
    assert_int_equal(contacts_forget(desk->contacts, CHEN, &failure), 1);
    assert_false(is_somewhere(desk, "not.yet.gone"));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(a_forgotten_firm_leaves_no_byte),
        CLAIM(what_a_contact_was_before_is_forgotten_too),
        CLAIM(what_an_open_import_has_put_is_forgotten_too),
        CLAIM(pages_that_were_split_hold_nothing_back),
        CLAIM(a_contact_is_erased_on_the_day_after_its_last),
        CLAIM(who_is_named_again_is_kept_longer),
        CLAIM(a_kill_in_mid_import_leaves_nothing),
        CLAIM(a_file_that_cannot_be_written_is_said_and_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
