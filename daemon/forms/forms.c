#include "workbook.h"

#include "m13/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Stands in every form as the time of its making, so that the same form is the same bytes. */
enum { MADE_AT = 1767225600 }; /* 2026-01-01T00:00:00Z */

enum { PAPER = 0xFFFFFF, RULED = 0xBFBFBF, HEADER = 0xDDE8F3, REQUIRED = 0xFCE4B8, REFERENCE = 0xEDEDED };

enum { TEXT_FORMAT = 49 }; /* Excel's own number for "@" */

static lxw_format *text_format(struct form *form)
{
    lxw_format *format = workbook_add_format(form->workbook);
    format_set_num_format_index(format, TEXT_FORMAT);
    return format;
}

static lxw_format *header_format(struct form *form, lxw_color_t colour)
{
    lxw_format *format = text_format(form);
    format_set_bold(format);
    format_set_text_wrap(format);
    format_set_align(format, LXW_ALIGN_CENTER);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bg_color(format, colour);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, RULED);
    return format;
}

static lxw_format *guide_format(struct form *form, enum lxw_format_alignments align)
{
    lxw_format *format = text_format(form);
    format_set_text_wrap(format);
    format_set_align(format, (uint8_t)align);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, RULED);
    return format;
}

static void make_formats(struct form *form)
{
    form->header = header_format(form, HEADER);
    form->required = header_format(form, REQUIRED);
    form->reference = header_format(form, REFERENCE);
    form->text = text_format(form);
    form->number = workbook_add_format(form->workbook);
    format_set_num_format(form->number, "#,##0.00####");
    form->aside = text_format(form);
    format_set_font_color(form->aside, LXW_COLOR_GRAY);
    form->wrapped = guide_format(form, LXW_ALIGN_LEFT);
    form->centred = guide_format(form, LXW_ALIGN_CENTER);
    form->word = guide_format(form, LXW_ALIGN_LEFT);
    format_set_bold(form->word);
    form->title = workbook_add_format(form->workbook);
    format_set_bold(form->title);
    format_set_font_size(form->title, 14);
}

static lxw_error write_workbook(const char *path, const struct form_sheet *sheets, size_t sheet_count)
{
    lxw_doc_properties properties = {.created = MADE_AT};
    struct form form = {.workbook = workbook_new(path)};
    if (!form.workbook)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    workbook_set_properties(form.workbook, &properties);
    make_formats(&form);
    /* All that are seen stand before the lists, which are hidden. */
    lxw_worksheet **worksheets = memory_get_zeroed(sheet_count, sizeof *worksheets);
    for (size_t i = 0; i < sheet_count; i++)
        worksheets[i] = workbook_add_worksheet(form.workbook, sheets[i].kind->zh);
    form_guide(&form, sheets, sheet_count);
    for (size_t i = 0; i < sheet_count; i++)
        form_data_sheet(&form, worksheets[i], &sheets[i]);
    free(worksheets);
    return workbook_close(form.workbook);
}

/* As open(2) would have made it: mkstemp() leaves the file to its owner alone. */
static int set_mode(int descriptor)
{
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(descriptor, 0666 & ~mask);
}

int form_write(
    const char *file, const struct form_sheet *sheets, size_t sheet_count, struct failure *ret_failure)
{
    struct text path = TEXT_WITH_CEILING(8192);
    text_append_format(&path, "%s.XXXXXX", file);
    int descriptor = path.overflowed ? -1 : mkstemp(path.bytes);
    if (descriptor < 0) {
        int code = path.overflowed ? -ENAMETOOLONG : -errno;
        text_free(&path);
        return fail(ret_failure, code, "%s: %s", file, strerror(-code));
    }
    int r = set_mode(descriptor) < 0 ? -errno : 0;
    close(descriptor);
    lxw_error error = r < 0 ? LXW_NO_ERROR : write_workbook(path.bytes, sheets, sheet_count);
    if (error != LXW_NO_ERROR)
        r = fail(ret_failure, -EIO, "%s: %s", file, lxw_strerror(error));
    else if (r < 0 || rename(path.bytes, file) < 0)
        r = fail(ret_failure, r < 0 ? r : -errno, "%s: %s", file, strerror(r < 0 ? -r : errno));
    if (r < 0)
        unlink(path.bytes);
    text_free(&path);
    return r;
}

int form_template(const struct local_kind *kind, const char *file, struct failure *ret_failure)
{
    const struct form_sheet sheet = {.kind = kind};
    return form_write(file, &sheet, 1, ret_failure);
}
