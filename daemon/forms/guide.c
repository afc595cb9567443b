#include "workbook.h"

#define GUIDE_SHEET "填写说明"

enum { COLUMN_NAME, COLUMN_REQUIRED, COLUMN_KEY, COLUMN_EXPECTED, COLUMN_CHOICES, COLUMN_EXAMPLE, COLUMNS };

static const struct {
    const char *header;
    double width;
} columns[COLUMNS] = {
    [COLUMN_NAME] = {"列名", 26},
    [COLUMN_REQUIRED] = {"必填", 6},
    [COLUMN_KEY] = {"标识", 6},
    [COLUMN_EXPECTED] = {"应填内容", 48},
    [COLUMN_CHOICES] = {"可选值", 44},
    [COLUMN_EXAMPLE] = {"示例", 30},
};

enum {
    CHOICES_SHOWN = 24, /* longer lists are found in the drop-down only */
    LINE_HEIGHT = 16,
    RULE_WIDTH = 128, /* of the merged cell behind a rule's word */
};

static const struct {
    const char *word, *text;
} rules[] = {
    {"怎样填",
        "第一行是列名，请勿删改；从第二行起一行填一条。用不到的列可以整列删去，列的先后不限。本页不导入。"},
    {"*", "列名带 * 的必填：新的一条缺了其中任何一项，这一行会退回，其余各行照收。"},
    {"标识", "“标识”列认出同一条记录：标识相同即为对原记录的更正，旧的一版仍可查到。"},
    {"空白", "单元格留空：该项保持原值不变。"},
    {"清空", "单元格填“清空”：删去该项原值。"},
    {"作废", "最后一列“作废”填“是”：整条记录作废。"},
    {"全量",
        "只报增减时不必理会。报的是全部名单时，把工作表改名为“全量”，或在列名上方插入一行、在其中填“全量”："
        "名单里没有的记录标为“情况不明”，不会被删除；比已知的少得过多时整个文件退回，请核对。"},
    {"文本格式",
        "号码、日期等列已设为文本格式，号码不会变成 9.11E+17，日期不会走样：粘贴时请选“只粘贴文本（值）”。"},
    {"日期", "写到知道的程度即可：2026、2026-03、2026-03-05；2026/3/5 和 2026年3月5日 也可以。"},
    {"多个值", "同一格里有多个值时用分号分开。"},
    {"材料",
        "“证明材料”等列填文件名；文件本身（扫描件、PDF）一并放入收件目录的 files 文件夹，文件名须一致。"},
    {"退回", "有问题的行逐条列在“文件名.errors."
             "csv”中：第几行、哪一列、什么问题、应怎样填。改正后只报这些行即可。"},
};

static void write_rule(
    struct form *form, lxw_worksheet *worksheet, lxw_row_t at, const char *word, const char *text)
{
    size_t lines = (form_width(text) + RULE_WIDTH - 1) / RULE_WIDTH;
    worksheet_set_row(worksheet, at, (double)(LINE_HEIGHT * lines + 4), NULL);
    worksheet_write_string(worksheet, at, 0, word, form->word);
    worksheet_merge_range(worksheet, at, 1, at, COLUMNS - 1, text, form->wrapped);
}

/* Of a sheet that was sent out to be completed. */
static const char *const on_references =
    "“参考”开头的列只供查对，不导入。查明是哪家企业后，填上统一社会信用代码和企业名称，整张表原样交回即可；"
    "没有填信用代码的行不改变任何记录。英文名称以登记为准；该企业如已有英文名称，可把这里的移到“别名”。";

static struct text choices_of(const struct local_column *column)
{
    struct text list = TEXT_WITH_CEILING(8192);
    if (column->choice_count > CHOICES_SHOWN)
        text_append_format(&list, "见下拉列表（%zu 项）", column->choice_count);
    for (size_t i = 0; i < column->choice_count && column->choice_count <= CHOICES_SHOWN; i++) {
        struct text word = form_word(column->choices + i, 1, column->choices[i].code);
        text_append_string(&list, i ? "、" : "");
        text_append_string(&list, text_string(&word));
        text_free(&word);
    }
    return list;
}

/* Merged cells do not grow with their text, and some programs let no cell grow: the height is told. */
static size_t lines_of(const char *text, int column)
{
    size_t width = (size_t)columns[column].width - 2;
    return (form_width(text) + width - 1) / width;
}

