/* html_link.h - one link out of a page of HTML, for registers whose file changes its address.
 *
 * The page is a stranger's and this runs in the daemon: one pass over bytes that are all there, no tree, no
 * state that grows with the page but the link at hand. */
#ifndef M13_FEED_HTML_LINK_H
#define M13_FEED_HTML_LINK_H

#include <stddef.h>

/* The href of the first <a> that fits `glob` (* = any bytes, ? = one) and whose text contains `text` (NULL =
 * any; blanks count as one), with its character references resolved; NULL = there is none. The caller frees.
 */
char *html_link_find(const char *bytes, size_t length, const char *glob, const char *text);

#endif
