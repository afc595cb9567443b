/* checklist.c - the papers of a case: which are there, which are awaited, which nobody has spoken of. */
#include "ctl.h"

#include "m13/clock.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    enum slot_state state;
    const char *code, *zh, *en;
} states[] = {
    {SLOT_MISSING, "missing", "缺", "missing"},
    {SLOT_AWAITED, "awaited", "已填报，文件未到", "named, not arrived"},
    {SLOT_THERE, "there", "已收到", "there"},
};

static const char *code_of(enum slot_state state)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (states[i].state == state)
            return states[i].code;
    return "";
}

static const char *word_of(struct ctl *ctl, const char *code)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (string_equal(states[i].code, code))
            return SAY(ctl, states[i].zh, states[i].en);
    return code;
}

static void add_slot(const struct document_slot *slot, void *context)
{
    char at[CLOCK_STRING_BYTES] = "";
    if (slot->taken_at)
        clock_format(slot->taken_at, at);
    json_array_append_new(
        context, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "slot", slot->slot, "zh",
                     slot->zh, "state", code_of(slot->state), "file", slot->file, "sha256", slot->sha256,
                     "bytes", (json_int_t)slot->bytes, "taken_at", at, "original_seen_by", slot->seen_by,
                     "seen_on", slot->seen_on, "assurance", slot->assurance));
}

json_t *checklist_gather(struct store *store, const char *case_id)
{
    json_t *slots = json_array();
    registry_each_slot(store, case_id, add_slot, slots);
    return slots;
}

static const char *text_at(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

void checklist_print(struct ctl *ctl, json_t *slots)
{
    const char *zh[] = {"  材料", "状态", "文件", "SHA-256", "原件核对"};
    const char *en[] = {"  slot", "state", "file", "SHA-256", "original seen"};
    struct grid *grid = grid_new(5, ctl->english ? en : zh);
    size_t i;
    json_t *slot;
    json_array_foreach(slots, i, slot)
    {
        char name[128], sha256[32] = "", seen[256];
        snprintf(name, sizeof name, "  %s", text_at(slot, SAY(ctl, "zh", "slot")));
        if (*text_at(slot, "sha256"))
            snprintf(sha256, sizeof sha256, "%.16s...", text_at(slot, "sha256"));
        snprintf(seen, sizeof seen, "%s %s", text_at(slot, "original_seen_by"), text_at(slot, "seen_on"));
        const char *cells[] = {
            name, word_of(ctl, text_at(slot, "state")), text_at(slot, "file"), sha256, seen};
        grid_add(grid, cells);
    }
    grid_print(grid);
    grid_free(grid);
}
