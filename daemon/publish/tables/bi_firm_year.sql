CREATE TABLE bi_firm_year (
    uscc TEXT NOT NULL,
    firm_name TEXT NOT NULL,
    year INTEGER NOT NULL,
    cap INTEGER,
    cap_cny REAL,
    committed INTEGER NOT NULL,
    committed_cny REAL NOT NULL,
    committed_in_batches INTEGER NOT NULL,
    committed_in_batches_cny REAL NOT NULL,
    estimated INTEGER NOT NULL,
    estimated_cny REAL NOT NULL,
    estimated_pending INTEGER NOT NULL,
    estimated_pending_cny REAL NOT NULL,
    room INTEGER,
    room_cny REAL,
    cases INTEGER NOT NULL,
    PRIMARY KEY (uscc, year)
) WITHOUT ROWID;

-- Both the year of the decision and the year of the batch must keep the cap (rule R19), so the room of a year is what the
-- fuller of them leaves. What is committed in a year that is not known takes room in each. Estimates are ceilings, no
-- promise: of eligible cases, and as a second figure of pending ones.
WITH @LEDGER@,
cap (fen) AS (
    SELECT CAST(replace(substr(value, 5, instr(value, '.') - 5), ',', '') AS INTEGER) * 100
        + CAST(substr(value, instr(value, '.') + 1, 2) AS INTEGER)
    FROM parameter
    WHERE name = 'firm-cap' AND coalesce(from_day, 0) <= :now / 86400000
    ORDER BY from_day DESC
    LIMIT 1
), open_case (uscc, year, verdict, award) AS (
    SELECT
        c.uscc,
        CAST(strftime('%Y', v.decision_first * 86400, 'unixepoch') AS INTEGER),
        c.verdict,
        iif(EXISTS (SELECT 1 FROM local_record r WHERE r.case_id = f.case_id AND r.kind = 'payments' AND r.seq_to IS NULL
            AND r.withdrawn = 0) OR EXISTS (SELECT 1 FROM batch_case b WHERE b.case_file = f.id), 0, c.award)
    FROM case_version c INDEXED BY case_version_firm
    CROSS JOIN case_file f ON f.id = c.case_file
    CROSS JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
    WHERE c.seq_to IS NULL AND c.verdict IN ('eligible', 'pending', 'review')
        AND strftime('%Y', v.decision_first * 86400, 'unixepoch') = strftime('%Y', v.decision_last * 86400, 'unixepoch')
), estimate (uscc, year, cases, eligible, pending) AS (
    SELECT uscc, year, count(*), sum(iif(verdict = 'eligible', award, 0)), sum(iif(verdict = 'pending', award, 0))
    FROM open_case
    GROUP BY uscc, year
), committed (uscc, decision_year, batch_year, amount) AS MATERIALIZED (
    SELECT uscc, decision_year, batch_year, amount FROM ledger_commitment WHERE policy = 'M13' AND uscc <> ''
), firm_year (uscc, year) AS (
    SELECT uscc, year FROM estimate
    UNION SELECT uscc, decision_year FROM committed WHERE decision_year IS NOT NULL
    UNION SELECT uscc, batch_year FROM committed WHERE batch_year IS NOT NULL
), told AS (
    SELECT
        y.uscc,
        y.year,
        (SELECT fen FROM cap) AS cap,
        coalesce((SELECT sum(amount) FROM committed c WHERE c.uscc = y.uscc
            AND (c.decision_year = y.year OR (c.decision_year IS NULL AND c.amount > 0))), 0) AS committed,
        coalesce((SELECT sum(amount) FROM committed c WHERE c.uscc = y.uscc
            AND (c.batch_year = y.year OR (c.batch_year IS NULL AND c.amount > 0))), 0) AS in_batches,
        coalesce(e.eligible, 0) AS eligible,
        coalesce(e.pending, 0) AS pending,
        coalesce(e.cases, 0) AS cases
    FROM firm_year y
    LEFT JOIN estimate e USING (uscc, year)
)
SELECT
    told.uscc,
    coalesce(firm.fields ->> 'name_zh', '') AS firm_name,
    told.year,
    told.cap,
    told.cap / 100.0 AS cap_cny,
    told.committed,
    told.committed / 100.0 AS committed_cny,
    told.in_batches AS committed_in_batches,
    told.in_batches / 100.0 AS committed_in_batches_cny,
    told.eligible AS estimated,
    told.eligible / 100.0 AS estimated_cny,
    told.pending AS estimated_pending,
    told.pending / 100.0 AS estimated_pending_cny,
    max(0, told.cap - max(0, told.committed, told.in_batches)) AS room,
    max(0, told.cap - max(0, told.committed, told.in_batches)) / 100.0 AS room_cny,
    told.cases
FROM told
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = told.uscc AND firm.seq_to IS NULL
ORDER BY told.uscc, told.year;
