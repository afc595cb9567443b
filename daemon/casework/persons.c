/* persons.c - who is who: whether two signatures are of one person, and by which of the register's makers a
 * case is its firm's. */
#include "stages.h"

#include "m13/store.h"

/* The next byte of a name that counts: blanks, also wide ones, make no other name, and behind the bracket
 * stands who delivered it. */
static unsigned char next_byte(const char **cursor)
{
    static const char wide_blank[] = "\xE3\x80\x80";
    for (;;) {
        if (**cursor == ' ' || **cursor == '\t')
            (*cursor)++;
        else if (string_starts(*cursor, wide_blank))
            *cursor += sizeof wide_blank - 1;
        else
            break;
    }
    return **cursor == '\0' || **cursor == '(' ? 0 : (unsigned char)*(*cursor)++;
}

bool person_is_same(const char *one, const char *other)
{
    unsigned char byte;
    do {
        byte = next_byte(&one);
        if (byte != next_byte(&other))
            return false;
    } while (byte != 0);
    return true;
}

int64_t case_maker(struct store *store, int64_t case_file, const char *uscc)
{
    return store_value(store, 0,
        "SELECT k.maker FROM case_file f JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS "
        "NULL "
        "JOIN (SELECT approval, maker FROM approval_version WHERE seq_to IS NULL AND approval = "
        "(SELECT approval FROM case_file WHERE id = ?1) UNION SELECT approval, maker FROM further_maker "
        "WHERE seq_to IS NULL AND approval = (SELECT approval FROM case_file WHERE id = ?1)) k "
        "LEFT JOIN match m ON m.maker = k.maker AND m.seq_to IS NULL AND m.band IN ('auto', 'review') "
        "AND m.uscc = ?2 WHERE f.id = ?1 AND k.maker IS NOT NULL "
        "ORDER BY m.maker IS NULL, m.band = 'auto' DESC, k.maker = v.maker DESC, k.maker LIMIT 1",
        "it", case_file, uscc);
}
