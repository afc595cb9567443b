/* Contacts: whose the file is, what an import changes in it, and who sees what when. */
#include "m13/contacts.h"

#include "m13/date.h"

#include "process.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
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

static struct contacts *open_contacts(const char *folder, enum contacts_mode mode)
{
    struct contacts *contacts = NULL;
    struct failure failure = {0};
    if (contacts_open(folder, mode, &contacts, &failure) < 0)
        fail_msg("%s", failure.text);
    return contacts;
}

static int set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    desk->folder = scratch_new();
    desk->contacts = open_contacts(desk->folder, CONTACTS_WRITER);
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
    struct failure failure = {0};
    if (contacts_begin(desk->contacts, &failure) < 0)
        fail_msg("%s", failure.text);
}

static enum contact_outcome put(struct desk *desk, struct contact contact)
{
    struct failure failure = {0};
    enum contact_outcome outcome;
    if (contacts_put(desk->contacts, &contact, 20000, &outcome, &failure) < 0)
        fail_msg("%s", failure.text);
    return outcome;
}

static enum contact_outcome take_out(struct desk *desk, const char *uscc, const char *channel)
{
    struct failure failure = {0};
    enum contact_outcome outcome;
    if (contacts_remove(desk->contacts, uscc, channel, &outcome, &failure) < 0)
        fail_msg("%s", failure.text);
    return outcome;
}

static void keep(struct desk *desk)
{
    struct failure failure = {0};
    if (contacts_keep(desk->contacts, &failure) < 0)
        fail_msg("%s", failure.text);
}

struct listing {
    char text[1000];
    int most;
};

static bool list(const struct contact *contact, void *context)
{
    struct listing *listing = context;
    size_t used = strlen(listing->text);
    snprintf(listing->text + used, sizeof listing->text - used, "%s %s %s %s %s; ", contact->uscc,
        contact->channel, contact->address, contact->language, contact->name);
    return --listing->most > 0;
}

static const char *known_to(struct contacts *contacts, const char *uscc, int most)
{
    static struct listing listing;
    listing = (struct listing){.most = most};
    contacts_each(contacts, uscc, list, &listing);
    return listing.text;
}

static const char *known(struct desk *desk, const char *uscc)
{
    return known_to(desk->contacts, uscc, 100);
}

static mode_t mode_of(const char *folder, const char *name)
{
    char *path = scratch_path(folder, "%s", name);
    struct stat status;
    mode_t mode = lstat(path, &status) == 0 ? status.st_mode & 07777 : 0;
    free(path);
    return mode;
}

/* --- the file --------------------------------------------------------------------------------------------
 */

static void only_its_owner_can_read_it_whatever_the_umask(void **state)
{
    (void)state;
    static const mode_t masks[] = {0, 0777, 0077};
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        char *folder = scratch_new();
        mode_t before = umask(masks[i]);
        contacts_close(open_contacts(folder, CONTACTS_WRITER));
        umask(before);
        assert_int_equal(mode_of(folder, "contacts.db"), 0600);
        scratch_remove(folder);
    }
}

static void reopen(void *context)
{
    struct failure failure = {0};
    struct contacts *contacts;
    if (contacts_open(context, CONTACTS_WRITER, &contacts, &failure) < 0)
        _exit(1);
    contacts_close(contacts);
}

static void permissions_that_are_too_wide_are_narrowed_and_logged(void **state)
{
    struct desk *desk = *state;
    char *path = scratch_path(desk->folder, "contacts.db"), said[2000];
    assert_int_equal(process_run_telling(reopen, desk->folder, said, sizeof said), 0);
    assert_string_equal(said, "");
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(process_run_telling(reopen, desk->folder, said, sizeof said), 0);
    assert_non_null(strstr(said, "0644"));
    assert_int_equal(mode_of(desk->folder, "contacts.db"), 0600);
    free(path);
}

static void a_reader_makes_no_file(void **state)
{
    (void)state;
    char *folder = scratch_new();
    struct contacts *contacts;
    struct failure failure = {0};
    assert_int_equal(contacts_open(folder, CONTACTS_READER, &contacts, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "contacts.db"));
    assert_int_equal(mode_of(folder, "contacts.db"), 0);
    scratch_remove(folder);
}

static void a_link_in_its_place_is_refused(void **state)
{
    struct desk *desk = *state;
    char *elsewhere = scratch_new(), *target = scratch_path(desk->folder, "contacts.db"),
         *link = scratch_path(elsewhere, "contacts.db");
    struct contacts *contacts;
    struct failure failure;
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(contacts_open(elsewhere, CONTACTS_WRITER, &contacts, &failure), -EPROTO);
    assert_int_equal(contacts_open(elsewhere, CONTACTS_READER, &contacts, &failure), -EPROTO);
    free(link);
    free(target);
    scratch_remove(elsewhere);
}

