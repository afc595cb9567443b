#include "xlsx_rows.h"

#include "package.h"
#include "xlsx_book.h"
#include "xlsx_sheet.h"
#include "xml_part.h"

void xlsx_prepare(void)
{
    xml_part_prepare();
}

static int read_sheets(
    struct xlsx_book *book, const struct xlsx_reading *reading, struct failure *ret_failure)
{
    int r = 0;
    for (size_t i = 0; i < book->sheet_count && r == 0; i++) {
        const struct xlsx_place *place = &book->sheets[i];
        r = reading->sheet(place->name, book->epoch_1904, reading->context, ret_failure);
        if (r == 0)
            r = xlsx_sheet_read(book, place, reading, ret_failure);
        else if (r == XLSX_ENOUGH)
            r = 0;
    }
    return r;
}

int xlsx_rows_read(
    int descriptor, const struct xlsx_reading *reading, int64_t *ret_replaced, struct failure *ret_failure)
{
    struct package *package;
    struct xlsx_book book;
    int r = package_open(descriptor, reading->language, &package, ret_failure);
    if (r < 0)
        return r;
    r = xlsx_book_read(package, &book, ret_failure);
    if (r == 0)
        r = read_sheets(&book, reading, ret_failure);
    *ret_replaced += book.replaced;
    xlsx_book_release(&book);
    package_close(package);
    return r;
}
