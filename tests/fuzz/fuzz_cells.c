/* Every parser of a cell: the first byte chooses it, the rest is the cell. Whatever stands there gives a
 * value or a reason, and a value is read as itself. */
#include "fuzz_target.h"

#include "cells.h"
#include "fold.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    local_cell_parser *parse;
    bool reads_itself;
} parsers[] = {
    {local_cell_text, true},
    {local_cell_name, true},
    {local_cell_names, true},
    {local_cell_former_names, true},
    {local_cell_key_name, true},
    {local_cell_files, true},
    {local_cell_code, true},
    {local_cell_codes, true},
    {local_cell_number, true},
    {local_cell_numbers, true},
    {local_cell_uscc, true},
    {local_cell_srn, true},
    {local_cell_fei, true},
    {local_cell_owner_operator, true},
    {local_cell_corporate_number, true},
    {local_cell_nmpa_number, true},
    {local_cell_udi_di, true},
    {local_cell_declaration, true},
    {local_cell_item_number, true},
    {local_cell_case, true},
    {local_cell_facts_hash, true},
    {local_cell_address, true},
    {local_cell_yes_no, true},
    {local_cell_country, true},
    {local_cell_currency, true},
    {local_cell_status, true},
    {local_cell_class, true},
    {local_cell_district, true},
    {local_cell_relation, true},
    {local_cell_approval_status, true},
    {local_cell_cost_category, true},
    {local_cell_level, true},
    {local_cell_payment_kind, true},
    {local_cell_quote, true},
    {local_cell_credit_flag, true},
    {local_cell_channel, true},
    {local_cell_language, true},
    {local_cell_slot, true},
    {local_cell_decision_item, true},
    {local_cell_answer, true},
    {local_cell_dispute, true},
    {local_cell_authority, true},
    {local_cell_route, true},
    {local_cell_trade_mode, true},
    {local_cell_date, true},
    {local_cell_date_1904, true},
    {local_cell_year, true},
    {local_cell_amount, true},
    {local_cell_amount_cny, true},
    {local_cell_positive_cny, true},
    {local_cell_rate, true},
    {local_cell_percent, false}, /* 0.5 of 0.5% could as well be a half */
    {local_cell_product_shares, false},
    {local_cell_related, true},
    {local_cell_product, true},
};

static void demand(bool good)
{
    if (!good)
        abort();
}

static bool is_blank(const char *cell)
{
    struct text folded = TEXT_WITH_CEILING(1 << 20);
    local_fold(cell, strlen(cell), FOLD_NO_BLANKS, &folded);
    bool blank = folded.length == 0;
    text_free(&folded);
    return blank;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2 || length > 1 << 18)
        return 0;
    size_t chosen = bytes[0] % (sizeof parsers / sizeof parsers[0]);
    char *cell = malloc(length);
    memcpy(cell, bytes + 1, length - 1);
    cell[length - 1] = '\0';
    if (!is_blank(cell)) {
        struct text once = TEXT_WITH_CEILING(1 << 20), twice = TEXT_WITH_CEILING(1 << 20);
        struct failure why = {0};
        int r = parsers[chosen].parse(cell, &once, &why);
        demand(r <= 1 && (r == 0 || why.text[0] != '\0'));
        demand((r < 0) == (once.length == 0));
        demand(utf8_is_valid(text_string(&once), once.length));
        if (r >= 0 && parsers[chosen].reads_itself) {
            demand(parsers[chosen].parse(text_string(&once), &twice, &why) >= 0);
            demand(strcmp(text_string(&once), text_string(&twice)) == 0);
        }
        local_amount_currencies(cell);
        text_free(&once);
        text_free(&twice);
    }
    free(cell);
    return 0;
}
