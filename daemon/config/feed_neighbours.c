/* The feeds of a folder, held against each other. */
#include "feed_house.h"

#include "m13/record.h"
#include "m13/text.h"

static bool shares_a_route(const struct feed_definition *a, const struct feed_definition *b)
{
    for (size_t i = 0; i < a->route_count; i++)
        for (size_t j = 0; j < b->route_count; j++)
            if (string_equal(a->routes[i], b->routes[j]))
                return true;
    return false;
}

/* Which of two feeds counts first would be decided by their names, in silence. */
static void check_rank(const struct feed_neighbours *neighbours, const struct feed_definition *feed,
    struct config_problems *problems)
{
    for (size_t i = 0; i < neighbours->feed_count && neighbours->feeds[i] != feed; i++) {
        const struct feed_definition *other = neighbours->feeds[i];
        if (feed->source.line > 0 && other->source.line > 0 && feed->source.rank == other->source.rank &&
            string_equal(feed->authority, other->authority) && shares_a_route(feed, other))
            config_problem_add(problems, feed->file, feed->source.line,
                "`rank`: the feed %s has the rank %lld too; of one approval in both, which counts first?",
                other->name, (long long)other->source.rank);
    }
}

static bool is_in_folder(const struct feed_neighbours *neighbours, const char *name)
{
    for (size_t i = 0; i < neighbours->name_count; i++)
        if (string_equal(neighbours->names[i], name))
            return true;
    return false;
}

static const struct feed_definition *find_feed(const struct feed_neighbours *neighbours, const char *name)
{
    for (size_t i = 0; i < neighbours->feed_count; i++)
        if (string_equal(neighbours->feeds[i]->name, name))
            return neighbours->feeds[i];
    return NULL;
}

static void check_each(const struct feed_neighbours *neighbours, const struct feed_definition *feed,
    struct config_problems *problems)
{
    const struct feed_each *each = &feed->each;
    const struct feed_definition *other = find_feed(neighbours, each->feed);
    if (other == feed)
        config_problem_add(
            problems, feed->file, each->line, "`feed`: a feed cannot be asked by its own records");
    else if (!is_in_folder(neighbours, each->feed))
        config_problem_add(
            problems, feed->file, each->line, "`feed`: there is no feed \"%s\" in this folder", each->feed);
    if (other == feed || other == NULL)
        return;
    if (feed->enabled && !other->enabled)
        config_problem_add(problems, feed->file, each->line,
            "`feed`: %s is switched off, so there is nothing to ask for", other->name);
    if (feed_mapping_of(other, each->member) == NULL)
        config_problem_add(problems, feed->file, each->line, "`member`: the feed %s does not map `%s`",
            other->name, record_member(each->member)->name);
    if (each->country_count > 0 && feed_mapping_of(other, RECORD_COUNTRY) == NULL)
        config_problem_add(
            problems, feed->file, each->line, "`countries`: the feed %s does not map `country`", other->name);
}

void feed_check_neighbours(const struct feed_neighbours *neighbours, struct config_problems *problems)
{
    for (size_t i = 0; i < neighbours->feed_count; i++) {
        const struct feed_definition *feed = neighbours->feeds[i];
        check_rank(neighbours, feed, problems);
        if (feed->each.feed != NULL)
            check_each(neighbours, feed, problems);
    }
}
