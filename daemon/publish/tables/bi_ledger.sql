CREATE TABLE bi_ledger (
    payment_id TEXT NOT NULL PRIMARY KEY,
    policy TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    case_id TEXT NOT NULL,
    uscc TEXT NOT NULL,
    firm_name TEXT NOT NULL,
    product_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    amount_cny REAL NOT NULL,
    batch TEXT NOT NULL,
    batch_year INTEGER,
    decision_year INTEGER,
    paid_date DATE,
    assurance TEXT NOT NULL
);

-- Of every policy: other public money is subtracted from costs, never from these caps. A year that is not known is NULL.
WITH @LEDGER@
SELECT
    e.payment_id,
    e.policy,
    e.level,
    e.kind,
    e.case_id,
    e.uscc,
    coalesce(firm.fields ->> 'name_zh', '') AS firm_name,
    e.product_id,
    e.amount,
    e.amount / 100.0 AS amount_cny,
    e.batch,
    e.batch_year,
    e.decision_year,
    e.paid_date,
    e.assurance
FROM ledger_entry e
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = e.uscc AND firm.seq_to IS NULL
ORDER BY e.payment_id;