static void run_sql(const char *folder, const char *sql)
{
    char *path = scratch_path(folder, "contacts.db");
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    free(path);
}

static void another_programs_file_or_a_newer_one_is_refused(void **state)
{
    static const char *const changes[] = {
        "PRAGMA user_version = 2", "PRAGMA user_version = 1; PRAGMA application_id = 7"};
    struct desk *desk = *state;
    struct contacts *contacts;
    struct failure failure;
    contacts_close(desk->contacts);
    desk->contacts = NULL;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        run_sql(desk->folder, changes[i]);
        assert_int_equal(contacts_open(desk->folder, CONTACTS_WRITER, &contacts, &failure), -EPROTO);
        assert_int_equal(contacts_open(desk->folder, CONTACTS_READER, &contacts, &failure), -EPROTO);
    }
}

static void what_is_no_database_is_refused_and_stays(void **state)
{
    (void)state;
    static const char text[] =
        "this was never a database, and it is long enough to be read as a header of one, "
        "which it is not: 0123456789";
    char *folder = scratch_new(), *path = scratch_path(folder, "contacts.db");
    struct contacts *contacts;
    struct failure failure;
    scratch_write(path, text, strlen(text));
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(contacts_open(folder, CONTACTS_WRITER, &contacts, &failure), -EPROTO);
    char *after = scratch_read(path, NULL);
    assert_string_equal(after, text);
    free(after);
    free(path);
    scratch_remove(folder);
}

static void an_empty_file_is_begun_by_a_writer_alone(void **state)
{
    (void)state;
    char *folder = scratch_new(), *path = scratch_path(folder, "contacts.db");
    struct contacts *contacts;
    struct failure failure;
    scratch_write(path, "", 0);
    assert_int_equal(contacts_open(folder, CONTACTS_READER, &contacts, &failure), -ENOENT);
    contacts_close(open_contacts(folder, CONTACTS_WRITER));
    contacts_close(open_contacts(folder, CONTACTS_READER));
    assert_int_equal(mode_of(folder, "contacts.db"), 0600);
    free(path);
    scratch_remove(folder);
}

/* --- one import ------------------------------------------------------------------------------------------
 */

static void what_is_put_is_there_when_it_is_kept(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    struct contact wang = {CHEN, "email", "wang@example.cn", "both", "王"};
    assert_int_equal(put(desk, wang), CONTACT_ADDED);
    struct contact robot = {CHEN, "dingtalk", "https://robot.example/1", "", ""};
    assert_int_equal(put(desk, robot), CONTACT_ADDED);
    assert_string_equal(known(desk, CHEN), "");
    keep(desk);
    assert_string_equal(known(desk, CHEN),
        CHEN " dingtalk https://robot.example/1  ; " CHEN " email wang@example.cn both 王; ");
    assert_string_equal(known(desk, SIZH), "");
}

static void who_has_heard_enough_hears_no_more(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, (struct contact){CHEN, "email", "a@example.cn", "zh", ""});
    put(desk, (struct contact){CHEN, "wecom", "b", "zh", ""});
    keep(desk);
    assert_string_equal(known_to(desk->contacts, CHEN, 1), CHEN " email a@example.cn zh ; ");
}

static void what_is_dropped_was_never_there(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, (struct contact){CHEN, "email", "a@example.cn", "", ""});
    contacts_drop(desk->contacts);
    assert_string_equal(known(desk, CHEN), "");
    begin(desk);
    put(desk, (struct contact){SIZH, "email", "b@example.cn", "", ""});
    begin(desk); /* another import: the first one ended without a word */
    keep(desk);
    assert_string_equal(known(desk, SIZH), "");
    struct failure failure;
    assert_int_equal(contacts_keep(desk->contacts, &failure), -EINVAL);
    contacts_drop(desk->contacts);
    enum contact_outcome outcome;
    struct contact late = {CHEN, "email", "c@example.cn", "", ""};
    assert_int_equal(contacts_put(desk->contacts, &late, 20000, &outcome, &failure), -EINVAL);
    assert_int_equal(contacts_remove(desk->contacts, CHEN, "email", &outcome, &failure), -EINVAL);
}

static void a_blank_field_stays_and_a_cleared_one_goes(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, (struct contact){CHEN, "email", "old@example.cn", "en", "Li"});
    keep(desk);
    begin(desk);
    assert_int_equal(put(desk, (struct contact){CHEN, "email", "new@example.cn", NULL, ""}), CONTACT_CHANGED);
    assert_int_equal(
        put(desk, (struct contact){CHEN, "email", "new@example.cn", "en", NULL}), CONTACT_UNCHANGED);
    keep(desk);
    assert_string_equal(known(desk, CHEN), CHEN " email new@example.cn en ; ");
    begin(desk);
    assert_int_equal(put(desk, (struct contact){CHEN, "email", NULL, "both", NULL}), CONTACT_CHANGED);
    keep(desk);
    assert_string_equal(known(desk, CHEN), CHEN " email new@example.cn both ; ");
}

