-- 0004: alerts: from what somebody must hear to the proof that he has (m13/alert.h). No address of a firm stands here:
-- those are in contacts.db, and are looked up at the moment of sending.

-- What must be told of a case and stands in no message yet: the newest word for each audience, firm and case. Written in
-- the transaction of its event; gone when a message holds it, or when there is nothing to tell any more.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    audience TEXT NOT NULL CHECK (audience IN ('firm', 'desk')),
    uscc TEXT NOT NULL,
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    kind TEXT NOT NULL CHECK (kind IN ('lead', 'question', 'correction', 'reminder', 'deadline')),
    urgent INTEGER NOT NULL,              -- goes by itself and at once; else with the digest
    waits INTEGER NOT NULL,               -- its message is held for a person
    due_at INTEGER NOT NULL,              -- not put into a message before: the digest's hour, the case's quiet period
    at INTEGER NOT NULL,                  -- of the event
    seq INTEGER NOT NULL,                 -- journal entry of the event
    facts TEXT NOT NULL,                  -- JSON: the case as it is told (m13/letter.h)
    UNIQUE (audience, uscc, case_file)
) STRICT;
CREATE INDEX notice_due ON notice (due_at);
CREATE INDEX notice_case ON notice (case_file, audience, uscc);

-- Messages. A draft was written in mode "draft"; a held one waits for a person; a released one has its deliveries.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,      -- idempotency key: derived from the events, stable over restarts
    audience TEXT NOT NULL CHECK (audience IN ('firm', 'desk', 'operator')),
    uscc TEXT NOT NULL,                   -- '' = of no firm
    kind TEXT NOT NULL,                   -- lead, question, correction, reminder, deadline, weekly, receipt, alarm, delivery
    urgent INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('draft', 'held', 'released', 'cancelled')),
    created_at INTEGER NOT NULL,
    created_seq INTEGER NOT NULL,
    released_at INTEGER,
    decided_by TEXT NOT NULL DEFAULT '',  -- who released or cancelled it; '' = nobody had to
    cases TEXT NOT NULL,                  -- JSON array of case ids
    body TEXT NOT NULL                    -- JSON: the facts of the message (m13/letter.h), no address
) STRICT;
CREATE INDEX outbox_waiting ON outbox (state, created_at) WHERE state IN ('draft', 'held');
CREATE INDEX outbox_waiting_for ON outbox (uscc, audience) WHERE state IN ('draft', 'held');

