-- The ledger: entries as they were delivered, and what a frozen batch reserves for a case that they do not name yet. A
-- year that is not known is NULL, and counts in every one. (No view of the database: it may hold no function of JSON.)
ledger_entry (payment_id, policy, level, kind, case_id, uscc, product_id, amount, batch, batch_year, decision_year, paid_date,
        assurance) AS MATERIALIZED (
    SELECT
        r.key,
        r.fields ->> 'policy',
        coalesce(r.fields ->> 'level', ''),
        r.fields ->> 'kind',
        r.case_id,
        iif(r.uscc <> '', r.uscc, coalesce(c.uscc, '')),
        iif(r.product_id <> '', r.product_id, coalesce(c.product_id, '')),
        -- yuan as written, with a point or without, in fen: no floating point touches money
        CAST(r.fields ->> 'amount_cny' AS INTEGER) * 100 + iif(instr(r.fields ->> 'amount_cny', '.') = 0, 0, CAST(
            substr(substr(r.fields ->> 'amount_cny', instr(r.fields ->> 'amount_cny', '.') + 1) || '00', 1, 2) AS INTEGER)),
        coalesce(r.fields ->> 'batch', ''),
        CASE
            WHEN r.fields ->> 'batch' GLOB '2[01][0-9][0-9]*' THEN CAST(substr(r.fields ->> 'batch', 1, 4) AS INTEGER)
            ELSE CAST(substr(r.fields ->> 'paid_date', 1, 4) AS INTEGER)
        END,
        coalesce(CAST(r.fields ->> 'decision_year' AS INTEGER),
            iif(strftime('%Y', v.decision_first * 86400, 'unixepoch') = strftime('%Y', v.decision_last * 86400, 'unixepoch'),
                CAST(strftime('%Y', v.decision_first * 86400, 'unixepoch') AS INTEGER), NULL)),
        r.fields ->> 'paid_date',
        r.assurance
    FROM local_record r
    LEFT JOIN case_file f ON f.case_id = r.case_id AND r.case_id <> ''
    LEFT JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL
    LEFT JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
    WHERE r.kind = 'payments' AND r.seq_to IS NULL AND r.withdrawn = 0
    UNION ALL
    SELECT
        'batch ' || batch.name || ' ' || f.case_id,
        f.policy,
        'city',
        'reserve',
        f.case_id,
        c.uscc,
        c.product_id,
        b.award,
        batch.name,
        batch.year,
        iif(strftime('%Y', v.decision_first * 86400, 'unixepoch') = strftime('%Y', v.decision_last * 86400, 'unixepoch'),
            CAST(strftime('%Y', v.decision_first * 86400, 'unixepoch') AS INTEGER), NULL),
        NULL,
        'verified'
    FROM batch_case b
    CROSS JOIN batch ON batch.id = b.batch
    CROSS JOIN case_file f ON f.id = b.case_file
    CROSS JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL
    LEFT JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
    WHERE f.stage NOT IN ('rejected', 'withdrawn', 'recovered') AND NOT EXISTS (
        SELECT 1
        FROM local_record r
        WHERE r.case_id = f.case_id AND r.kind = 'payments' AND r.seq_to IS NULL AND r.withdrawn = 0
            AND (f.stage IN ('paid', 'watched') OR r.fields ->> 'kind' = 'reserve')
    )
),
-- What is committed: of entries that belong together the greater of what was reserved and paid, minus what was recovered.
ledger_commitment (policy, uscc, product_id, case_id, decision_year, batch_year, amount) AS MATERIALIZED (
    SELECT
        policy,
        uscc,
        product_id,
        case_id,
        decision_year,
        coalesce(max(iif(kind = 'pay', batch_year, NULL)), max(iif(kind = 'reserve', batch_year, NULL))),
        max(sum(iif(kind = 'pay', amount, 0)), sum(iif(kind = 'reserve', amount, 0)))
            - sum(iif(kind = 'recover', amount, 0))
    FROM ledger_entry
    GROUP BY policy, uscc, decision_year, case_id, product_id, iif(case_id = '', batch, ''),
        iif(case_id = '', batch_year, NULL)
)