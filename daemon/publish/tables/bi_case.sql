CREATE TABLE bi_case (
    case_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    policy TEXT NOT NULL,
    uscc TEXT NOT NULL,
    firm_name TEXT NOT NULL,
    firm_name_en TEXT NOT NULL,
    district TEXT NOT NULL,
    product_id TEXT NOT NULL,
    product_name TEXT NOT NULL,
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    item TEXT NOT NULL,
    route TEXT NOT NULL,
    status TEXT NOT NULL,
    device TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    decision_date_from DATE,
    decision_date_from_ts INTEGER,
    decision_date_to DATE,
    decision_date_to_ts INTEGER,
    decision_date_precision TEXT NOT NULL,
    verdict TEXT NOT NULL,
    review_kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    stage_since DATETIME NOT NULL,
    stage_since_ts INTEGER NOT NULL,
    amount_state TEXT NOT NULL,
    award INTEGER NOT NULL,
    award_cny REAL NOT NULL,
    officer TEXT NOT NULL,
    batch TEXT NOT NULL,
    missing TEXT NOT NULL,
    next_action TEXT NOT NULL,
    supply_until DATE,
    at_stake INTEGER,
    at_stake_cny REAL,
    match_band TEXT NOT NULL,
    match_rule TEXT NOT NULL,
    score INTEGER NOT NULL,
    first_flagged DATETIME NOT NULL,
    first_flagged_ts INTEGER NOT NULL,
    first_load INTEGER NOT NULL,
    evidence_url TEXT NOT NULL
);

-- What is at stake where something is missing: the amount as reckoned, or the product's cap; and until when the firm can
-- supply it, as far as a filing window is configured.
WITH cap (fen) AS (
    SELECT CAST(replace(substr(value, 5, instr(value, '.') - 5), ',', '') AS INTEGER) * 100
        + CAST(substr(value, instr(value, '.') + 1, 2) AS INTEGER)
    FROM parameter
    WHERE name = 'product-cap' AND coalesce(from_day, 0) <= :now / 86400000
    ORDER BY from_day DESC
    LIMIT 1
), filing (last) AS (
    SELECT nullif(substr(value, 13, 10), '')
    FROM parameter
    WHERE name = 'filing-window' AND value GLOB '[0-9]*' AND coalesce(from_day, 0) <= :now / 86400000
    ORDER BY from_day DESC
    LIMIT 1
)
SELECT
    f.case_id,
    c.version,
    f.policy,
    c.uscc,
    coalesce(firm.fields ->> 'name_zh', '') AS firm_name,
    coalesce(firm.fields ->> 'name_en', '') AS firm_name_en,
    coalesce(firm.fields ->> 'district', '') AS district,
    c.product_id,
    coalesce(product.fields ->> 'name_zh', '') AS product_name,
    f.authority,
    f.number,
    f.item,
    v.route,
    v.status,
    v.device,
    coalesce(maker.name, '') AS manufacturer,
    date(v.decision_first * 86400, 'unixepoch') AS decision_date_from,
    v.decision_first * 86400 AS decision_date_from_ts,
    date(v.decision_last * 86400, 'unixepoch') AS decision_date_to,
    v.decision_last * 86400 AS decision_date_to_ts,
    CASE
        WHEN v.decision_first IS NULL THEN ''
        WHEN v.decision_first = v.decision_last THEN 'day'
        WHEN date(v.decision_first * 86400, 'unixepoch', 'start of year') = date(v.decision_first * 86400, 'unixepoch')
            AND date(v.decision_first * 86400, 'unixepoch', '+1 year', '-1 day')
                = date(v.decision_last * 86400, 'unixepoch') THEN 'year'
        WHEN date(v.decision_first * 86400, 'unixepoch', 'start of month') = date(v.decision_first * 86400, 'unixepoch')
            AND date(v.decision_first * 86400, 'unixepoch', '+1 month', '-1 day')
                = date(v.decision_last * 86400, 'unixepoch') THEN 'month'
        ELSE 'interval'
    END AS decision_date_precision,
    c.verdict,
    c.review_kind,
    f.stage,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.stage_since / 1000, 'unixepoch') AS stage_since,
    f.stage_since / 1000 AS stage_since_ts,
    c.amount_state,
    c.award,
    c.award / 100.0 AS award_cny,
    f.officer,
    coalesce(batch.name, '') AS batch,
    c.missing,
    c.next_action,
    iif(c.verdict = 'pending', (SELECT last FROM filing), NULL) AS supply_until,
    CASE
        WHEN c.verdict = 'pending' AND c.award > 0 THEN c.award
        WHEN c.verdict IN ('pending', 'out_of_window') THEN (SELECT fen FROM cap)
    END AS at_stake,
    CASE
        WHEN c.verdict = 'pending' AND c.award > 0 THEN c.award
        WHEN c.verdict IN ('pending', 'out_of_window') THEN (SELECT fen FROM cap)
    END / 100.0 AS at_stake_cny,
    coalesce(m.band, '') AS match_band,
    coalesce(m.rule, '') AS match_rule,
    coalesce(m.score, 0) AS score,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.opened_at / 1000, 'unixepoch') AS first_flagged,
    f.opened_at / 1000 AS first_flagged_ts,
    coalesce(first_poll.kind = 'history' OR first_poll.first_by_hand, 0) AS first_load,
    coalesce(v.record ->> 'url', '') AS evidence_url
FROM current_case c
CROSS JOIN case_file f ON f.id = c.case_file
CROSS JOIN approval a ON a.id = f.approval
CROSS JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
-- of several makers of a number the firm's own
LEFT JOIN maker ON maker.id = coalesce((
    SELECT k.maker FROM further_maker k
    CROSS JOIN match o ON o.maker = k.maker AND o.seq_to IS NULL AND o.uscc = c.uscc AND o.band IN ('auto', 'review')
    WHERE k.approval = f.approval AND k.seq_to IS NULL
        AND NOT EXISTS (SELECT 1 FROM match w WHERE w.maker = v.maker AND w.seq_to IS NULL AND w.uscc = c.uscc)
    ORDER BY o.band, k.maker LIMIT 1), v.maker)
LEFT JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL
LEFT JOIN poll first_poll ON first_poll.id = a.first_poll
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = c.uscc AND firm.seq_to IS NULL
LEFT JOIN batch_case ON batch_case.case_file = c.case_file
LEFT JOIN batch ON batch.id = batch_case.batch
LEFT JOIN local_record product ON product.kind = 'products' AND product.key = c.product_id AND product.seq_to IS NULL
ORDER BY c.case_file;
