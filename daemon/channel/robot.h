/* robot.h - robots of group chats: one text, one POST, and the code in the body of the answer is the truth,
 * HTTP 200 or not (private to the room).
 *
 * A robot is a third party's cloud: render_robot() gives it public facts alone. It goes as plain text, never
 * as markdown or a card: names of makers and products come from outside, and would be obeyed there. */
#ifndef M13_CHANNEL_ROBOT_H
#define M13_CHANNEL_ROBOT_H

#include "posting.h"

/* What a code means, beside the sending. */
enum robot_word {
    ROBOT_TAKEN,
    ROBOT_BUSY,     /* its service, or it cannot tell: again, as the schedule has it */
    ROBOT_CROWDED,  /* too many messages: again, after the robot's `crowded_ms` */
    ROBOT_REJECTS,  /* this message */
    ROBOT_MISPLACED /* its address or a setting of it: no message of ours will be taken as things are */
};

struct robot_code {
    int64_t code;
    const char
        *says; /* only when the answer's words have this in them; NULL = in any case. First fit wins. */
    enum robot_word word;
    const char *text;
};

struct robot {
    enum channel_kind kind;
    const char *const *hosts;               /* of firms' robots */
    size_t text_bytes;                      /* at most */
    const char *code_names[2], *words_name; /* members of the answer; older answers have the second */
    const struct robot_code *codes;
    size_t code_count;
    int64_t crowded_ms, crowded_jitter_ms;
    bool token_is_in_path;
    /* The body, and the signature where this robot wants it; NULL or "" = it is not asked for one. */
    json_t *(*write)(const char *text, const char *secret, int64_t now, struct text *url);
};

void robot_send(const struct robot *robot, struct courier *courier, const struct parcel *parcel,
    sending_ended *ended, void *context);
/* Control characters left out, < and > as their full-width kin: no tag (<at user_id="all">) gets through.
 * At most so many bytes, cut at a character. The caller frees. */
char *robot_plain(const char *text, size_t most_bytes);
void robot_judge(const struct posting_reply *reply, const void *robot, struct sending_end *end);

#endif
