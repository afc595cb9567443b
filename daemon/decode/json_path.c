#include "json_path.h"

#include "m13/text.h"

#include <string.h>

#define INDEX_DIGITS 9

static bool read_index(const char *text, size_t length, int64_t *ret_index)
{
    char digits[INDEX_DIGITS + 1];
    if (length == 0 || length > INDEX_DIGITS)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    return string_to_integer(digits, 0, INT32_MAX, ret_index) == 0;
}

/* What stands between [ and ]. */
static bool read_bracket(const char *text, size_t length, struct json_path_step *ret_step)
{
    const char *equals = memchr(text, '=', length);
    *ret_step = (struct json_path_step){.kind = JSON_PATH_ELEMENTS, .text = text};
    if (length == 0)
        return true;
    if (length == 1 && *text == '*') {
        ret_step->kind = JSON_PATH_ALL;
        return true;
    }
    ret_step->kind = JSON_PATH_INDEX;
    if (equals == NULL)
        return read_index(text, length, &ret_step->index);
    ret_step->kind = JSON_PATH_FITTING;
    ret_step->key = text;
    ret_step->key_length = (size_t)(equals - text);
    ret_step->text = equals + 1;
    ret_step->length = (size_t)(text + length - ret_step->text);
    ret_step->prefix = ret_step->length > 0 && ret_step->text[ret_step->length - 1] == '*';
    ret_step->length -= ret_step->prefix;
    return ret_step->key_length > 0;
}

struct json_path_step json_path_next(const char **cursor)
{
    const char *at = *cursor;
    struct json_path_step step = {.kind = JSON_PATH_END};
    if (*at == '.')
        at++;
    if (*at == '\0')
        return step;
    const char *close = *at == '[' ? strchr(at, ']') : NULL;
    if (close != NULL && read_bracket(at + 1, (size_t)(close - at - 1), &step)) {
        *cursor = close + 1;
        return step;
    }
    size_t length = strcspn(at + 1, ".[") + 1;
    *cursor = at + length;
    return (struct json_path_step){
        .kind = length == 1 && *at == '*' ? JSON_PATH_EVERY : JSON_PATH_NAME, .text = at, .length = length};
}
