/* R05: the route is an approval of the product. A route that no table knows says nothing yet, so nothing is
 * told to a firm on it. */
#include "rules.h"

static void say_unknown(const char *code, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(
        line, "登记信息中的批准途径（%s）尚无对应口径，须先由工作人员查明。", code[0] != '\0' ? code : "无");
    line_en(line,
        "The route in the register (%s) is not one that is known here; it has to be cleared up first.",
        code[0] != '\0' ? code : "none");
}

static void say_known(const struct route_parameter *route, struct trace_line *line)
{
    switch (route->answer) {
    case ROUTE_YES:
        line->outcome = RULE_PASS;
        line_zh(line, "批准途径为%s，是对产品的批准。", route->zh);
        line_en(line, "The route, %s, is an approval of the product.", route->en);
        break;
    case ROUTE_REVIEW:
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(line, "批准途径为%s，是否属于政策所称的“批准”，由主管部门核定。", route->zh);
        line_en(line,
            "The route is %s; whether it is an approval in the sense of the policy is for the bureau to "
            "decide.",
            route->en);
        break;
    case ROUTE_NO:
        line->outcome = RULE_FAIL;
        line_zh(line, "批准途径为%s，不是政策所称对产品的新批准。", route->zh);
        line_en(
            line, "The route, %s, is not an approval of a product in the sense of the policy.", route->en);
        break;
    }
}

void rule_route(const struct rule_question *question, struct trace_line *line)
{
    static const char *const answers[] = {[ROUTE_YES] = "yes", [ROUTE_REVIEW] = "review", [ROUTE_NO] = "no"};
    const struct route_parameter *route = question_route(question);
    line_fact(line, &question->item->source, question->item->route);
    line_parameter(line, &question->parameters->routes_source, "%s: %s", question->item->route,
        route != NULL ? answers[route->answer] : "not listed");
    if (route == NULL)
        say_unknown(question->item->route, line);
    else
        say_known(route, line);
}
