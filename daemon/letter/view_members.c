/* view_members.c - every name that a template may use (m13/letter.h has their meaning). */
#include "view.h"

#include <stddef.h>

#define VALUE(of)                                                                                            \
    {                                                                                                        \
        .name = (of)                                                                                         \
    }
#define OBJECT(of, inside)                                                                                   \
    {                                                                                                        \
        .name = (of), .members = (inside)                                                                    \
    }
/* A list: its items, how many there are, how many of them were left out. */
#define LIST(of, inside) {.name = (of), .members = (inside)}, VALUE(of "_count"), VALUE(of "_more")
#define DATE(of)         VALUE(of), VALUE(of "_zh"), VALUE(of "_en")
#define WORDS(of)        VALUE(of "_zh"), VALUE(of "_en")
#define END                                                                                                  \
    {                                                                                                        \
        .name = NULL                                                                                         \
    }

static const struct template_member missing_members[] = {VALUE("fact"), VALUE("zh"), VALUE("en"), END};
static const struct template_member near_members[] = {
    VALUE("supplier"), DATE("date_by"), VALUE("zh"), VALUE("en"), END};

static const struct template_member case_members[] = {
    VALUE("case_id"),
    VALUE("event"),
    VALUE("authority"),
    WORDS("authority"),
    VALUE("number"),
    VALUE("device"),
    DATE("decision_date"),
    VALUE("url"),
    VALUE("product_id"),
    VALUE("product_zh"),
    VALUE("verdict"),
    WORDS("verdict"),
    VALUE("old_verdict"),
    WORDS("old_verdict"),
    LIST("why_zh", NULL),
    LIST("why_en", NULL),
    LIST("missing", missing_members),
    WORDS("supply"),
    WORDS("limits"),
    LIST("near", near_members),
    VALUE("stage"),
    WORDS("stage"),
    VALUE("first_load"),
    DATE("told_before"),
    /* events */
    VALUE("is_opened"),
    VALUE("is_verdict"),
    VALUE("is_difference"),
    VALUE("is_correction"),
    VALUE("is_reminder"),
    VALUE("is_deadline"),
    /* verdicts */
    VALUE("is_excluded"),
    VALUE("is_out_of_window"),
    VALUE("is_review"),
    VALUE("is_pending"),
    VALUE("is_eligible"),
    END,
};

static const struct template_member alarm_members[] = {
    VALUE("kind"),
    WORDS("kind"),
    VALUE("subject"),
    WORDS("detail"),
    DATE("since"),
    VALUE("times"),
    END,
};

static const struct template_member feed_members[] = {VALUE("feed"), WORDS("title"), WORDS("line"), END};
static const struct template_member silent_members[] = {VALUE("uscc"), VALUE("name_zh"), VALUE("case_id"),
    DATE("since"), VALUE("times"), VALUE("channel"), VALUE("problem"), END};
static const struct template_member receiver_members[] = {VALUE("channel"), VALUE("recipient"),
    VALUE("name_zh"), VALUE("disabled"), VALUE("problem"), LIST("messages", NULL), VALUE("count"), END};
static const struct template_member problem_members[] = {
    VALUE("sheet"), VALUE("row"), VALUE("field"), VALUE("reason"), VALUE("expected"), END};
static const struct template_member firm_members[] = {VALUE("uscc"), VALUE("name_zh"), END};
static const struct template_member desk_members[] = {
    VALUE("name"), VALUE("phone"), VALUE("mail"), VALUE("address"), END};
static const struct template_member deadline_members[] = {
    DATE("day"), VALUE("name"), VALUE("days_left"), END};
static const struct template_member journal_members[] = {VALUE("seq"), VALUE("hash"), END};

const struct template_member view_members[] = {
    VALUE("id"),
    VALUE("type"),
    DATE("timestamp"),
    VALUE("audience"),
    VALUE("urgent"),
    VALUE("attached"),
    OBJECT("firm", firm_members),
    OBJECT("desk", desk_members),
    LIST("cases", case_members),
    VALUE("any_first_load"),
    VALUE("any_missing"),
    VALUE("any_eligible"),
    OBJECT("deadline", deadline_members),
    LIST("silent", silent_members),
    LIST("unreachable", silent_members),
    LIST("dead", silent_members),
    VALUE("left_out"),
    LIST("raised", alarm_members),
    LIST("standing", alarm_members),
    LIST("healed", alarm_members),
    LIST("feeds", feed_members),
    OBJECT("journal", journal_members),
    /* of a test: by which channel */
    VALUE("channel"),
    /* of a receipt */
    VALUE("file"),
    VALUE("kind"),
    VALUE("by"),
    VALUE("rows"),
    VALUE("added"),
    VALUE("changed"),
    VALUE("unchanged"),
    VALUE("rejected"),
    VALUE("warnings"),
    VALUE("unlisted"),
    VALUE("problem"),
    LIST("problems", problem_members),
    /* of deliveries that failed */
    LIST("receivers", receiver_members),
    VALUE("more"),
    /* types */
    VALUE("is_lead"),
    VALUE("is_question"),
    VALUE("is_correction"),
    VALUE("is_reminder"),
    VALUE("is_deadline"),
    VALUE("is_weekly"),
    VALUE("is_receipt"),
    VALUE("is_alarm"),
    VALUE("is_delivery"),
    VALUE("is_health"),
    VALUE("is_test"),
    END,
};

static const struct template_member public_case_members[] = {
    VALUE("authority"), WORDS("authority"), VALUE("number"), END};
static const struct template_member public_firm_members[] = {VALUE("name_zh"), END};
static const struct template_member public_desk_members[] = {VALUE("phone"), END};

const struct template_member view_public_members[] = {
    OBJECT("firm", public_firm_members),
    OBJECT("desk", public_desk_members),
    LIST("cases", public_case_members),
    VALUE("is_test"),
    END,
};

/* What the frame around the HTML of a message has. */
const struct template_member view_frame_members[] = {
    VALUE("language"),
    VALUE("subject"),
    VALUE("id"),
    OBJECT("desk", desk_members),
    {.name = "body", .raw = true},
    END,
};
