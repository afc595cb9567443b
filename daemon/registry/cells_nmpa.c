/* cells_nmpa.c - numbers of China's register of devices.
 *
 * Registration since 2014-10-01 (医疗器械注册管理办法, article 76; 2021: article 116): 国 or a province,
 * 械注, 准 (domestic), 进 (imported) or 许 (Hong Kong, Macao, Taiwan), year, class, 2 digits of category,
 * serial. Records of class I: the office in one to three characters, 械备, year, serial, 号. Before: office,
 * 食 where the office had food too, 药监械(准)字, year, 第, class, category, serial, 号. */
#include "cell_parts.h"

#include <errno.h>
#include <string.h>

#define HAN_BYTES 3 /* of a character of the main block in UTF-8 */

/* A position in the folded cell, its 号 left out; `good` turns false at the first thing that does not fit. */
struct scan {
    const char *at;
    bool good;
};

static void expect_word(struct scan *scan, const char *word)
{
    scan->good = scan->good && string_starts(scan->at, word);
    if (scan->good)
        scan->at += strlen(word);
}

/* One character out of `set`. */
static void expect_one_of(struct scan *scan, const char *set)
{
    for (const char *one = set; scan->good && *one != '\0'; one += HAN_BYTES)
        if (strncmp(scan->at, one, HAN_BYTES) == 0) {
            scan->at += HAN_BYTES;
            return;
        }
    scan->good = false;
}

static void expect_digits(struct scan *scan, size_t least, size_t most)
{
    size_t digits = scan->good ? strspn(scan->at, "0123456789") : 0;
    scan->good = scan->good && digits >= least && digits <= most;
    if (scan->good)
        scan->at += digits;
}

static void expect_end(struct scan *scan)
{
    scan->good = scan->good && *scan->at == '\0';
}

static bool is_class(char digit)
{
    return digit >= '1' && digit <= '3';
}

/* Length of one to three Chinese characters before `word`; 0 = not so. The shortest that fits: in 国食药监械
 * the office is 国. */
static size_t office_before(const char *string, const char *word)
{
    const char *cursor = string, *end = string + strlen(string);
    for (int i = 0; i < 3; i++) {
        uint32_t character = utf8_next(&cursor, end);
        if (character < 0x4e00 || character > 0x9fa5)
            return 0;
        if (string_starts(cursor, word))
            return (size_t)(cursor - string);
    }
    return 0;
}

static const char kinds[] = "准进许";

static bool is_registration(const char *number)
{
    struct scan scan = {number, true};
    expect_one_of(&scan, "国京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏");
    expect_word(&scan, "械注");
    expect_one_of(&scan, kinds);
    const char *digits = scan.at;
    expect_digits(&scan, 11, 12);
    expect_end(&scan);
    return scan.good && string_starts(digits, "20") && is_class(digits[4]);
}

static bool is_record(const char *number)
{
    struct scan scan = {number + office_before(number, "械备"), true};
    scan.good = scan.at > number;
    expect_word(&scan, "械备");
    const char *digits = scan.at;
    expect_digits(&scan, 8, 9);
    expect_end(&scan);
    return scan.good && string_starts(digits, "20");
}

static bool is_old_registration(const char *number)
{
    size_t office = office_before(number, "食药监械(");
    if (office == 0)
        office = office_before(number, "药监械(");
    struct scan scan = {number + office, office > 0};
    if (string_starts(scan.at, "食"))
        expect_word(&scan, "食");
    expect_word(&scan, "药监械(");
    expect_one_of(&scan, kinds);
    expect_word(&scan, ")字");
    expect_digits(&scan, 4, 4);
    expect_word(&scan, "第");
    const char *digits = scan.at;
    expect_digits(&scan, 7, 7);
    expect_end(&scan);
    return scan.good && is_class(digits[0]);
}

int local_cell_nmpa_number(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code number;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &number);
    /* 号 ends all but the newer registrations; people leave it out, or put it there too. */
    if (string_ends(number.bytes, "号"))
        number.bytes[number.length - strlen("号")] = '\0';
    bool registration = fits && is_registration(number.bytes);
    if (!registration && !(fits && (is_record(number.bytes) || is_old_registration(number.bytes))))
        return fail(ret_why, -EINVAL, "%s 不是医疗器械注册证编号或备案号", local_cell_quoted(cell));
    text_append_string(out, number.bytes);
    text_append_string(out, registration ? "" : "号");
    return 0;
}
