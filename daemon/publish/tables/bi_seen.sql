CREATE TABLE bi_seen (
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    country TEXT NOT NULL,
    city TEXT NOT NULL,
    device TEXT NOT NULL,
    decision_date DATE,
    decision_date_ts INTEGER,
    status TEXT NOT NULL,
    standing TEXT NOT NULL,
    uscc TEXT NOT NULL,
    match_rule TEXT NOT NULL,
    cases INTEGER NOT NULL,
    PRIMARY KEY (authority, number)
) WITHOUT ROWID;

-- Approvals whose maker sits in China, or nobody says where, and those of our firms' affiliates, decided since 2025: what
-- came before concerns no policy that is known here, and where it is a firm's of ours it stands in bi_case.
SELECT
    a.authority,
    a.number,
    coalesce(maker.name, '') AS manufacturer,
    coalesce(maker.country, '') AS country,
    coalesce(maker.city, '') AS city,
    v.device,
    date(v.decision_last * 86400, 'unixepoch') AS decision_date,
    v.decision_last * 86400 AS decision_date_ts,
    v.status,
    CASE
        WHEN v.maker IS NULL THEN 'no-maker'
        WHEN m.band IS NULL THEN 'waiting'
        WHEN m.band = 'none' AND m.beijing = 1 THEN 'unclaimed'
        ELSE m.band
    END AS standing,
    coalesce(m.uscc, '') AS uscc,
    coalesce(m.rule, '') AS match_rule,
    (SELECT count(*) FROM case_file f WHERE f.approval = a.id) AS cases
FROM approval_version v
CROSS JOIN approval a ON a.id = v.approval
-- of several makers of a number one that is some firm's
LEFT JOIN maker ON maker.id = coalesce((
    SELECT k.maker FROM further_maker k
    CROSS JOIN match o ON o.maker = k.maker AND o.seq_to IS NULL AND o.uscc <> '' AND o.band IN ('auto', 'review')
    WHERE k.approval = a.id AND k.seq_to IS NULL
        AND NOT EXISTS (SELECT 1 FROM match w WHERE w.maker = v.maker AND w.seq_to IS NULL AND w.uscc <> '')
    ORDER BY o.band, k.maker LIMIT 1), v.maker)
LEFT JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL
WHERE v.seq_to IS NULL AND a.purpose = 'approvals' AND v.decision_first >= unixepoch('2025-01-01') / 86400
    AND (coalesce(maker.country, '') IN ('CN', '') OR coalesce(m.uscc, '') <> '')
ORDER BY a.authority, a.number;
