CREATE TABLE bi_alert (
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    uscc TEXT NOT NULL,
    firm_name TEXT NOT NULL,
    case_id TEXT NOT NULL,
    cases TEXT NOT NULL,
    channel TEXT NOT NULL,
    channel_kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created DATETIME NOT NULL,
    created_ts INTEGER NOT NULL,
    next_attempt DATETIME,
    next_attempt_ts INTEGER,
    delivered DATETIME,
    delivered_ts INTEGER,
    proof TEXT NOT NULL,
    problem TEXT NOT NULL
);

-- One row a delivery; a message that has none yet (draft, held, cancelled, or no channel carries it) has one row without a
-- channel. `cases`: all that the message tells of, as a JSON array; `case_id`: the only one, or the first of them.
-- `recipient`: the firm whose own address it goes to, by its code; the address stands nowhere here.
SELECT
    o.message_id,
    o.kind,
    o.audience,
    o.urgent,
    o.uscc,
    coalesce(firm.fields ->> 'name_zh', firm.fields ->> 'name_en', '') AS firm_name,
    coalesce(o.cases ->> '$[0]', '') AS case_id,
    o.cases,
    coalesce(d.channel, '') AS channel,
    coalesce(c.kind, '') AS channel_kind,
    coalesce(d.recipient, '') AS recipient,
    coalesce(d.state, o.state) AS state,
    coalesce(d.attempts, 0) AS attempts,
    strftime('%Y-%m-%dT%H:%M:%SZ', o.created_at / 1000, 'unixepoch') AS created,
    o.created_at / 1000 AS created_ts,
    iif(d.state = 'waiting', strftime('%Y-%m-%dT%H:%M:%SZ', d.next_at / 1000, 'unixepoch'), NULL) AS next_attempt,
    iif(d.state = 'waiting', d.next_at / 1000, NULL) AS next_attempt_ts,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.delivered_at / 1000, 'unixepoch') AS delivered,
    d.delivered_at / 1000 AS delivered_ts,
    coalesce(d.proof, '') AS proof,
    coalesce(d.problem, '') AS problem
FROM outbox o
LEFT JOIN delivery d ON d.outbox = o.id
LEFT JOIN channel c ON c.name = d.channel
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = o.uscc AND firm.seq_to IS NULL AND o.uscc <> ''
ORDER BY o.id, d.channel, d.recipient;
