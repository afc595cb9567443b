CREATE TABLE bi_param (
    parameter TEXT NOT NULL,
    rule TEXT NOT NULL,
    value TEXT NOT NULL,
    in_force_from DATE,
    in_force_to DATE,
    applies_by TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    cited TEXT NOT NULL
);

-- One that the bureau has not confirmed is an assumption, and is printed as such wherever it decides.
SELECT
    name AS parameter,
    rule,
    value,
    date(from_day * 86400, 'unixepoch') AS in_force_from,
    date(to_day * 86400, 'unixepoch') AS in_force_to,
    applies_by,
    confirmed,
    cited
FROM parameter
ORDER BY rule, name, from_day;
