CREATE TABLE bi_unclaimed (
    maker INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    city TEXT NOT NULL,
    postcode TEXT NOT NULL,
    identifiers TEXT NOT NULL,
    candidate TEXT NOT NULL,
    approvals INTEGER NOT NULL,
    authorities TEXT NOT NULL,
    newest_number TEXT NOT NULL,
    first_decision DATE,
    last_decision DATE,
    last_decision_ts INTEGER
);

SELECT
    maker.id AS maker,
    maker.name,
    maker.country,
    maker.city,
    maker.postcode,
    maker.identifiers,
    -- known by a foreign number, and still not as a firm
    m.uscc AS candidate,
    -- a roster's entry is none
    sum(a.purpose = 'approvals') AS approvals,
    group_concat(DISTINCT a.authority) AS authorities,
    -- number of the newest decision: the day in front makes the text order that of the days
    substr(max(printf('%010d', coalesce(v.decision_last, 0)) || a.number), 11) AS newest_number,
    date(min(v.decision_first) * 86400, 'unixepoch') AS first_decision,
    date(max(v.decision_last) * 86400, 'unixepoch') AS last_decision,
    max(v.decision_last) * 86400 AS last_decision_ts
FROM match m
CROSS JOIN maker ON maker.id = m.maker
-- also where it is one of several makers of a number
CROSS JOIN approval_version v ON v.seq_to IS NULL AND v.approval IN (
    SELECT w.approval FROM approval_version w WHERE w.maker = m.maker AND w.seq_to IS NULL
    UNION ALL SELECT k.approval FROM further_maker k WHERE k.maker = m.maker AND k.seq_to IS NULL)
CROSS JOIN approval a ON a.id = v.approval
WHERE m.seq_to IS NULL AND 
    (m.beijing = 1 AND m.band = 'none' OR substr(m.uscc, 1, 4) IN ('SRN:', 'FEI:'))
GROUP BY m.maker
ORDER BY max(v.decision_last) DESC, maker.id;
