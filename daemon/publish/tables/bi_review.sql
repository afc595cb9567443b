CREATE TABLE bi_review (
    item TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    subject TEXT NOT NULL,
    country TEXT NOT NULL,
    city TEXT NOT NULL,
    uscc TEXT NOT NULL,
    firm_name TEXT NOT NULL,
    case_id TEXT NOT NULL,
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    rule TEXT NOT NULL,
    score INTEGER NOT NULL,
    cases INTEGER NOT NULL,
    approvals INTEGER NOT NULL,
    newest_decision DATE,
    newest_decision_ts INTEGER,
    question_zh TEXT NOT NULL,
    question_en TEXT NOT NULL,
    decided TEXT NOT NULL,
    decided_at DATETIME,
    decided_at_ts INTEGER
);

-- Open questions: whose a maker is (M), of which product an approval is (P), what a rule leaves to a person, and which
-- names do not lead to their own firm (S): these are mended in the firms' records. A question
-- that was decided, and is open again, carries the old decision.
WITH asked AS MATERIALIZED (
    SELECT
        (SELECT min(first.id) FROM maker first WHERE first.name = maker.name AND first.country = maker.country) AS spelling,
        maker.name, maker.country, maker.city, m.uscc, m.rule, m.score, m.why, m.maker,
        -- also where it is one of several makers of a number
        (SELECT count(*) FROM approval_version v WHERE v.maker = m.maker AND v.seq_to IS NULL)
            + (SELECT count(DISTINCT k.approval) FROM further_maker k WHERE k.maker = m.maker AND k.seq_to IS NULL) AS approvals,
        (SELECT count(*) FROM approval_version v CROSS JOIN case_file f ON f.approval = v.approval
            WHERE v.maker = m.maker AND v.seq_to IS NULL)
            + (SELECT count(DISTINCT f.id) FROM further_maker k CROSS JOIN case_file f ON f.approval = k.approval
            WHERE k.maker = m.maker AND k.seq_to IS NULL) AS cases,
        (SELECT max(v.decision_last) FROM approval_version v WHERE v.seq_to IS NULL AND v.approval IN (
            SELECT w.approval FROM approval_version w WHERE w.maker = m.maker AND w.seq_to IS NULL
            UNION ALL SELECT k.approval FROM further_maker k WHERE k.maker = m.maker AND k.seq_to IS NULL)) AS newest
    FROM match m
    CROSS JOIN maker ON maker.id = m.maker
    WHERE m.seq_to IS NULL AND m.band = 'review'
),
spelled AS (
    SELECT *,
        row_number() OVER (PARTITION BY spelling ORDER BY rule = 'H2' DESC, score DESC, maker) AS place,
        sum(approvals) OVER (PARTITION BY spelling) AS all_approvals,
        sum(cases) OVER (PARTITION BY spelling) AS all_cases,
        max(newest) OVER (PARTITION BY spelling) AS newest_of_all
    FROM asked
),
question AS (
    SELECT
        'M' || spelling AS item, 'match' AS kind, name AS subject, country, city, uscc, '' AS case_id, '' AS authority,
        '' AS number, s.rule, score, all_cases AS cases, all_approvals AS approvals, newest_of_all AS newest,
        '境外登记企业是否为该北京企业：' || coalesce(label.zh, s.rule) AS question_zh,
        'Is this maker that firm: ' || coalesce(label.en, s.rule) AS question_en,
        iif(s.rule = 'H2', coalesce(s.why ->> '$.person.decision', ''), '') AS decided,
        iif(s.rule = 'H2', s.why ->> '$.person.at', NULL) AS decided_at
    FROM spelled s
    LEFT JOIN label ON label.kind = 'match-rule' AND label.code = s.rule
    WHERE place = 1
    UNION ALL
    SELECT
        'P' || f.id, 'product', v.device, '', '', c.uscc, f.case_id, f.authority, f.number, 'R14', 0, 1, 1,
        v.decision_last, '该批准属于企业的哪个产品', 'Of which product of the firm is this approval', '', NULL
    FROM current_case c
    CROSS JOIN case_file f ON f.id = c.case_file
    CROSS JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
    WHERE c.product_id = '' AND c.verdict NOT IN ('excluded', 'out_of_window')
    UNION ALL
    SELECT
        f.case_id || '/' || (line.value ->> 'rule'), 'rule', v.device, '', '', c.uscc, f.case_id, f.authority, f.number,
        line.value ->> 'rule', 0, 1, 1, v.decision_last,
        -- That a value is an assumption is said with the parameter.
        replace(line.value ->> 'zh', '（暂定口径，待主管部门确认。）', ''),
        replace(line.value ->> 'en', ' (An assumption, not yet confirmed by the bureau.)', ''),
        coalesce(d.decision, ''), strftime('%Y-%m-%dT%H:%M:%SZ', d.at / 1000, 'unixepoch')
    FROM current_case c
    CROSS JOIN case_file f ON f.id = c.case_file
    CROSS JOIN json_each(c.trace) line
    CROSS JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
    LEFT JOIN review_decision d ON d.item = f.case_id || '/' || (line.value ->> 'rule') AND d.maker = 0
        AND d.seq_to IS NULL
    LEFT JOIN match m ON m.maker = v.maker AND m.seq_to IS NULL
    -- Few lines of a trace are questions: only these are parsed.
    WHERE c.verdict = 'review'
        AND instr(line.value, '"outcome":"review"') > 0 AND line.value ->> 'outcome' = 'review'
        -- whose the maker is has been asked above
        AND NOT (coalesce(m.band, '') = 'review' AND line.value ->> 'rule' = 'R07')
    UNION ALL
    -- Costs that somebody must judge before the amount is whole.
    SELECT
        f.case_id || '/R15/' || (one.value ->> 'about'), 'rule', v.device, '', '', c.uscc, f.case_id, f.authority, f.number,
        'R15', 0, 1, 1, v.decision_last, one.value ->> 'zh', one.value ->> 'en',
        coalesce(d.decision, ''), strftime('%Y-%m-%dT%H:%M:%SZ', d.at / 1000, 'unixepoch')
    FROM current_case c
    CROSS JOIN case_file f ON f.id = c.case_file
    CROSS JOIN json_each(c.trace) line
    CROSS JOIN json_each(line.value -> 'asked') one
    CROSS JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL
    LEFT JOIN review_decision d ON d.item = f.case_id || '/R15/' || (one.value ->> 'about') AND d.maker = 0
        AND d.seq_to IS NULL
    WHERE c.verdict NOT IN ('excluded', 'out_of_window')
        AND instr(c.trace, '"asked":') > 0 AND instr(line.value, '"asked":') > 0 AND one.value ->> 'open'
    UNION ALL
    SELECT
        'S-' || s.uscc || '-' || row_number() OVER (PARTITION BY s.uscc ORDER BY s.name), 'self-check', s.name, '', '',
        s.uscc, '', '', '', s.rule, 0, 0, 0, NULL,
        coalesce(finding.zh, s.finding) || iif(s.other NOT IN ('', s.uscc),
            '：' || coalesce(other.fields ->> 'name_zh', other.fields ->> 'name_en', s.other), '')
            || coalesce('（' || reason.zh || '）', ''),
        coalesce(finding.en, s.finding) || iif(s.other NOT IN ('', s.uscc),
            ': ' || coalesce(other.fields ->> 'name_en', other.fields ->> 'name_zh', s.other), '')
            || coalesce(' (' || reason.en || ')', ''),
        '', NULL
    FROM self_finding_shown s
    LEFT JOIN label finding ON finding.kind = 'self-finding' AND finding.code = s.finding
    LEFT JOIN label reason ON reason.kind = 'match-rule' AND reason.code = s.rule
    LEFT JOIN local_record other ON other.kind = 'firms' AND other.key = s.other AND other.seq_to IS NULL
)
SELECT
    q.item,
    q.kind,
    iif(q.decided = '', 'open', 'reopened') AS state,
    q.subject,
    q.country,
    q.city,
    q.uscc,
    coalesce(firm.fields ->> 'name_zh', firm.fields ->> 'name_en', '') AS firm_name,
    q.case_id,
    q.authority,
    q.number,
    q.rule,
    q.score,
    q.cases,
    q.approvals,
    date(q.newest * 86400, 'unixepoch') AS newest_decision,
    q.newest * 86400 AS newest_decision_ts,
    q.question_zh,
    q.question_en,
    q.decided,
    q.decided_at,
    CAST(strftime('%s', q.decided_at) AS INTEGER) AS decided_at_ts
FROM question q
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = q.uscc AND firm.seq_to IS NULL
-- Matches first: what they leave open, no other answer can settle. Then the surest, and what is most at stake.
ORDER BY q.kind = 'match' DESC, q.kind, q.score DESC, q.cases DESC, q.newest DESC, q.item;
