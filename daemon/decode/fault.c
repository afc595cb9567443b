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
    [FAULT_ZIP_DAMAGED] = {-EBADMSG, "the archive is damaged or cut ({name})",
        "工作簿已损坏或不完整，可能没有传完（{name}）：请用 Excel 或 WPS 打开检查，重新保存为 .xlsx 后报送"},
    [FAULT_ZIP_PARTS] = {-EFBIG, "the archive has more than {number} parts",
        "工作簿内部的部件超过 {number} 个：请把数据复制到新的工作簿后报送"},
    [FAULT_ZIP_DOUBLED] = {-EBADMSG, "two parts of the archive are called `{name}`",
        "工作簿内部有两个同名部件（{name}），不能确定以哪一个为准：请用 Excel 或 WPS 打开，另存为新的 .xlsx "
        "后报送"},
    [FAULT_ZIP_ENCRYPTED] = {-EBADMSG, "part `{name}` of the archive is encrypted",
        "工作簿经过加密（{name}）：请取消密码，另存为 .xlsx 后报送"},
    [FAULT_ZIP_METHOD] = {-EBADMSG, "the archive is packed in a way that we do not unpack ({name})",
        "工作簿的压缩方式不是 Excel 使用的方式（{name}）：请用 Excel 或 WPS 打开，另存为 .xlsx 后报送"},
    [FAULT_ZIP_BYTES] = {-EFBIG, "the archive unpacks to more than {number} MiB",
        "工作簿解压后超过 {number} MB：请删去多余内容，或分成几个文件报送"},
    [FAULT_ZIP_PART_BYTES] = {-EFBIG, "part `{name}` of the archive unpacks to more than {number} MiB",
        "工作簿的一个部件（{name}）解压后超过 {number} MB：请删去多余内容，或分成几个文件报送"},
    [FAULT_ZIP_RATIO] = {-EFBIG, "the archive unpacks to more than {number} times its size: a bomb",
        "工作簿解压后超过原大小的 {number} 倍，疑似压缩炸弹：请把数据复制到新的工作簿后报送"},
    [FAULT_MEMORY] = {-EFBIG, "the workbook needs more memory than a decoder has",
        "读取这个工作簿所需的内存过多：请删去多余内容，或分成几个文件报送"},
    [FAULT_NO_WORKBOOK] = {-EBADMSG, "this is a ZIP archive, but no Excel workbook",
        "这是压缩包（ZIP），但不是 Excel 工作簿：请解压后报送其中的 .xlsx 或 CSV 文件"},
    [FAULT_XLSB] = {-EBADMSG, "this is a binary workbook (XLSB); XLSX is accepted",
        "这是二进制工作簿（.xlsb）：请用 Excel 另存为 .xlsx 后报送"},
    [FAULT_OPEN_DOCUMENT] = {-EBADMSG, "this is an OpenDocument file; XLSX is accepted",
        "这是 OpenDocument 文件（.ods）：请另存为 .xlsx 后报送"},
    [FAULT_PART_MISSING] = {-EBADMSG, "the workbook lacks its part `{name}`",
        "工作簿缺少部件 {name}，已损坏：请用 Excel 或 WPS 打开检查，重新保存为 .xlsx 后报送"},
    [FAULT_XML] = {-EBADMSG, "the workbook is damaged: line {number} of {name}",
        "工作簿已损坏（{name}，第 {number} 行）：请用 Excel 或 WPS 打开检查，重新保存为 .xlsx 后报送"},
    [FAULT_XML_DOCTYPE] = {-EBADMSG, "part `{name}` of the workbook has a DOCTYPE, which is refused",
        "工作簿的部件 {name} 含有 DOCTYPE 声明，出于安全不予读取：请用 Excel 或 WPS 打开，另存为 .xlsx "
        "后报送"},
    [FAULT_XML_RUN] = {-EFBIG, "a tag or text of part `{name}` has more than {number} bytes",
        "工作簿的部件 {name} 中有一段超过 {number} 字节：请检查是否有一格内容过长"},
    [FAULT_XML_ROOT] = {-EBADMSG, "part `{name}` of the workbook is not what it should be",
        "工作簿的部件 {name} 不是应有的内容：请用 Excel 或 WPS 打开检查，重新保存为 .xlsx 后报送"},
    [FAULT_SHEETS] = {-EFBIG, "the workbook has more than {number} sheets",
        "工作簿的工作表超过 {number} 个：请分成几个文件报送"},
    [FAULT_NO_SHEET] = {-EBADMSG, "the workbook has no visible sheet",
        "工作簿中没有可见的工作表（隐藏的工作表不读取）：请取消隐藏后报送"},
    [FAULT_STYLES] = {-EFBIG, "the workbook has more than {number} cell styles",
        "工作簿的单元格样式超过 {number} 种：请把数据复制到新的工作簿后报送"},
    [FAULT_STRINGS] = {-EFBIG, "the workbook has more than {number} different texts",
        "工作簿中不同的文字超过 {number} 条：请分成几个文件报送"},
    [FAULT_STRING_BYTES] = {-EFBIG, "the texts of the workbook have more than {number} MiB",
        "工作簿中的文字合计超过 {number} MB：请分成几个文件报送"},
    [FAULT_LONG_TEXT] = {-EFBIG, "the text of {name} has more than {number} bytes",
        "{name} 的文字超过 {number} 字节：请缩短后报送"},
    [FAULT_ROW_PLACE] = {-EBADMSG, "sheet {name}: row {row} is out of its place",
        "工作表 {name}：第 {row} 行的行号不对，工作簿已损坏：请用 Excel 或 WPS 打开检查，重新保存为 .xlsx "
        "后报送"},
    [FAULT_CELL_PLACE] = {-EBADMSG, "sheet {name}, row {row}: a cell is out of its place",
        "工作表 {name} 第 {row} 行：有单元格的位置不对，工作簿已损坏：请用 Excel 或 WPS 打开检查，重新保存为 "
        ".xlsx "
        "后报送"},
    [FAULT_CELL_STRING] = {-EBADMSG, "sheet {name}, row {row}: a cell names a text that there is not",
        "工作表 {name} 第 {row} 行：有单元格引用了不存在的文字，工作簿已损坏：请用 Excel 或 WPS "
        "打开检查，重新保存为 "
        ".xlsx 后报送"},
    [FAULT_CELL_TYPE] = {-EBADMSG, "sheet {name}, row {row}: a cell is of a type that there is not",
        "工作表 {name} 第 {row} 行：有单元格的类型不明，工作簿已损坏：请用 Excel 或 WPS 打开检查，重新保存为 "
        ".xlsx "
        "后报送"},
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
