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

-- Approvals whose maker sits in China, or nobody says where: decided since 2025 (what came before concerns no policy that
-- is known here), and those of a firm of ours whenever they were decided.
WITH seen AS (
    SELECT v.approval
    FROM approval_version v
    WHERE v.seq_to IS NULL AND v.decision_first >= unixepoch('2025-01-01') / 86400
    UNION
    SELECT v.approval
    FROM match m CROSS JOIN approval_version v ON v.maker = m.maker AND v.seq_to IS NULL
    WHERE m.seq_to IS NULL AND m.uscc <> ''
)
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
FROM seen
CROSS JOIN approval a ON a.id = seen.approval
CROSS JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL
LEFT JOIN maker ON maker.id = v.maker
LEFT JOIN match m ON m.maker = v.maker AND m.seq_to IS NULL
WHERE coalesce(maker.country, '') IN ('CN', '') OR coalesce(m.uscc, '') <> ''
ORDER BY a.authority, a.number;
