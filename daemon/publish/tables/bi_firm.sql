CREATE TABLE bi_firm (
    uscc TEXT NOT NULL PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    district TEXT NOT NULL,
    park TEXT NOT NULL,
    status TEXT NOT NULL,
    beijing_from TEXT NOT NULL,
    beijing_to TEXT NOT NULL,
    srn TEXT NOT NULL,
    fei TEXT NOT NULL,
    candidate INTEGER NOT NULL,
    unlisted INTEGER NOT NULL,
    products INTEGER NOT NULL,
    cases INTEGER NOT NULL,
    assurance TEXT NOT NULL,
    known_since DATETIME NOT NULL,
    known_since_ts INTEGER NOT NULL
);

-- Dates keep the precision that they were given with, hence TEXT. A candidate is known by a foreign number only, which
-- stands where a USCC stands; one that the last full list does not name is `unlisted`: unknown, not closed.
SELECT
    firm.key AS uscc,
    coalesce(firm.fields ->> 'name_zh', '') AS name_zh,
    coalesce(firm.fields ->> 'name_en', '') AS name_en,
    coalesce(firm.fields ->> 'district', '') AS district,
    coalesce(firm.fields ->> 'park', '') AS park,
    coalesce(firm.fields ->> 'status', '') AS status,
    coalesce(firm.fields ->> 'beijing_from', '') AS beijing_from,
    coalesce(firm.fields ->> 'beijing_to', '') AS beijing_to,
    coalesce(firm.fields ->> 'srn', '') AS srn,
    coalesce(firm.fields ->> 'fei', '') AS fei,
    firm.key LIKE 'SRN:%' OR firm.key LIKE 'FEI:%' AS candidate,
    firm.unlisted,
    -- By the firm: SQLite would go through all products for each.
    (SELECT count(*) FROM local_record p INDEXED BY local_record_firm WHERE p.uscc = firm.key AND p.kind = 'products'
        AND p.seq_to IS NULL AND p.withdrawn = 0) AS products,
    (SELECT count(*) FROM case_version c WHERE c.uscc = firm.key AND c.seq_to IS NULL) AS cases,
    firm.assurance,
    strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(j.at, 0) / 1000, 'unixepoch') AS known_since,
    coalesce(j.at, 0) / 1000 AS known_since_ts
FROM local_record firm
LEFT JOIN local_record one ON one.kind = 'firms' AND one.key = firm.key AND one.version = 1
LEFT JOIN journal j ON j.seq = one.seq_from
WHERE firm.kind = 'firms' AND firm.seq_to IS NULL AND firm.withdrawn = 0
ORDER BY firm.key;