static void write_column(
    struct form *form, lxw_worksheet *worksheet, lxw_row_t at, const struct local_column *column)
{
    struct text choices = choices_of(column);
    const char *cells[COLUMNS] = {
        [COLUMN_NAME] = column->headers[0],
        [COLUMN_REQUIRED] = column->required ? "*" : "",
        [COLUMN_KEY] = column->is_key ? "●" : "",
        [COLUMN_EXPECTED] = column->expected,
        [COLUMN_CHOICES] = text_string(&choices),
        [COLUMN_EXAMPLE] = column->example ? column->example : "",
    };
    size_t lines = 1;
    for (int i = 0; i < COLUMNS; i++) {
        bool centred = i == COLUMN_REQUIRED || i == COLUMN_KEY;
        size_t needed = lines_of(cells[i], i);
        lines = needed > lines ? needed : lines;
        worksheet_write_string(
            worksheet, at, (lxw_col_t)i, cells[i], centred ? form->centred : form->wrapped);
    }
    worksheet_set_row(worksheet, at, (double)(LINE_HEIGHT * lines + 2), NULL);
    text_free(&choices);
}

static const char *const full_lists[] = {
    [FULL_LIST_NEVER] = "本表只能逐条报送，不接受全量名单。",
    [FULL_LIST_ALL] = "全量名单应包括本表的全部记录。",
    [FULL_LIST_OF_FIRMS] = "全量名单应包括其中所列各企业的全部记录。",
};

static const char *header_of(const struct local_kind *kind, const char *key)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, key))
            return kind->columns[i].headers[0];
    return key;
}

/* What is special about the kind, in one line. */
static struct text remark_on(const struct local_kind *kind)
{
    struct text remark = TEXT_WITH_CEILING(4096);
    text_append_string(&remark, full_lists[kind->full_list]);
    for (size_t i = 0; i < sizeof kind->key_instead / sizeof *kind->key_instead && kind->key_instead[i]; i++)
        text_append_format(
            &remark, "%s“%s”", i ? "或" : "尚不知道标识的，可以只填", header_of(kind, kind->key_instead[i]));
    text_append_string(&remark, kind->key_instead[0] ? "。" : "");
    if (kind->personal)
        text_append_string(&remark, "含个人信息：请单独成表报送，接收后文件即删除。");
    return remark;
}

static lxw_row_t write_kind(
    struct form *form, lxw_worksheet *worksheet, lxw_row_t at, const struct local_kind *kind)
{
    worksheet_set_row(worksheet, at, LINE_HEIGHT + 6, NULL);
    worksheet_write_string(worksheet, at, 0, kind->zh, form->title);
    struct text remark = remark_on(kind);
    worksheet_write_string(worksheet, at++, 1, text_string(&remark), NULL);
    text_free(&remark);
    for (int i = 0; i < COLUMNS; i++)
        worksheet_write_string(worksheet, at, (lxw_col_t)i, columns[i].header, form->header);
    at++;
    for (size_t i = 0; i < kind->column_count; i++)
        write_column(form, worksheet, at++, &kind->columns[i]);
    return at + 1;
}

void form_guide(struct form *form, const struct form_sheet *sheets, size_t sheet_count)
{
    lxw_worksheet *worksheet = workbook_add_worksheet(form->workbook, GUIDE_SHEET);
    lxw_row_t at = 0;
    for (int i = 0; i < COLUMNS; i++)
        worksheet_set_column(worksheet, (lxw_col_t)i, (lxw_col_t)i, columns[i].width, NULL);
    worksheet_set_row(worksheet, at, 26, NULL);
    worksheet_write_string(worksheet, at++, 0, GUIDE_SHEET, form->title);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        write_rule(form, worksheet, at++, rules[i].word, rules[i].text);
    if (sheets[0].reference_count > 0)
        write_rule(form, worksheet, at++, "参考", on_references);
    at++;
    for (size_t i = 0; i < sheet_count; i++)
        at = write_kind(form, worksheet, at, sheets[i].kind);
    worksheet_gridlines(worksheet, LXW_HIDE_ALL_GRIDLINES);
    worksheet_set_landscape(worksheet);
    worksheet_set_paper(worksheet, 9); /* A4 */
    worksheet_fit_to_pages(worksheet, 1, 0);
    worksheet_set_footer(worksheet, "&C&P / &N");
}