static void there_is_no_contact_without_an_address(void **state)
{
    struct desk *desk = *state;
    struct failure failure;
    enum contact_outcome outcome;
    begin(desk);
    struct contact contact = {CHEN, "email", NULL, "zh", "Li"};
    assert_int_equal(contacts_put(desk->contacts, &contact, 20000, &outcome, &failure), -ENODATA);
    assert_null(strstr(failure.text, "Li"));
    contact.address = "a@example.cn";
    assert_int_equal(contacts_put(desk->contacts, &contact, 20000, &outcome, &failure), 0);
    contact.address = "";
    assert_int_equal(contacts_put(desk->contacts, &contact, 20000, &outcome, &failure), -ENODATA);
    keep(desk);
    assert_string_equal(known(desk, CHEN), CHEN " email a@example.cn zh Li; ");
}

static void a_contact_is_withdrawn(void **state)
{
    struct desk *desk = *state;
    begin(desk);
    put(desk, (struct contact){CHEN, "email", "a@example.cn", "", ""});
    put(desk, (struct contact){CHEN, "feishu", "f", "", ""});
    keep(desk);
    begin(desk);
    assert_int_equal(take_out(desk, CHEN, "email"), CONTACT_CHANGED);
    assert_int_equal(take_out(desk, CHEN, "email"), CONTACT_UNCHANGED);
    assert_int_equal(take_out(desk, SIZH, "email"), CONTACT_UNCHANGED);
    assert_int_equal(take_out(desk, CHEN, "feishu"), CONTACT_CHANGED);
    assert_int_equal(put(desk, (struct contact){CHEN, "feishu", "g", "", ""}), CONTACT_ADDED);
    keep(desk);
    assert_string_equal(known(desk, CHEN), CHEN " feishu g  ; ");
}

static void a_reader_sees_what_was_kept_and_nothing_else(void **state)
{
    struct desk *desk = *state;
    struct contacts *reader = open_contacts(desk->folder, CONTACTS_READER);
    begin(desk);
    put(desk, (struct contact){CHEN, "email", "a@example.cn", "", ""});
    assert_string_equal(known_to(reader, CHEN, 9), "");
    keep(desk);
    assert_string_equal(known_to(reader, CHEN, 9), CHEN " email a@example.cn  ; ");
    contacts_close(reader);
}

static void a_delivery_out_of_all_measure_fails_cleanly(void **state)
{
    struct desk *desk = *state;
    struct failure failure;
    enum contact_outcome outcome;
    static char address[256 * 1024];
    memset(address, 'x', sizeof address - 1);
    begin(desk);
    int r = 0;
    for (int i = 0; r == 0 && i < 400; i++) {
        char uscc[30];
        snprintf(uscc, sizeof uscc, "FIRM%d", i);
        struct contact contact = {uscc, "email", address, "", ""};
        r = contacts_put(desk->contacts, &contact, 20000, &outcome, &failure);
    }
    assert_int_equal(r, -ENOSPC);
    assert_null(strstr(failure.text, "xxx"));
    contacts_drop(desk->contacts);
    begin(desk);
    put(desk, (struct contact){CHEN, "email", "a@example.cn", "", ""});
    keep(desk);
}

static void contacts_are_kept_for_two_years(void **state)
{
    (void)state;
    assert_int_equal(contacts_retain_until(day_from_civil(2026, 11, 22)), day_from_civil(2028, 11, 22));
    assert_int_equal(contacts_retain_until(day_from_civil(2028, 2, 29)), day_from_civil(2030, 2, 28));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(only_its_owner_can_read_it_whatever_the_umask),
        CLAIM(permissions_that_are_too_wide_are_narrowed_and_logged),
        CLAIM(a_reader_makes_no_file),
        CLAIM(a_link_in_its_place_is_refused),
        CLAIM(another_programs_file_or_a_newer_one_is_refused),
        CLAIM(what_is_no_database_is_refused_and_stays),
        CLAIM(an_empty_file_is_begun_by_a_writer_alone),
        CLAIM(what_is_put_is_there_when_it_is_kept),
        CLAIM(who_has_heard_enough_hears_no_more),
        CLAIM(what_is_dropped_was_never_there),
        CLAIM(a_blank_field_stays_and_a_cleared_one_goes),
        CLAIM(there_is_no_contact_without_an_address),
        CLAIM(a_contact_is_withdrawn),
        CLAIM(a_reader_sees_what_was_kept_and_nothing_else),
        CLAIM(a_delivery_out_of_all_measure_fails_cleanly),
        CLAIM(contacts_are_kept_for_two_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
