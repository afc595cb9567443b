CREATE TABLE bi_label (
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    sort INTEGER NOT NULL,
    colour TEXT NOT NULL,
    PRIMARY KEY (kind, code)
);

-- Verdicts in the colours of traffic lights; every other code is neutral.
SELECT
    kind,
    code,
    zh,
    en,
    sort,
    CASE kind || ' ' || code
        WHEN 'verdict eligible' THEN '#2e7d32'
        WHEN 'verdict pending' THEN '#f9a825'
        WHEN 'verdict review' THEN '#1565c0'
        WHEN 'verdict excluded' THEN '#b71c1c'
        ELSE '#607d8b'
    END AS colour
FROM label
ORDER BY kind, sort;
