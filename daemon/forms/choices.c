#include "workbook.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

#define CHOICES_SHEET "选项"

enum {
    LAST_ROW = LXW_ROW_MAX - 1,
    LITERAL_MOST = 255, /* characters of a list that stands in the cell's own rule */
    FORMULA_BYTES = 64,
    WORD_BYTES_MOST = 4096,
};

static struct text first_word(const struct local_choice *choice)
{
    struct text word = TEXT_WITH_CEILING(WORD_BYTES_MOST);
    text_append(&word, choice->words, strcspn(choice->words, "|"));
    return word;
}

struct text form_word(const struct local_choice *choices, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (string_equal(choices[i].code, code))
            return first_word(&choices[i]);
    struct text word = TEXT_WITH_CEILING(WORD_BYTES_MOST);
    text_append_string(&word, code);
    return word;
}

/* The words, NULL-terminated; *ret_fits: they can stand in the rule, where a comma parts them. */
static char **words_of(const struct local_choice *choices, size_t count, bool *ret_fits)
{
    char **words = memory_get_zeroed(count + 1, sizeof *words);
    size_t characters = count - 1;
    *ret_fits = true;
    for (size_t i = 0; i < count; i++) {
        struct text word = first_word(&choices[i]);
        characters += form_width(text_string(&word)); /* never less than its characters */
        *ret_fits = *ret_fits && !strchr(text_string(&word), ',');
        words[i] = text_take(&word);
    }
    *ret_fits = *ret_fits && characters <= LITERAL_MOST;
    return words;
}

/* Puts them into a column of the hidden sheet, and the formula that means them into `out`. */
static void write_hidden(struct form *form, char *const *words, size_t count, char out[FORMULA_BYTES])
{
    char letters[LXW_MAX_COL_NAME_LENGTH];
    if (!form->choices) {
        form->choices = workbook_add_worksheet(form->workbook, CHOICES_SHEET);
        worksheet_hide(form->choices);
    }
    lxw_col_t column = form->choice_columns++;
    for (size_t i = 0; i < count; i++)
        worksheet_write_string(form->choices, (lxw_row_t)i, column, words[i], NULL);
    lxw_col_to_name(letters, column, LXW_TRUE);
    snprintf(out, FORMULA_BYTES, "='" CHOICES_SHEET "'!%s$1:%s$%zu", letters, letters, count);
}

static void set_rule(lxw_worksheet *worksheet, lxw_col_t column, lxw_data_validation *validation)
{
    worksheet_data_validation_range(worksheet, 1, column, LAST_ROW, column, validation);
}

void form_offer(struct form *form, lxw_worksheet *worksheet, lxw_col_t column,
    const struct local_choice *choices, size_t count, lxw_data_validation *validation)
{
    char formula[FORMULA_BYTES];
    bool fits;
    if (count == 0) {
        validation->validate = LXW_VALIDATION_TYPE_ANY;
        set_rule(worksheet, column, validation);
        return;
    }
    char **words = words_of(choices, count, &fits);
    if (fits) {
        validation->validate = LXW_VALIDATION_TYPE_LIST;
        validation->value_list = words;
    } else {
        write_hidden(form, words, count, formula);
        validation->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
        validation->value_formula = formula;
    }
    set_rule(worksheet, column, validation);
    for (size_t i = 0; i < count; i++)
        free(words[i]);
    free(words);
}
