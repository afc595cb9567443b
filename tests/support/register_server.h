/* register_server.h - a regulator on 127.0.0.1, for tests and for the demonstration.
 *
 * Speaks openFDA's dialect (FDA/openfda, api/faers: parameters, error bodies, Link header and all their
 * corners) and those of other registers over rows that are served byte for byte, serves a folder of recorded
 * files, and misbehaves as a scenario tells it to (register_server --help lists how). Runs on any event base:
 * on the loop under test, so that a test is one thread, or as a program of its own. */
#ifndef M13_TESTS_REGISTER_SERVER_H
#define M13_TESTS_REGISTER_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct event_base;
struct register_server;

/* Listens on 127.0.0.1; port 0 takes a free one. NULL when it cannot. Stops when freed. */
struct register_server *register_server_new(struct event_base *base, uint16_t port);
void register_server_free(struct register_server *server);
const char *register_server_url(const struct register_server *server); /* http://127.0.0.1:PORT */

/* Rows of `path`, one JSON object a line, as openFDA would serve them; replaces those that were there. -1
 * when the file cannot be read. */
int register_server_dataset(struct register_server *server, const char *path, const char *file);
void register_server_folder(struct register_server *server, const char *folder);
/* A register with a way of its own (register_dialect.c's table) over rows of NDJSON; replaces its rows. -1
 * with a line on stderr when there is no such dialect or file. */
int register_server_dialect(struct register_server *server, const char *name, const char *file);
/* One path is this file, read at each request, of this content type. */
int register_server_serve(
    struct register_server *server, const char *path, const char *file, const char *type);
/* A JSON array of faults; NULL = behave. -1 with a line on stderr when it cannot be understood. */
int register_server_scenario(struct register_server *server, const char *json);
void register_server_validators(struct register_server *server, bool on); /* ETag, Last-Modified, 304 */
void register_server_gzip(struct register_server *server, bool on);       /* when the client accepts it */
void register_server_log(struct register_server *server, FILE *log);      /* one JSON object a request */

int64_t register_server_requests(const struct register_server *server);
/* Line of the log for the n-th request (from 1), whether or not a log was set; NULL when there is none. */
const char *register_server_request(const struct register_server *server, int64_t number);

#endif
