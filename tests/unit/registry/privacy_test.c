/* Contacts: in contacts.db alone, and only as long as they may be. Each claim looks through the bytes of
 * every file that the registry has made. */
#include "fake_decoder.h"
#include "office.h"
#include "process.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/digest.h"
#include "m13/journal.h"
#include "m13/loop.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER "统一社会信用代码,渠道,地址,语言,联系人\n"
/* A good row; then wrong in the channel, the address, the code, the language; and one firm twice. */
#define GOOD_AND_BAD                                                                                         \
    HEADER CHEN ",email,hidden.one@example.cn,zh,王隐一\n" CHEN                                              \
                ",pigeon,hidden.two@example.cn,zh,王隐二\n" SIZH                                             \
                ",email,hidden three at example,zh,王隐三\n"                                              \
                "1234,email,hidden.four@example.cn,zh,王隐四\n" SIZH                                         \
                ",wecom,https://hidden.five.example.cn/key,klingon,王隐五\n" CHEN                            \
                ",email,hidden.six@example.cn,en,王隐六\n"

/* --- looking through everything ---------------------------------------------------------------------------
 */

static const char *word;
static char places[4000];

static int look_into(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status;
    bool named = strstr(path + position->base, word) != NULL;
    bool held = false;
    if (type == FTW_F) {
        size_t length;
        char *bytes = scratch_read(path, &length);
        held = memmem(bytes, length, word, strlen(word)) != NULL;
        free(bytes);
    }
    size_t used = strlen(places);
    if (named || held)
        snprintf(places + used, sizeof places - used, "%s ", path + position->base);
    return 0;
}

/* Names of the files that hold the word, or are named by it. Evidence is compressed: of it `evidence_of`
 * tells. */
static const char *where_is(struct office *office, const char *what)
{
    word = what;
    places[0] = '\0';
    assert_int_equal(nftw(office->bureau->folder, look_into, 16, FTW_PHYS), 0);
    return places;
}

static const char *const hidden[] = {"hidden", "王隐"};

static void assert_only_in(struct office *office, const char *file)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        assert_string_equal(where_is(office, hidden[i]), file);
}

static void assert_no_evidence(struct office *office)
{
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM evidence"), 0);
    assert_string_equal(where_is(office, ".zst"), "");
}

static int64_t contacts_of(struct office *office, const char *uscc)
{
    struct contacts *contacts;
    int64_t count = 0;
    assert_int_equal(contacts_open(office->bureau->folder, CONTACTS_WRITER, &contacts, NULL), 0);
    count = contacts_forget(contacts, uscc, NULL); /* the claim is over, and counts what was there */
    contacts_close(contacts);
    return count;
}

/* --- delivered -------------------------------------------------------------------------------------------
 */

static void good_rows_go_to_their_own_database_and_nowhere_else(void **state)
{
    struct office *office = *state;
    office_put(office, "联系人.csv", GOOD_AND_BAD);
    office_start_and_run(office);
    assert_string_equal(office->last.kind, "contacts");
    assert_string_equal(office->last.problem, "");
    assert_true(office->last.added == 1 && office->last.rejected >= 4);
    assert_only_in(office, "contacts.db ");
    assert_no_evidence(office);
    assert_false(office_has(office, "联系人.csv"));
    assert_int_equal(contacts_of(office, CHEN), 1);
}

static void bad_rows_come_back_without_what_they_held(void **state)
{
    struct office *office = *state;
    office_put(office, "联系人.csv", GOOD_AND_BAD);
    office_start_and_run(office);
    char *receipt = office_read(office, "rejected/联系人.csv.errors.csv");
    assert_non_null(strstr(receipt, "\"3\",\"渠道\""));
    assert_non_null(strstr(receipt, "\"4\",\"地址\""));
    assert_null(strstr(receipt, "hidden"));
    assert_null(strstr(receipt, "pigeon"));
    free(receipt);
}

