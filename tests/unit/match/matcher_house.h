/* matcher_house.h - a database with makers and firms, and the matcher at work on it. */
#ifndef M13_TEST_MATCHER_HOUSE_H
#define M13_TEST_MATCHER_HOUSE_H

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/match.h"
#include "m13/store.h"
#include "m13/work.h"

#define FIRM_A "91110108MA01ABCD2H"
#define FIRM_B "91110108MAR4GQH65Y"

struct house {
    char *folder;
    struct store *store;
    struct work *work;
    struct matcher *matcher;
};

#define QINGHE                                                                                                   \
    "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\","                       \
    "\"name_en\":\"Beijing Qinghe Medical Technology Co., Ltd.\","                                               \
    "\"former_names\":\"北京青田仪器有限公司@2019-05-01|Beijing Qingtian Instrument Co., Ltd.@2019\"," \
    "\"aliases\":\"QHMT|Qinghe Med\",\"srn\":\"CN-MF-000012345\",\"fei\":\"3006400113|3006400114\"}"

struct current {
    char band[8], uscc[32], rule[8];
    int64_t version, score, beijing, seq_from;
    bool has_why;
};

int house_begin(void **state);
int house_end(void **state);
/* As after a kill and a restart: what was not committed is lost. */
void house_reopen(struct house *house);
/* Runs what is waiting for the matcher, a microsecond's slice at a time. */
size_t house_run(struct house *house);
/* The same in slices so long that few commits are needed. */
void house_hurry(struct house *house);
int64_t house_count(struct house *house, const char *sql);
int64_t house_add_maker(
    struct house *house, const char *name, const char *country, const char *city, const char *identifiers);
/* A firm's record, or its next version, as the registry writes it; NULL fields withdraw it. */
void house_write_firm(struct house *house, const char *uscc, const char *fields);
void house_import_firm(struct house *house, const char *uscc, const char *fields);
struct current house_current_of(struct house *house, int64_t maker);

#endif
