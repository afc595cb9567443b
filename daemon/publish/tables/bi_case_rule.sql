CREATE TABLE bi_case_rule (
    case_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    outcome TEXT NOT NULL,
    review_kind TEXT NOT NULL,
    fact TEXT NOT NULL,
    fact_value TEXT NOT NULL,
    assurance TEXT NOT NULL,
    parameter TEXT NOT NULL,
    parameter_value TEXT NOT NULL,
    confirmed INTEGER,
    missing TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    PRIMARY KEY (case_id, rule)
);

-- What an officer has to look at; the full trace is in the dossier.
SELECT
    f.case_id,
    line.value ->> 'rule' AS rule,
    line.value ->> 'outcome' AS outcome,
    coalesce(line.value ->> 'review', '') AS review_kind,
    coalesce((line.value ->> '$.fact.table') || ' ' || (line.value ->> '$.fact.id'), '') AS fact,
    coalesce(line.value ->> '$.fact.value', '') AS fact_value,
    coalesce(line.value ->> '$.fact.assurance', '') AS assurance,
    coalesce(line.value ->> '$.parameter.name', '') AS parameter,
    coalesce(line.value ->> '$.parameter.value', '') AS parameter_value,
    line.value ->> '$.parameter.confirmed' AS confirmed,
    coalesce(line.value ->> 'missing', '') AS missing,
    line.value ->> 'zh' AS zh,
    line.value ->> 'en' AS en
FROM case_file f
JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL, json_each(c.trace) line
WHERE line.value ->> 'outcome' NOT IN ('pass', 'n/a')
ORDER BY f.id, rule;
