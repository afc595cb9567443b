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
SELECT
    a.authority,
    a.number,
    m.uscc,
    m.band AS match_band,
    iif(v.holder = maker.name, '', v.holder) AS holder,
    v.product_code,
    v.parent,
    -- few have one, and to look for the word costs less than to parse the record
    iif(instr(v.record, '"valid_to"') > 0, v.record ->> 'valid_to', NULL) AS valid_to,
    a.gone_at IS NULL AS listed
FROM match m
CROSS JOIN maker ON maker.id = m.maker
CROSS JOIN approval_version v ON v.maker = m.maker AND v.seq_to IS NULL
CROSS JOIN approval a ON a.id = v.approval
WHERE m.seq_to IS NULL AND m.uscc <> '' AND m.band IN ('auto', 'review') AND a.purpose = 'approvals'
ORDER BY a.authority, a.number;
