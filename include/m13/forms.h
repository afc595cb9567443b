/* forms.h - workbooks that people fill in and send back to the inbox.
 *
 * Made from the table of kinds alone (m13/registry.h), so that a form and the import never differ: first
 * Chinese header of each column (required ones with *), what is expected as a message at the cell, drop-down
 * lists of closed columns, text format wherever Excel would spoil what is typed, column 作废 at the end, and
 * a sheet 填写说明 which the import leaves out. The same form is the same bytes, whenever it is made. */
#ifndef M13_FORMS_H
#define M13_FORMS_H

#include "m13/failure.h"
#include "m13/registry.h"

#include <jansson.h>
#include <stddef.h>

struct form_sheet {
    const struct local_kind *kind;
    /* Rows that the form already holds: an array of objects, canonical values by English key, and those of
     * `references` by their header. NULL = an empty form. */
    json_t *rows;
    const char *const
        *columns; /* English keys of those that it has, NULL-terminated; NULL = all of the kind */
    /* Columns behind all others that tell the reader something and are not imported: headers that begin with
     * 参考. */
    const char *const *references;
    size_t reference_count;
};

/* Writes the workbook; a file of that name is replaced only when all of it is written. -EIO and the like with
 * the file's name in the text. Memory grows with the rows. */
int form_write(
    const char *file, const struct form_sheet *sheets, size_t sheet_count, struct failure *ret_failure);
/* An empty form of one kind. */
int form_template(const struct local_kind *kind, const char *file, struct failure *ret_failure);

#endif