static void import_contacts(void *context)
{
    struct office *office = context;
    if (store_open(office->bureau->folder, STORE_WRITER, &office->bureau->store, NULL) < 0)
        _exit(2);
    office_move_in(office);
    office_put(office, "a.csv", GOOD_AND_BAD);
    office_put(office, "b.csv", HEADER "王隐,hidden,hidden,hidden,hidden,hidden\n");
    office_put(office, "c.csv", "统一社会信用代码,渠道,地址,手机\n" CHEN ",email,hidden@example.cn,hidden\n");
    office_start_and_run(office);
    registry_forget(office->registry, CHEN, "li", NULL);
    store_commit(office->bureau->store);
    office_move_out(office);
    store_close(office->bureau->store);
}

static void the_log_is_silent_about_them(void **state)
{
    struct office *office = *state;
    static char said[64 * 1024];
    office_move_out(office);
    store_close(office->bureau->store);
    assert_int_equal(process_run_telling(import_contacts, office, said, sizeof said), 0);
    assert_int_equal(store_open(office->bureau->folder, STORE_WRITER, &office->bureau->store, NULL), 0);
    office_move_in(office);
    assert_null(strstr(said, "hidden"));
    assert_null(strstr(said, "王隐"));
}

static void a_refused_file_of_contacts_is_not_kept_either(void **state)
{
    static const char *const tables[] = {
        "统一社会信用代码,渠道,地址,不明的列\n" CHEN ",email,hidden.one@example.cn,王隐\n",
        "统一社会信用代码,渠道,地址,地址\n" CHEN ",email,hidden.one@example.cn,hidden\n", HEADER,
        "统一社会信用代码,企业名称,联系人,联系电话\n" CHEN
        ",晨岚,王隐,hidden\n", /* a roster with more than it should */
    };
    struct office *office = *state;
    registry_start(office->registry);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        office_put(office, "联系人.csv", tables[i]);
        office_run_until_gone(office, "联系人.csv");
        assert_string_not_equal(office->last.problem, "");
        assert_only_in(office, "");
        assert_true(office_has(office, "rejected/联系人.csv.errors.csv"));
    }
    fake_decoder_plan.outcome = DECODER_MALFORMED; /* behind good rows */
    office_put(office, "联系人.csv", GOOD_AND_BAD);
    office_run_until_gone(office, "联系人.csv");
    assert_only_in(office, "");
    assert_no_evidence(office);
}

