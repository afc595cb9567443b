CREATE TABLE bi_event (
    event_id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    at DATETIME NOT NULL,
    at_ts INTEGER NOT NULL,
    event TEXT NOT NULL,
    cause TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    actor_role TEXT NOT NULL
);

-- What m13d changed has its causes as codes, parted by commas; the reasons that people gave in their own words, and their
-- names, stand in the dossier alone. What a firm's answer moves is written just before the answer.
SELECT
    e.id AS event_id,
    f.case_id,
    strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 1000, 'unixepoch') AS at,
    e.at / 1000 AS at_ts,
    e.kind AS event,
    CASE
        WHEN e.actor = 'm13d' THEN e.cause
        WHEN e.kind = 'answer' OR answer.id IS NOT NULL THEN 'answer'
        ELSE 'officer'
    END AS cause,
    iif(e.kind IN ('facts', 'assign'), '', e.old) AS old,
    iif(e.kind IN ('facts', 'assign'), '', e.new) AS new,
    CASE
        WHEN e.actor = 'm13d' THEN 'system'
        WHEN e.kind = 'answer' OR answer.id IS NOT NULL THEN 'firm'
        ELSE 'officer'
    END AS actor_role
FROM case_event e
CROSS JOIN case_file f ON f.id = e.case_file
LEFT JOIN case_event answer ON e.kind = 'stage' AND answer.id = e.id + 1 AND answer.case_file = e.case_file
    AND answer.kind = 'answer' AND answer.actor = e.actor
ORDER BY e.id;
