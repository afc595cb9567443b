/* house.h - all rooms of a running daemon, wired to each other (private to the program). */
#ifndef M13_HOUSE_H
#define M13_HOUSE_H

#include "m13/config.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_timer;
struct store;
struct work;
struct feeds;
struct approvals;
struct registry;
struct matcher;
struct casework;
struct alert;
struct publish;
struct control;
struct control_request;

struct house {
    struct config *config;
    const char *config_file;
    struct loop *loop;
    struct loop_timer *group; /* turns whose writes wait are committed by then */
    struct store *store;
    struct work *work;
    struct feeds *feeds;
    struct approvals *approvals;
    struct registry *registry;
    struct matcher *matcher;
    struct casework *casework;
    struct alert *alert;
    struct publish *publish;
    struct control *control;
    int64_t writes_published; /* rows written so far when a publication was last asked for */
};

/* Takes the configuration over. 0, or an exit code with its reason logged. */
int house_open(struct house *house, const char *config_file, struct config *config);
/* Reads the configuration again and swaps it in when all of it is good; else the old one stays. */
bool house_reload(struct house *house);
void house_close(struct house *house);
/* Nothing is asked, read, decided or sent, and nothing waits. */
bool house_is_idle(const struct house *house);

/* words.c: the codes and rules of all rooms into tables label and rule, parameters into table parameter. */
void words_write(struct store *store, const struct config *config);

/* control_verbs.c: what m13ctl may ask of the running daemon. */
int control_verbs_open(struct house *house);

/* False, and the request is finished, when its sender may only read. */
bool control_may_change(struct control_request *request);
/* control_ingest.c */
void control_answer_ingest(struct control_request *request, void *context);
/* control_alerts.c */
void control_answer_alerts(struct control_request *request, void *context);
void control_answer_alerts_test(struct control_request *request, void *context);

/* Verbs of the program: exit codes. */
struct once_plan {
    const char *const *feeds; /* named ones; NULL with `all` false = what is due */
    size_t feed_count;
    bool all;
};
int run_verb(const char *config_file, struct config *config);
int once_verb(const char *config_file, struct config *config, const struct once_plan *plan);

/* notify.c: sd_notify(3), one datagram; silent where no service manager listens. */
void notify_send(const char *lines);
int64_t notify_watchdog_ms(void); /* interval to ping at; 0 = none wanted */

#endif
