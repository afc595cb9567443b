#include "spool.h"

#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS_A_LINE = 11 };

struct local_spool {
    FILE *file;
    int fault; /* errno of the first write that failed */
    char *line;
    size_t line_capacity;
};

struct local_spool *local_spool_new(const struct store *store, struct failure *ret_failure)
{
    struct text path = TEXT_WITH_CEILING(4096);
    text_append_format(&path, "%s/inbox/.spool", store_directory(store));
    unlink(text_string(&path)); /* of a run that was killed just here; one import at a time has it */
    int descriptor = open(text_string(&path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = NULL;
    if (descriptor >= 0) {
        unlink(path.bytes);
        file = fdopen(descriptor, "w+");
    }
    if (file == NULL) {
        fail(ret_failure, -errno, "%s: %s", text_string(&path), strerror(errno));
        text_free(&path);
        return NULL;
    }
    text_free(&path);
    struct local_spool *spool = memory_get_zeroed(1, sizeof *spool);
    spool->file = file;
    return spool;
}

void local_spool_add(struct local_spool *spool, const struct local_change *change)
{
    int r = fprintf(spool->file, "%" PRId64 "\t%" PRId64 "\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
        change->row, change->old_version, change->withdrawn, change->assurance, change->key, change->uscc,
        change->product_id, change->authority, change->number, change->old_uscc, change->fields);
    if (r < 0 && spool->fault == 0)
        spool->fault = errno;
}

int local_spool_rewind(struct local_spool *spool, struct failure *ret_failure)
{
    if (fflush(spool->file) != 0 && spool->fault == 0)
        spool->fault = errno;
    if (spool->fault != 0)
        return fail(ret_failure, -spool->fault, "changes cannot be kept in the inbox's folder: %s",
            strerror(spool->fault));
    rewind(spool->file);
    return 0;
}

bool local_spool_next(struct local_spool *spool, struct local_change *ret_change)
{
    ssize_t length = getline(&spool->line, &spool->line_capacity, spool->file);
    if (length <= 0) {
        if (ferror(spool->file))
            log_fatal(EXIT_IO, "an import's changes cannot be read again: %s", strerror(errno));
        return false;
    }
    spool->line[length - 1] = '\0';
    char *field[FIELDS_A_LINE], *rest = spool->line;
    for (int i = 0; i < FIELDS_A_LINE; i++)
        field[i] = strsep(&rest, "\t");
    if (field[FIELDS_A_LINE - 1] == NULL || rest != NULL)
        log_fatal(EXIT_INTERNAL, "an import's changes are not what was written");
    *ret_change = (struct local_change){
        .withdrawn = field[2][0] == '1',
        .assurance = field[3],
        .key = field[4],
        .uscc = field[5],
        .product_id = field[6],
        .authority = field[7],
        .number = field[8],
        .old_uscc = field[9],
        .fields = field[10],
    };
    string_to_integer(field[0], 0, INT64_MAX, &ret_change->row);
    string_to_integer(field[1], 0, INT64_MAX, &ret_change->old_version);
    return true;
}

void local_spool_free(struct local_spool *spool)
{
    if (spool == NULL)
        return;
    fclose(spool->file);
    free(spool->line);
    free(spool);
}
