#include "mapping_plan.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static size_t *look_up(struct source_list *list, char *const *names, size_t count)
{
    size_t *indices = memory_get_zeroed(count, sizeof *indices);
    for (size_t i = 0; i < count; i++)
        indices[i] = source_list_add(list, names[i], strlen(names[i]));
    return indices;
}

static struct url_template *parse_template(struct source_list *list, const char *template)
{
    if (template == NULL)
        return NULL;
    struct url_template *parsed = memory_get(sizeof *parsed);
    url_template_parse(template, list, parsed);
    return parsed;
}

static struct plan_condition *plan_conditions(
    struct source_list *list, const struct feed_condition *conditions, size_t count)
{
    struct plan_condition *planned = memory_get_zeroed(count, sizeof *planned);
    for (size_t i = 0; i < count; i++) {
        planned[i].source = source_list_add(list, conditions[i].source, strlen(conditions[i].source));
        planned[i].definition = &conditions[i];
    }
    return planned;
}

static void plan_rule(struct source_list *list, const struct feed_rule *rule, struct plan_rule *ret_rule)
{
    ret_rule->conditions = plan_conditions(list, rule->conditions, rule->condition_count);
    ret_rule->condition_count = rule->condition_count;
    ret_rule->choice = (struct plan_choice){.value = rule->value,
        .template = parse_template(list, rule->url_template),
        .sources = look_up(list, rule->sources, rule->source_count),
        .source_count = rule->source_count,
        .join = rule->join};
}

static void plan_member(struct source_list *list, const struct feed_mapping *mapping, struct plan_member *ret)
{
    ret->definition = mapping;
    ret->rules = memory_get_zeroed(mapping->rule_count, sizeof *ret->rules);
    ret->rule_count = mapping->rule_count;
    for (size_t i = 0; i < mapping->rule_count; i++)
        plan_rule(list, &mapping->rules[i], &ret->rules[i]);
    /* A mapping without rules has nothing that could be unmatched. */
    ret->otherwise =
        (struct plan_choice){.value = mapping->rule_count > 0 ? mapping->unmatched : mapping->value,
            .template = parse_template(list, mapping->url_template),
            .sources = look_up(list, mapping->sources, mapping->source_count),
            .source_count = mapping->source_count,
            .join = mapping->join};
}

void plan_make(const struct feed_definition *definition, struct plan *ret_plan)
{
    *ret_plan =
        (struct plan){.member_count = definition->mapping_count, .skip_count = definition->skip_count};
    ret_plan->members = memory_get_zeroed(definition->mapping_count, sizeof *ret_plan->members);
    for (size_t i = 0; i < definition->mapping_count; i++)
        plan_member(&ret_plan->sources, &definition->mappings[i], &ret_plan->members[i]);
    ret_plan->skip = memory_get_zeroed(definition->skip_count, sizeof *ret_plan->skip);
    for (size_t i = 0; i < definition->skip_count; i++) {
        const struct feed_skip *skip = &definition->skip[i];
        ret_plan->skip[i].conditions =
            plan_conditions(&ret_plan->sources, skip->conditions, skip->condition_count);
        ret_plan->skip[i].condition_count = skip->condition_count;
    }
}

static void release_choice(struct plan_choice *choice)
{
    free(choice->sources);
    if (choice->template != NULL)
        url_template_release(choice->template);
    free(choice->template);
}

void plan_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->member_count; i++) {
        struct plan_member *member = &plan->members[i];
        for (size_t j = 0; j < member->rule_count; j++) {
            free(member->rules[j].conditions);
            release_choice(&member->rules[j].choice);
        }
        free(member->rules);
        release_choice(&member->otherwise);
    }
    free(plan->members);
    for (size_t i = 0; i < plan->skip_count; i++)
        free(plan->skip[i].conditions);
    free(plan->skip);
    source_list_release(&plan->sources);
}
