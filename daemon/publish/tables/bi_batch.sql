CREATE TABLE bi_batch (
    batch TEXT NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL,
    cutoff DATE NOT NULL,
    cutoff_ts INTEGER NOT NULL,
    state TEXT NOT NULL,
    cases INTEGER NOT NULL,
    firms INTEGER NOT NULL,
    award INTEGER NOT NULL,
    award_cny REAL NOT NULL,
    paid INTEGER NOT NULL,
    paid_cny REAL NOT NULL,
    differences INTEGER NOT NULL,
    opened_at DATETIME NOT NULL,
    opened_at_ts INTEGER NOT NULL,
    frozen_at DATETIME,
    frozen_at_ts INTEGER,
    public_from DATE,
    public_from_ts INTEGER,
    public_to DATE,
    public_to_ts INTEGER,
    closed_at DATETIME,
    closed_at_ts INTEGER
);

-- Awards as they were frozen, and what of these cases is paid. `differences`: how many cases would be decided otherwise
-- now, or get another amount.
WITH @LEDGER@,
paid (case_id, amount) AS MATERIALIZED (
    SELECT case_id, sum(iif(kind = 'pay', amount, -amount))
    FROM ledger_entry
    WHERE kind IN ('pay', 'recover') AND case_id <> ''
    GROUP BY case_id
), of_batch (batch, cases, firms, award, paid, differences) AS MATERIALIZED (
    SELECT p.batch, count(*), count(DISTINCT c.uscc), sum(p.award), sum(coalesce(paid.amount, 0)),
        sum(coalesce(d.verdict <> c.verdict OR d.review_kind <> c.review_kind OR d.award <> p.award, 0))
    FROM batch_case p
    CROSS JOIN case_file f ON f.id = p.case_file
    CROSS JOIN case_version c ON c.case_file = p.case_file AND c.version = p.version
    LEFT JOIN case_difference d ON d.case_file = p.case_file
    LEFT JOIN paid ON paid.case_id = f.case_id
    GROUP BY p.batch
)
SELECT
    b.name AS batch,
    b.year,
    date(b.cutoff_day * 86400, 'unixepoch') AS cutoff,
    b.cutoff_day * 86400 AS cutoff_ts,
    b.state,
    coalesce(o.cases, 0) AS cases,
    coalesce(o.firms, 0) AS firms,
    coalesce(o.award, 0) AS award,
    coalesce(o.award, 0) / 100.0 AS award_cny,
    coalesce(o.paid, 0) AS paid,
    coalesce(o.paid, 0) / 100.0 AS paid_cny,
    coalesce(o.differences, 0) AS differences,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.opened_at / 1000, 'unixepoch') AS opened_at,
    b.opened_at / 1000 AS opened_at_ts,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.frozen_at / 1000, 'unixepoch') AS frozen_at,
    b.frozen_at / 1000 AS frozen_at_ts,
    date(b.public_from * 86400, 'unixepoch') AS public_from,
    b.public_from * 86400 AS public_from_ts,
    date(b.public_to * 86400, 'unixepoch') AS public_to,
    b.public_to * 86400 AS public_to_ts,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.closed_at / 1000, 'unixepoch') AS closed_at,
    b.closed_at / 1000 AS closed_at_ts
FROM batch b
LEFT JOIN of_batch o ON o.batch = b.id
ORDER BY b.name;
