#include "table_sniff.h"

#include "m13/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 * 1024)
/* A damaged file may have some NUL bytes: they cost their rows. Of which a good part is NUL is no text. */
#define NUL_SHARE 16

#define ENCRYPTED "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"

/* Told by the first bytes. `problem` NULL = readable. */
static const struct {
    const char *magic;
    size_t length;
    enum table_form form;
    const char *problem;
} magics[] = {
    {"PK\x03\x04", 4, TABLE_XLSX, NULL},
    {"\xff\xfe", 2, TABLE_UTF16, NULL},
    {"\xfe\xff", 2, TABLE_UTF16, NULL},
    {"%PDF-", 5, TABLE_UTF8,
        "这是 PDF 文件，不是表格；请报送 .xlsx 或 CSV 文件，PDF 附件请放入 files 文件夹"},
    {"PK\x05\x06", 4, TABLE_XLSX, "这是空的压缩包，不是 Excel 工作簿"},
    {"Rar!", 4, TABLE_UTF8, "这是 RAR 压缩包；请解压后报送其中的 .xlsx 或 CSV 文件"},
    {"7z\xbc\xaf", 4, TABLE_UTF8, "这是 7z 压缩包；请解压后报送其中的 .xlsx 或 CSV 文件"},
};
static const char compound_magic[] = {'\xd0', '\xcf', '\x11', '\xe0'};

struct sniffing {
    bool begun, has_mark;
    bool compound;        /* an OLE file: Excel's old format, or its envelope of what has a password */
    bool encrypted;       /* the envelope */
    enum table_form form; /* by its magic; TABLE_UTF8 = text */
    /* Characters of three bytes and more, as Chinese ones are in UTF-8; bytes that cannot be UTF-8. */
    size_t good, bad;
    bool wide;                 /* the sequence which has begun is such a character */
    int needed;                /* bytes that it still needs ... */
    unsigned char least, most; /* ... and what the next one may be */
    char tail[sizeof ENCRYPTED];
    size_t tail_length;
};

/* Web pages and Excel's XML of 2003 are often called .xls. */
static bool is_markup(const char *bytes, size_t length)
{
    const char *at = bytes, *end = bytes + length;
    if (length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while (at < end && (unsigned char)*at <= ' ')
        at++;
    return end - at >= 2 && *at == '<' && strchr("!?hHtTmMsSbB", at[1]) != NULL;
}

static bool is_binary(const char *bytes, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == '\0';
    return count > 4 && count > length / NUL_SHARE;
}

static int check_text(const char *bytes, size_t length, struct failure *ret_failure)
{
    if (is_markup(bytes, length))
        return fail(ret_failure, -EBADMSG,
            "这是网页或 XML 文件（常见于系统导出、后缀为 .xls 的文件），不是表格；请用 Excel 或 WPS "
            "打开后另存为 .xlsx "
            "再报送");
    if (is_binary(bytes, length))
        return fail(ret_failure, -EBADMSG,
            "这不是文本文件，也不是 .xlsx 工作簿；请用 Excel 或 WPS 另存为 .xlsx，或另存为 CSV（UTF-8 或 "
            "GB18030）");
    return 0;
}

static int check_beginning(
    struct sniffing *sniffing, const char *bytes, size_t length, struct failure *ret_failure)
{
    sniffing->begun = true;
    sniffing->has_mark = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    sniffing->compound =
        length >= sizeof compound_magic && memcmp(bytes, compound_magic, sizeof compound_magic) == 0;
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (length < magics[i].length || memcmp(bytes, magics[i].magic, magics[i].length) != 0)
            continue;
        sniffing->form = magics[i].form;
        return magics[i].problem != NULL ? fail(ret_failure, -EBADMSG, "%s", magics[i].problem) : 0;
    }
    return sniffing->compound ? 0 : check_text(bytes, length, ret_failure);
}

/* The decoder of https://encoding.spec.whatwg.org/#utf-8-decoder, as far as it tells right from wrong. */
static bool accepts_utf8(struct sniffing *sniffing, unsigned char byte)
{
    if (sniffing->needed > 0) {
        bool good = byte >= sniffing->least && byte <= sniffing->most;
        sniffing->needed--;
        sniffing->least = 0x80;
        sniffing->most = 0xbf;
        return good;
    }
    sniffing->needed = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    sniffing->least = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    sniffing->most = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return byte >= 0xc2 && byte <= 0xf4;
}

static void check_utf8(struct sniffing *sniffing, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        bool begins = sniffing->needed == 0;
        if (byte < 0x80 && begins)
            continue;
        bool accepted = accepts_utf8(sniffing, byte);
        sniffing->wide = begins ? byte >= 0xe0 : sniffing->wide;
        sniffing->good += accepted && sniffing->needed == 0 && sniffing->wide;
        sniffing->bad += !accepted;
        sniffing->needed = accepted ? sniffing->needed : 0;
        i -= !accepted && !begins; /* it may begin another */
    }
}

/* The name of the stream that holds a workbook with a password; it may lie across two chunks. */
static void look_for_encryption(struct sniffing *sniffing, const char *bytes, size_t length)
{
    static const char name[] = ENCRYPTED;
    const size_t wanted = sizeof name - 1;
    char joint[2 * sizeof name];
    size_t head = length < wanted ? length : wanted;
    memcpy(joint, sniffing->tail, sniffing->tail_length);
    memcpy(joint + sniffing->tail_length, bytes, head);
    sniffing->encrypted = sniffing->encrypted ||
                          memmem(joint, sniffing->tail_length + head, name, wanted) != NULL ||
                          memmem(bytes, length, name, wanted) != NULL;
    sniffing->tail_length = head;
    memcpy(sniffing->tail, bytes + length - head, head);
}

static int take(struct sniffing *sniffing, const char *bytes, size_t length, struct failure *ret_failure)
{
    int r = sniffing->begun ? 0 : check_beginning(sniffing, bytes, length, ret_failure);
    if (sniffing->compound)
        look_for_encryption(sniffing, bytes, length);
    else if (r == 0)
        check_utf8(sniffing, bytes, length);
    return r;
}

static int judge(const struct sniffing *sniffing, enum table_form *ret_form, struct failure *ret_failure)
{
    size_t bad = sniffing->bad + (sniffing->needed > 0);
    /* A damaged character does not make something else of the others; in GB18030 hardly any looks like one.
     */
    bool utf8 = sniffing->has_mark || sniffing->good >= 2 * bad;
    if (sniffing->encrypted)
        return fail(
            ret_failure, -EBADMSG, "这个工作簿设了打开密码，无法读取；请取消密码，另存为 .xlsx 后重新报送");
    if (sniffing->compound)
        return fail(ret_failure, -EBADMSG,
            "这是旧版 Excel（.xls）或 WPS（.et）工作簿；请用 Excel 或 WPS 另存为 .xlsx 后重新报送");
    *ret_form = sniffing->form != TABLE_UTF8 || utf8 ? sniffing->form : TABLE_GB18030;
    return 0;
}

int table_sniff(struct input *input, enum table_form *ret_form, struct failure *ret_failure)
{
    struct sniffing sniffing = {0};
    char *chunk = memory_get(CHUNK_BYTES);
    int r = 0;
    while (r == 0 && sniffing.form == TABLE_UTF8) {
        ssize_t got = input_read(input, chunk, CHUNK_BYTES, ret_failure);
        if (got <= 0) {
            r = (int)got;
            break;
        }
        r = take(&sniffing, chunk, (size_t)got, ret_failure);
    }
    free(chunk);
    return r < 0 ? r : judge(&sniffing, ret_form, ret_failure);
}
