#include "fault.h"

#include "m13/text.h"

#include <errno.h>
#include <string.h>

/* {row}, {number} and {name} stand for what is there. */
static const struct {
    int code;
    const char *english, *chinese;
} sentences[FAULT_KINDS] = {
    [FAULT_CSV_QUOTES] = {-EBADMSG,
        "row {row}: its quotes do not pair, and it goes over several lines: where the next row begins cannot "
        "be told",
        "第 {row} 行：英文双引号不成对，又跨了多行，无法判断下一行从哪里开始；单元格内的双引号应写成两个，或"
        "另存为 .xlsx 后报送"},
    [FAULT_CSV_CELL] = {-EFBIG,
        "row {row}: a cell of more than {number} bytes; is there a quote that is never closed?",
        "第 {row} 行：有一格超过 {number} 字节；请检查是否有英文双引号没有成对"},
    [FAULT_CSV_OPEN] = {-EBADMSG, "row {row}: a quote opens a cell and is never closed",
        "第 {row} 行：有一个英文双引号没有成对，直到文件末尾；请补上或删去这个引号"},
};

static void append_value(struct text *text, const struct fault *fault, const char *name, size_t length)
{
    if (strncmp(name, "row", length) == 0)
        text_append_integer(text, fault->row);
    else if (strncmp(name, "number", length) == 0)
        text_append_integer(text, fault->number);
    else
        text_append_string(text, fault->name);
}

int fault_tell(const struct fault *fault, enum fault_language language, struct failure *ret_failure)
{
    const char *rest =
        language == FAULT_IN_CHINESE ? sentences[fault->kind].chinese : sentences[fault->kind].english;
    struct text text = TEXT_WITH_CEILING(sizeof ret_failure->text);
    while (*rest != '\0') {
        size_t plain = strcspn(rest, "{");
        text_append(&text, rest, plain);
        rest += plain;
        if (*rest == '\0')
            break;
        size_t length = strcspn(rest, "}");
        append_value(&text, fault, rest + 1, length - 1);
        rest += length + 1;
    }
    int code = fail(ret_failure, sentences[fault->kind].code, "%s", text_string(&text));
    text_free(&text);
    return code;
}