-- Which cases a message tells of: what a firm or the desk was told last of a case, and when.
CREATE TABLE told (
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    kind TEXT NOT NULL,                   -- as notice.kind
    verdict TEXT NOT NULL,
    PRIMARY KEY (outbox, case_file)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_case ON told (case_file);

-- One a message, channel and recipient: a channel that goes to the firms' own addresses has the firm's USCC.
CREATE TABLE delivery (
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,              -- USCC of the firm whose contact it goes to; '' = the channel's own address
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'unreachable')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    last_attempt_at INTEGER,
    delivered_at INTEGER,
    proof TEXT NOT NULL DEFAULT '',       -- the receiver's word: status and digest of the reply, queue id of a mail server
    sent_sha256 TEXT NOT NULL DEFAULT '', -- of the bytes that the receiver has taken
    problem TEXT NOT NULL DEFAULT '',
    untold INTEGER NOT NULL DEFAULT 0,    -- it failed, and the desk has not been told yet
    PRIMARY KEY (outbox, channel, recipient)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (channel, recipient, outbox) WHERE state = 'waiting';
CREATE INDEX delivery_unreachable ON delivery (recipient) WHERE state = 'unreachable';
CREATE INDEX delivery_untold ON delivery (last_attempt_at) WHERE untold;
CREATE INDEX delivery_failed ON delivery (last_attempt_at, channel) WHERE state = 'failed';

-- What is known of an address: its channel, and the firm's USCC where it is a firm's. Only those that failed or were
-- told to wait.
CREATE TABLE endpoint (
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    not_before INTEGER NOT NULL DEFAULT 0,-- by its own word (Retry-After)
    at INTEGER NOT NULL DEFAULT 0,        -- when it said so: in the future, when the clock was set back since
    disabled_at INTEGER,                  -- nothing goes there until somebody says so, or its address changes
    untold INTEGER NOT NULL DEFAULT 0,    -- it was disabled, and the desk has not been told yet
    problem TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (channel, recipient)
) STRICT, WITHOUT ROWID;

-- A receiver's own "we have it" ({"ack":true}). Answers of firms and moves of the case count as such, too: see view
-- case_silent.
CREATE TABLE acknowledgement (
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (outbox, case_file)
) STRICT, WITHOUT ROWID;
CREATE INDEX acknowledgement_case ON acknowledgement (case_file);

-- Where answers are waited for.
CREATE INDEX case_file_notified ON case_file (id) WHERE stage = 'notified';

-- Cases of which their present firm has been told, with proof, and from which nothing has come back: no acknowledgement of
-- its own, no row of kind `answers` (whoever sent it, also one that was refused), and no stage beyond `notified`, also none
-- that has been left again. What was answered before the case came to this firm, and before the firm was told of it, is
-- another's answer. An answer is waited for since it was told, or since a person has made the case `notified` again.
-- Where a message has gone to an address of the firm's own, the bureau's archive of it is no proof.
CREATE VIEW case_silent (case_file, case_id, uscc, stage, verdict, review_kind, told_at, since, reminders, reminded_at,
                         last_at) AS
    SELECT case_file, case_id, uscc, stage, verdict, review_kind, told_at, max(told_at, stage_since),
        -- A reminder that a person has cancelled is not made again; one that was taken back for a newer word never was.
        (SELECT count(*) FROM told t CROSS JOIN outbox o ON o.id = t.outbox
         WHERE t.case_file = s.case_file AND t.kind = 'reminder' AND o.audience = 'firm' AND o.uscc = s.uscc
           AND (o.state <> 'cancelled' OR o.decided_by <> 'm13d')),
        (SELECT max(o.created_at) FROM told t CROSS JOIN outbox o ON o.id = t.outbox
         WHERE t.case_file = s.case_file AND t.kind = 'reminder' AND o.audience = 'firm' AND o.uscc = s.uscc
           AND (o.state <> 'cancelled' OR o.decided_by <> 'm13d')),
        (SELECT max(max(o.created_at, coalesce(o.released_at, 0), coalesce((SELECT max(d.delivered_at) FROM delivery d
                                                                            WHERE d.outbox = o.id), 0)))
         FROM told t CROSS JOIN outbox o ON o.id = t.outbox
         WHERE t.case_file = s.case_file AND o.audience = 'firm' AND o.uscc = s.uscc AND o.state = 'released')
    FROM (
        SELECT f.id AS case_file, f.case_id, c.uscc, f.stage, f.stage_since, c.verdict, c.review_kind,
            (SELECT min(d.delivered_at) FROM told t CROSS JOIN outbox o ON o.id = t.outbox
             CROSS JOIN delivery d ON d.outbox = o.id AND d.state = 'delivered' AND (d.recipient <> ''
                 OR NOT EXISTS (SELECT 1 FROM delivery x WHERE x.outbox = o.id AND x.recipient <> ''))
             WHERE t.case_file = f.id AND t.kind = 'lead' AND o.audience = 'firm' AND o.uscc = c.uscc) AS told_at,
            (SELECT min(o.created_seq) FROM told t CROSS JOIN outbox o ON o.id = t.outbox
             WHERE t.case_file = f.id AND t.kind = 'lead' AND o.audience = 'firm' AND o.uscc = c.uscc) AS told_seq,
            coalesce((SELECT max(e.seq) FROM case_event e WHERE e.case_file = f.id AND e.kind = 'firm'), 0) AS firm_seq
        FROM case_file f
        CROSS JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL
        WHERE f.stage IN ('lead', 'checking', 'notified')
    ) s
    WHERE told_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM acknowledgement a CROSS JOIN outbox o ON o.id = a.outbox
                      WHERE a.case_file = s.case_file AND o.uscc = s.uscc)
      AND NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_file = s.case_file AND e.kind = 'stage'
                      AND e.new NOT IN ('lead', 'checking', 'notified') AND e.seq > s.told_seq)
      AND NOT EXISTS (SELECT 1 FROM local_record r WHERE r.case_id = s.case_id AND r.case_id <> '' AND r.seq_to IS NULL
                      AND r.kind = 'answers' AND r.withdrawn = 0 AND r.seq_from > min(s.told_seq, s.firm_seq));

-- What the operator must know of, from when it is seen until it is healed; then kept for the record.
CREATE TABLE alarm (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                   -- m13/alert.h: alarm_kind_names
    subject TEXT NOT NULL,                -- a feed, a channel; '' = the whole
    detail_zh TEXT NOT NULL,              -- what, since when, what to do: as it was seen last
    detail_en TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    told_at INTEGER,                      -- last; NULL = not yet
    times INTEGER NOT NULL DEFAULT 0,     -- told so often
    gone_at INTEGER,                      -- not seen since; NULL = it goes on
    healed_at INTEGER                     -- the all-clear, said where it had been told
) STRICT;
CREATE UNIQUE INDEX alarm_open ON alarm (kind, subject) WHERE healed_at IS NULL;

-- The channels of the configuration, rewritten at each start and reload; one that is gone stays, for its deliveries.
CREATE TABLE channel (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL                    -- m13/config.h: channel_kind_names
) STRICT, WITHOUT ROWID;

-- When a feed is fresh, both ends included; NULL = it has never succeeded. A success that lies ahead was written under a
-- clock that has been set back since: it proves nothing for long.
-- Of one table: joins with it look it up, and need no index made for the moment.
CREATE VIEW feed_freshness (name, enabled, fresh_from, fresh_until) AS
    SELECT f.name, f.enabled,
        (SELECT s.last_success_at FROM feed_state s WHERE s.name = f.name) - f.fresh_ms,
        (SELECT s.last_success_at FROM feed_state s WHERE s.name = f.name) + f.fresh_ms
    FROM feed f
    WHERE EXISTS (SELECT 1 FROM feed_state s WHERE s.name = f.name);
