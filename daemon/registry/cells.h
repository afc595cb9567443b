/* cells.h - one parser for each kind of cell (m13/registry.h, struct local_column). Total: any string that is
 * not blank gives a value or a reason. */
#ifndef REGISTRY_CELLS_H
#define REGISTRY_CELLS_H

#include "m13/failure.h"
#include "m13/text.h"

#include <stdbool.h>

/* One cell of free text. Excel itself allows 32,767 characters; the longest real list of models has 6 KB. */
#define CELL_TEXT_BYTES (16 * 1024)
/* One code: identifier, number, currency. */
#define CELL_CODE_BYTES 120

typedef int local_cell_parser(const char *cell, struct text *out, struct failure *ret_why);

/* text, lists of it */
local_cell_parser local_cell_text, local_cell_name, local_cell_names, local_cell_former_names;
local_cell_parser local_cell_key_name; /* a name that is part of a key: without '|' */
local_cell_parser local_cell_files;    /* names in inbox/files: no folders, no leading dot */

/* codes and numbers that others give out */
local_cell_parser local_cell_product; /* our own code of a product: without '|' and '@' */
local_cell_parser local_cell_code, local_cell_codes, local_cell_number, local_cell_numbers;
local_cell_parser local_cell_uscc, local_cell_srn, local_cell_fei, local_cell_owner_operator;
local_cell_parser local_cell_corporate_number;
local_cell_parser local_cell_nmpa_number, local_cell_udi_di;
local_cell_parser local_cell_declaration; /* 18 digits, or 21 with the item: see local_declaration_item() */
local_cell_parser local_cell_item_number;
local_cell_parser local_cell_case, local_cell_facts_hash;
local_cell_parser local_cell_address; /* e-mail, or https://...: its own reasons never quote it */

/* closed lists, and two that are open for a person to judge */
local_cell_parser local_cell_yes_no, local_cell_related, local_cell_country, local_cell_currency,
    local_cell_status;
local_cell_parser local_cell_class, local_cell_district, local_cell_relation, local_cell_approval_status;
local_cell_parser local_cell_cost_category, local_cell_level, local_cell_payment_kind, local_cell_quote;
local_cell_parser local_cell_credit_flag, local_cell_channel, local_cell_language, local_cell_slot;
local_cell_parser local_cell_decision_item, local_cell_answer, local_cell_dispute;
local_cell_parser local_cell_authority, local_cell_route, local_cell_trade_mode;

/* dates */
local_cell_parser local_cell_date, local_cell_year;
local_cell_parser local_cell_date_1904; /* bare day numbers count from 1904-01-01 */

/* money, never through floating point */
local_cell_parser local_cell_amount;         /* in the row's currency; may be negative */
local_cell_parser local_cell_amount_cny;     /* yuan, at most two decimals */
local_cell_parser local_cell_positive_cny;   /* the same, above 0 */
local_cell_parser local_cell_rate;           /* an exchange rate: above 0, at most 8 decimals */
local_cell_parser local_cell_percent;        /* above 0, at most 100 */
local_cell_parser local_cell_product_shares; /* P1@60|P2@40, together at most 100 */

/* The codes, joined by blanks, of which the row's currency must be one since an amount is written with its
 * sign or name ("US$", "万美元"); "" = it is written without. */
const char *local_amount_currencies(const char *cell);
/* The two digits of the item in a declaration number of 21 digits, or NULL. */
const char *local_declaration_item(const char *canonical);

/* “...”: a cell as a message quotes it, cut to a readable length. Uses a buffer of its own until the next
 * call. */
const char *local_cell_quoted(const char *cell);

#endif
