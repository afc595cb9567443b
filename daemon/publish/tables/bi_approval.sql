CREATE TABLE bi_approval (
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    uscc TEXT NOT NULL,
    match_band TEXT NOT NULL,
    holder TEXT NOT NULL,
    product_code TEXT NOT NULL,
    parent TEXT NOT NULL,
    valid_to DATE,
    listed INTEGER NOT NULL,
    PRIMARY KEY (authority, number)
) WITHOUT ROWID;

-- Approvals recognised as a firm's, surely or in doubt; maker, device, route, status and dates stand in bi_case. An empty holder
-- is the maker itself. Silence of a register is no withdrawal: `listed` is 0 when its last complete lists do not show it.
WITH further AS (
    -- approvals that are a firm's by another of their makers than the first; the surest of these
    SELECT k.approval, substr(min(m.band || printf('%020d', m.maker)), -20) + 0 AS maker
    FROM match m CROSS JOIN further_maker k ON k.maker = m.maker AND k.seq_to IS NULL
    CROSS JOIN approval_version v ON v.approval = k.approval AND v.seq_to IS NULL
    WHERE m.seq_to IS NULL AND m.uscc <> '' AND m.band IN ('auto', 'review')
        AND NOT EXISTS (SELECT 1 FROM match w WHERE w.maker = v.maker AND w.seq_to IS NULL AND w.uscc <> ''
            AND w.band IN ('auto', 'review'))
    GROUP BY k.approval
),
recognised AS (
    SELECT v.approval, m.maker, m.uscc, m.band FROM match m
    CROSS JOIN approval_version v ON v.maker = m.maker AND v.seq_to IS NULL
    WHERE m.seq_to IS NULL AND m.uscc <> '' AND m.band IN ('auto', 'review')
    UNION ALL
    SELECT f.approval, m.maker, m.uscc, m.band FROM further f CROSS JOIN match m ON m.maker = f.maker AND m.seq_to IS NULL
)
SELECT
    a.authority,
    a.number,
    r.uscc,
    r.band AS match_band,
    iif(v.holder = maker.name, '', v.holder) AS holder,
    v.product_code,
    v.parent,
    -- few have one, and to look for the word costs less than to parse the record
    iif(instr(v.record, '"valid_to"') > 0, v.record ->> 'valid_to', NULL) AS valid_to,
    a.gone_at IS NULL AS listed
FROM recognised r
CROSS JOIN maker ON maker.id = r.maker
CROSS JOIN approval_version v ON v.approval = r.approval AND v.seq_to IS NULL
CROSS JOIN approval a ON a.id = r.approval
WHERE a.purpose = 'approvals'
ORDER BY a.authority, a.number;
