/* blocks.h - the words of a message in blocks, as plain text and as HTML (private to the room).
 *
 * The words are written once, in lines that anyone can read (conf/templates): `# heading`, `## smaller one`,
 * `- item of a list`, `= label: value` (gone when nothing stands behind the colon), `| cell | cell |` (the
 * first row has the headers), `> aside`; other lines up to the next blank one are a paragraph. What comes
 * from a value (VALUE_BEGINS ... VALUE_ENDS) is never read as any of these; a value that is a web address
 * becomes a link. */
#ifndef M13_LETTER_BLOCKS_H
#define M13_LETTER_BLOCKS_H

#include "m13/text.h"

#include <stddef.h>

enum block_kind {
    BLOCK_PARAGRAPH,
    BLOCK_HEADING,
    BLOCK_SUBHEADING,
    BLOCK_ITEM,
    BLOCK_FACT,
    BLOCK_ROW,
    BLOCK_ASIDE,
    BLOCK_KINDS /* count */
};

struct block {
    enum block_kind kind;
    bool begins; /* the first of its run: of a list, a table */
    char *text;  /* still with the marks around values */
};
struct blocks {
    struct block *items;
    size_t count, capacity;
};

void blocks_read(const char *words, struct blocks *ret_blocks);
void blocks_free(struct blocks *blocks);

/* Lines of at most TEXT_COLUMNS, but for what cannot be broken, and of at most 998 bytes (RFC 5322). */
enum { TEXT_COLUMNS = 76 };
void blocks_as_text(const struct blocks *blocks, struct text *out);
void blocks_as_html(const struct blocks *blocks, struct text *out);

/* --- for those two
 * ------------------------------------------------------------------------------------------------ */

/* Of a fact: label and value, each still marked; of a row: its cells. How many; the caller frees with
 * cells_free(). */
enum { BLOCK_CELLS_MOST = 8 };
struct cells {
    char *cell[BLOCK_CELLS_MOST];
    size_t count;
};
void block_cells(const struct block *block, struct cells *ret_cells);
void cells_free(struct cells *cells);
/* Without the marks; the caller frees. */
char *block_plain(const char *marked);

#endif