static void a_workbook_with_contacts_in_it_is_taken_and_not_kept(void **state)
{
    struct office *office = *state;
    office_put(office, "全部.xlsx",
        "[企业]\n统一社会信用代码,企业名称\n" CHEN ",晨岚\n[联系人]\n" HEADER CHEN
        ",email,hidden.one@example.cn,zh,王隐一\n");
    office_start_and_run(office);
    assert_string_equal(office->last.problem, "");
    assert_int_equal(office->last.sheets, 2);
    assert_string_equal(field(office->bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_false(office_has(office, "全部.xlsx"));
    assert_only_in(office, "contacts.db ");
    assert_no_evidence(office);
}

static void others_are_kept_as_evidence_of_what_was_delivered(void **state)
{
    struct office *office = *state;
    const char table[] = "统一社会信用代码,企业名称\n" CHEN ",晨岚\n";
    char hex[DIGEST_HEX_BYTES];
    office_put(office, "名录.csv", table);
    office_start_and_run(office);
    assert_int_equal(store_value(office->bureau->store, 0,
                         "SELECT count(*) FROM evidence e JOIN local_file f USING (sha256) "
                         "WHERE f.state = 'applied' AND e.sha256 = ?",
                         "t", digest_hex_of(table, strlen(table), hex)),
        1);
}

static void a_file_that_is_handed_over_stays_its_senders(void **state)
{
    struct office *office = *state;
    char *elsewhere = scratch_new(), *path = scratch_path(elsewhere, "mine.csv");
    scratch_write(path, GOOD_AND_BAD, strlen(GOOD_AND_BAD));
    registry_import(
        office->registry, open(path, O_RDONLY | O_CLOEXEC), "mine.csv", "li", 0, office_on_done, office);
    office_run(office);
    assert_int_equal(office->last.added, 1);
    assert_int_equal(access(path, F_OK), 0);
    assert_only_in(office, "contacts.db ");
    free(path);
    scratch_remove(elsewhere);
}

/* --- gone ------------------------------------------------------------------------------------------------
 */

static void a_firm_is_forgotten_on_demand(void **state)
{
    struct office *office = *state;
    office_put(office, "联系人.csv", GOOD_AND_BAD);
    office_start_and_run(office);
    assert_int_equal(registry_forget(office->registry, CHEN, "li", NULL), 1);
    store_commit(office->bureau->store);
    assert_only_in(office, "");
    struct query *q = query(office->bureau->store,
        "SELECT actor, subject, body FROM journal WHERE kind = 'forget' ORDER BY seq DESC LIMIT 1");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "li");
    assert_string_equal(query_text(q, 1), CHEN);
    assert_string_equal(query_text(q, 2), "{\"contacts\":1}");
    query_end(q);
    assert_int_equal(registry_forget(office->registry, CHEN, "li", NULL), 0);
    assert_int_equal(journal_verify(office->bureau->store, NULL), 0);
}

static void contacts_are_erased_when_their_day_has_passed(void **state)
{
    struct office *office = *state;
    struct contacts *contacts;
    enum contact_outcome outcome;
    int32_t today = day_in_beijing(clock_wall());
    assert_int_equal(contacts_open(office->bureau->folder, CONTACTS_WRITER, &contacts, NULL), 0);
    assert_int_equal(contacts_begin(contacts, NULL), 0);
    struct contact old = {CHEN, "email", "hidden.old@example.cn", "zh", "王隐"},
                   last = {SIZH, "email", "hidden.last@example.cn", "zh", "王隐"};
    assert_int_equal(contacts_put(contacts, &old, today - 1, &outcome, NULL), 0);
    assert_int_equal(contacts_put(contacts, &last, today, &outcome, NULL), 0);
    assert_int_equal(contacts_keep(contacts, NULL), 0);
    contacts_close(contacts);
    office_start_and_run(office);
    assert_string_equal(where_is(office, "hidden.old"), "");
    assert_string_equal(where_is(office, "hidden.last"), "contacts.db ");
    /* And each night from then on. */
    office->wanted_gone = "files";
    office->give_up_at = clock_wall() + CLOCK_DAY + CLOCK_HOUR;
    office_run(office);
    assert_only_in(office, "");
    assert_int_equal(number(office->bureau, "SELECT sum(body ->> 'contacts') FROM journal "
                                            "WHERE kind = 'forget' AND subject = 'retention'"),
        2);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM journal WHERE kind = 'forget'"), 2);
}

static void without_their_database_the_registry_says_so(void **state)
{
    struct office *office = *state;
    office_move_out(office);
    char *path = scratch_path(office->bureau->folder, "contacts.db");
    scratch_write(path, "no database at all", 18);
    struct loop *loop = loop_new();
    struct registry *registry;
    struct failure failure = {0};
    assert_true(registry_new(loop, office->bureau->store, NULL, &registry, &failure) < 0);
    assert_non_null(strstr(failure.text, "contacts.db"));
    loop_free(loop);
    assert_int_equal(unlink(path), 0);
    free(path);
    office_move_in(office);
}

int main(void)
{
    office_set_clock();
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
    const struct CMUnitTest tests[] = {
        CLAIM(good_rows_go_to_their_own_database_and_nowhere_else),
        CLAIM(bad_rows_come_back_without_what_they_held),
        CLAIM(the_log_is_silent_about_them),
        CLAIM(a_refused_file_of_contacts_is_not_kept_either),
        CLAIM(a_workbook_with_contacts_in_it_is_taken_and_not_kept),
        CLAIM(others_are_kept_as_evidence_of_what_was_delivered),
        CLAIM(a_file_that_is_handed_over_stays_its_senders),
        CLAIM(a_firm_is_forgotten_on_demand),
        CLAIM(contacts_are_erased_when_their_day_has_passed),
        CLAIM(without_their_database_the_registry_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
