CREATE TABLE bi_case_rule (
    case_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    outcome TEXT NOT NULL,
    review_kind TEXT NOT NULL,
    fact TEXT NOT NULL,
    assurance TEXT NOT NULL,
    parameter TEXT NOT NULL,
    missing TEXT NOT NULL,
    PRIMARY KEY (case_id, rule)
) WITHOUT ROWID;

-- What an officer has to look at; the full trace, with its sentences, is in the dossier. Members are taken from the
-- whole trace, which SQLite parses once, and not from `line.value`, which it would parse again for each of them.
SELECT
    f.case_id,
    json_extract(c.trace, line.fullkey || '.rule') AS rule,
    json_extract(c.trace, line.fullkey || '.outcome') AS outcome,
    coalesce(json_extract(c.trace, line.fullkey || '.review'), '') AS review_kind,
    coalesce(json_extract(c.trace, line.fullkey || '.fact.value'), '') AS fact,
    coalesce(json_extract(c.trace, line.fullkey || '.fact.assurance'), '') AS assurance,
    coalesce(json_extract(c.trace, line.fullkey || '.parameter.name'), '') AS parameter,
    coalesce(json_extract(c.trace, line.fullkey || '.missing'), '') AS missing
FROM current_case c
CROSS JOIN case_file f ON f.id = c.case_file
CROSS JOIN json_each(c.trace) line
WHERE json_extract(c.trace, line.fullkey || '.outcome') NOT IN ('pass', 'n/a')
ORDER BY f.case_id, rule;
