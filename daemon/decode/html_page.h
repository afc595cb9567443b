/* html_page.h - a page of HTML as a tree, whatever its author has forgotten to close.
 *
 * It is built as a whole: size, nodes and depth have ceilings. Scripts, styles and comments are left out. A
 * page that opens <html> and never closes it, or its body, has been cut. */
#ifndef M13_DECODE_HTML_PAGE_H
#define M13_DECODE_HTML_PAGE_H

#include "charset.h"

#include "m13/failure.h"

#include <libxml/tree.h>
#include <stdint.h>

/* NULL with -EBADMSG (cut, empty), -EFBIG (a ceiling), or the errno of reading; else xmlFreeDoc() frees it.
 * *replaced grows by the characters that became U+FFFD. xml_prepare() has been called. */
xmlDocPtr html_page_read(struct charset *source, int64_t *replaced, struct failure *ret_failure);

#endif
