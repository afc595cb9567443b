#include "queue.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void local_queue_append(
    struct local_queue *queue, const char *name, const char *by, const struct local_waiting_file *file)
{
    struct local_waiting_file *copy = memory_get(sizeof *copy);
    *copy = *file;
    copy->next = NULL;
    copy->name = memory_copy_string(name);
    copy->by = memory_copy_string(by);
    struct local_waiting_file **place = &queue->first;
    while (*place != NULL && (!queue->by_name || strcmp((*place)->name, name) <= 0))
        place = &(*place)->next;
    copy->next = *place;
    *place = copy;
    queue->count++;
}

struct local_waiting_file *local_queue_take(struct local_queue *queue)
{
    struct local_waiting_file *first = queue->first;
    if (first != NULL) {
        queue->first = first->next;
        queue->count--;
    }
    return first;
}

bool local_queue_has(const struct local_queue *queue, const char *name)
{
    for (const struct local_waiting_file *file = queue->first; file != NULL; file = file->next)
        if (file->from_inbox && string_equal(file->name, name))
            return true;
    return false;
}

void local_waiting_file_free(struct local_waiting_file *file)
{
    if (file == NULL)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    free(file->name);
    free(file->by);
    free(file);
}

void local_queue_clear(struct local_queue *queue)
{
    for (struct local_waiting_file *file; (file = local_queue_take(queue)) != NULL;)
        local_waiting_file_free(file);
}
