-- The working database of m13d, version 1.
--
-- Conventions: *_at   wall-clock milliseconds since 1970-01-01 UTC
--              *_day, *_first, *_last   civil days since 1970-01-01 (an interval where the source is inexact)
--              seq_from, seq_to         journal sequence from which, and before which, a version was known;
--                                       seq_to IS NULL = the current version
-- Everything that a decision rests on is versioned and never updated in place but for closing seq_to.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
-- Also against INSERT OR REPLACE, which fires no DELETE trigger.
CREATE TRIGGER journal_has_no_gaps BEFORE INSERT ON journal
    WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM journal)
    BEGIN SELECT raise(ABORT, 'the journal goes on with the next number'); END;
CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
    BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
    BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

-- What is still to be done (m13/work.h).
CREATE TABLE work (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    cursor INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, key)
) STRICT;
CREATE INDEX work_kind ON work (kind); -- and in it by id: the oldest first

-- ---------------------------------------------------------------------------------------------- feeds

-- The definitions in force, as people need to see them; rewritten at each start and reload.
CREATE TABLE feed (
    name TEXT PRIMARY KEY,
    authority TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    limits_zh TEXT NOT NULL,              -- what this register cannot show
    limits_en TEXT NOT NULL,
    routes TEXT NOT NULL,                 -- comma-separated
    completeness TEXT NOT NULL,           -- window, register
    base TEXT NOT NULL,
    every_ms INTEGER NOT NULL,
    fresh_ms INTEGER NOT NULL,            -- older than this is stale
    budget TEXT NOT NULL,                 -- group whose requests are counted together
    enabled INTEGER NOT NULL,
    definition_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where each feed stands: survives restarts, back-off included.
CREATE TABLE feed_state (
    name TEXT PRIMARY KEY,
    next_at INTEGER NOT NULL,             -- next turn, jitter included
    cycle INTEGER NOT NULL DEFAULT 0,     -- turns so far; the seed of the jitter
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    first_failed_at INTEGER,
    last_attempt_at INTEGER,
    last_success_at INTEGER,
    last_full_at INTEGER,                 -- last complete history or full poll
    outcome TEXT NOT NULL DEFAULT '',     -- of the last turn (m13/feed.h: feed_outcome)
    detail TEXT NOT NULL DEFAULT '',      -- one English sentence
    as_of TEXT NOT NULL DEFAULT '',       -- the register's own word on its date
    newest_day INTEGER,                   -- newest decision date seen: "updated" is no proof of freshness
    total INTEGER,                        -- rows that the register declared last
    each_after TEXT NOT NULL DEFAULT '',  -- of a list of values: the last one done in this rotation
    shape TEXT NOT NULL DEFAULT '',       -- names of columns or members that are known of it
    shape_seen TEXT NOT NULL DEFAULT '',  -- the last poll's, where it had others: twice in a row, and it counts
    unknown INTEGER NOT NULL DEFAULT 0,   -- of the last whole poll: more than that is drift
    unread INTEGER NOT NULL DEFAULT 0,
    unended INTEGER NOT NULL DEFAULT 0    -- its last line had no end: it never has, or it was cut
) STRICT, WITHOUT ROWID;

CREATE TABLE request_budget (
    budget TEXT NOT NULL,                 -- the definition's budget group, e.g. a host
    day INTEGER NOT NULL,                 -- UTC
    requests INTEGER NOT NULL,
    PRIMARY KEY (budget, day)
) STRICT, WITHOUT ROWID;

-- One turn of a feed that asked the regulator something (or a file ingested by hand).
CREATE TABLE poll (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('history', 'window', 'full', 'manual')),
    state TEXT NOT NULL CHECK (state IN ('fetching', 'fetched', 'staging', 'sealed', 'applied', 'failed')),
    started_at INTEGER NOT NULL,
    since_day INTEGER,                    -- window asked for; NULL = everything
    until_day INTEGER,
    next_url TEXT,                        -- of the page still to fetch: a broken chain goes on here
    next_body TEXT,                       -- of its POST
    next_number INTEGER NOT NULL DEFAULT 0, -- of a numbered page, from 0
    told INTEGER,                         -- rows of a numbered chain, as its last page told them
    value TEXT NOT NULL DEFAULT '',       -- of a list: the one asked for, at the end the last one
    value_page INTEGER NOT NULL DEFAULT 0, -- page with which its answers began
    values_done INTEGER NOT NULL DEFAULT 0,
    rotation_ended INTEGER NOT NULL DEFAULT 0, -- the list came to its end with this poll
    part INTEGER NOT NULL DEFAULT 0,      -- shows some of the register only (its tail, some values of a list):
                                          -- no count of the whole, no word on what is absent
    pages INTEGER NOT NULL DEFAULT 0,
    total INTEGER,                        -- rows declared by the register
    rows INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,     -- approvals not known before
    changed INTEGER NOT NULL DEFAULT 0,
    vanished INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0,   -- rows with a status or route that no rule of the definition knows
    unread INTEGER NOT NULL DEFAULT 0,    -- values that could not be read, in rows that stand without them
    doubles INTEGER NOT NULL DEFAULT 0,   -- rows that came twice, word for word
    strange TEXT NOT NULL DEFAULT '',     -- some of these values
    passed_over INTEGER NOT NULL DEFAULT 0, -- rows of approvals that no other feed has shown (`known-only`)
    drift TEXT NOT NULL DEFAULT '',       -- names of columns or members that are new, or no longer there
    whole INTEGER NOT NULL DEFAULT 0,     -- it shows the register as a whole: what it does not show is not there
    first_by_hand INTEGER NOT NULL DEFAULT 0, -- the feed's first word came as a file: no news, like a history
    outcome TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    sealed_seq INTEGER,                   -- journal entry of the sealing: the seq of all its versions
    definition_hash TEXT NOT NULL DEFAULT '',
    finished_at INTEGER
) STRICT;
CREATE INDEX poll_open ON poll (feed, state);

-- One page, or file, of a poll: which bytes the regulator served for which URL.
CREATE TABLE payload (
    id INTEGER PRIMARY KEY,
    poll INTEGER NOT NULL REFERENCES poll (id),
    page INTEGER NOT NULL,
    url TEXT NOT NULL,                    -- file:NAME = by hand
    body TEXT NOT NULL DEFAULT '',        -- of a POST
    fetched_at INTEGER NOT NULL,
    status INTEGER NOT NULL,              -- HTTP; 0 = a file by hand
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    content_type TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    UNIQUE (poll, page)
) STRICT;
CREATE INDEX payload_sha256 ON payload (sha256);
CREATE INDEX payload_url ON payload (url);

-- The index page on which a payload's address stood: no rows, but the proof of where these came from.
CREATE TABLE index_page (
    poll INTEGER NOT NULL REFERENCES poll (id),
    url TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    found TEXT NOT NULL,                  -- the link as it is written there
    PRIMARY KEY (poll, fetched_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,               -- as served
    stored_bytes INTEGER NOT NULL,        -- as compressed
    stored_at INTEGER NOT NULL,
    removed_at INTEGER                    -- tombstone
) STRICT, WITHOUT ROWID;

-- Records of a payload before the poll is sealed: invisible downstream.
CREATE TABLE staged (
    poll INTEGER NOT NULL,
    seq INTEGER NOT NULL,                 -- order in the poll
    payload INTEGER NOT NULL,
    row INTEGER NOT NULL,                 -- 1-based in the payload
    number TEXT,                          -- where rows of one number become one record; else NULL
    record TEXT NOT NULL,                 -- canonical record, one line (m13/record.h)
    PRIMARY KEY (poll, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX staged_number ON staged (poll, number) WHERE number IS NOT NULL;

CREATE TABLE reject (
    poll INTEGER NOT NULL,
    payload INTEGER NOT NULL,
    row INTEGER NOT NULL,
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    PRIMARY KEY (poll, payload, row, field)
) STRICT, WITHOUT ROWID;

-- ------------------------------------------------------------------------------------------ approvals

-- A distinct spelling of a maker, with where its register puts it: matched once, however many approvals it has.
CREATE TABLE maker (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,                -- alpha-2, or '' where the register has none
    city TEXT NOT NULL,
    postcode TEXT NOT NULL,
    identifiers TEXT NOT NULL,            -- JSON object, e.g. {"fei":"3006400113"}; '' = none
    UNIQUE (name, country, city, postcode, identifiers)
) STRICT;

-- Feeds that have brought records, with the words of their definition that were applied last. A feed stays here
-- when its definition goes: its records stay too, behind those of others, and nothing is concluded of them.
CREATE TABLE approval_feed (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    authority TEXT NOT NULL,
    purpose TEXT NOT NULL,                -- approvals, roster, evidence
    rank INTEGER NOT NULL,                -- of its values, where an approval stands in several feeds; 0 = first
    wins TEXT NOT NULL,                   -- members that count before those of lower rank, comma-separated
    completeness TEXT NOT NULL,           -- window, register
    asked TEXT NOT NULL,                  -- members by whose values another feed asks, comma-separated
    defined INTEGER NOT NULL,             -- 0 = its definition is gone
    merge_seq INTEGER NOT NULL DEFAULT 0, -- journal entry of the last change of these words
    whole_poll INTEGER NOT NULL DEFAULT 0,-- last poll that showed the whole register and was believed in full:
    whole_at INTEGER                      -- what it did not miss was there (listing)
) STRICT;

CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    authority TEXT NOT NULL,
    number TEXT NOT NULL,                 -- normalised, without revision
    feed TEXT NOT NULL,                   -- that told of it first; '' = none, a paper
    purpose TEXT NOT NULL DEFAULT 'approvals', -- the best of its sources: approvals opens cases, evidence, roster
    first_seen_at INTEGER NOT NULL,       -- for that purpose
    first_poll INTEGER NOT NULL,          -- likewise
    gone_at INTEGER,                      -- the feed that is asked has missed it twice: no longer listed
    UNIQUE (authority, number)
) STRICT;

CREATE TABLE approval_version (
    approval INTEGER NOT NULL REFERENCES approval (id),
    version INTEGER NOT NULL,             -- 1, 2, ...
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    payload INTEGER NOT NULL,
    row INTEGER NOT NULL,
    content TEXT NOT NULL,                -- SHA-256 of the record's line: unchanged = no new version
    maker INTEGER REFERENCES maker (id),
    route TEXT NOT NULL,
    status TEXT NOT NULL,
    holder TEXT NOT NULL,
    device TEXT NOT NULL,
    product_code TEXT NOT NULL,
    parent TEXT NOT NULL,                 -- number of the approval that this one supplements; '' = none
    decision_first INTEGER,
    decision_last INTEGER,
    record TEXT NOT NULL,                 -- the canonical record, whole
    sources TEXT NOT NULL DEFAULT '',     -- of one that several feeds make up: JSON array of feed, payload, row
    PRIMARY KEY (approval, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_version_decided ON approval_version (decision_first) WHERE seq_to IS NULL;
CREATE INDEX approval_version_maker ON approval_version (maker) WHERE seq_to IS NULL;
-- Entries of registers that name no maker: like ones of other holders (rule R06).
CREATE INDEX approval_version_holder ON approval_version (device COLLATE NOCASE, decision_first)
    WHERE seq_to IS NULL AND maker IS NULL;

-- The latest record of each feed, and whether the feed still shows it: the approval's version is made of them.
-- Absence is what is noted; what a whole poll shows again unchanged costs no row.
CREATE TABLE approval_source (
    feed INTEGER NOT NULL REFERENCES approval_feed (id),
    approval INTEGER NOT NULL REFERENCES approval (id),
    poll INTEGER NOT NULL,                -- that was last noted to show it
    seen_at INTEGER NOT NULL,
    missed INTEGER NOT NULL DEFAULT 0,    -- complete polls in a row that should have shown it and did not
    gone_at INTEGER,                      -- missed twice: no longer listed (silence is not a withdrawal)
    version INTEGER,                      -- of the approval that holds this very record; then the rest is NULL
    payload INTEGER,
    row INTEGER,
    content TEXT,                         -- SHA-256 of the record's line
    record TEXT,
    PRIMARY KEY (feed, approval)
) STRICT, WITHOUT ROWID;

-- Makers besides the version's own, where rows of one number name several: the approval is found by each.
CREATE TABLE further_maker (
    approval INTEGER NOT NULL REFERENCES approval (id),
    feed INTEGER NOT NULL REFERENCES approval_feed (id),
    maker INTEGER NOT NULL REFERENCES maker (id),
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    PRIMARY KEY (approval, feed, maker, seq_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX further_maker_maker ON further_maker (maker) WHERE seq_to IS NULL;
-- All of them.
CREATE VIEW approval_maker (approval, maker, seq_from, seq_to) AS
    SELECT approval, maker, seq_from, seq_to FROM approval_version WHERE maker IS NOT NULL
    UNION ALL SELECT approval, maker, seq_from, seq_to FROM further_maker;

-- Values by which another feed asks: one request each (`each` of its definition).
CREATE TABLE asked_value (
    feed INTEGER NOT NULL,
    member TEXT NOT NULL,
    value TEXT NOT NULL,
    approval INTEGER NOT NULL,
    country TEXT NOT NULL,                -- of the maker
    PRIMARY KEY (feed, member, value, approval)
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_value_approval ON asked_value (feed, approval);

-- Whether an approval is still shown, and when it last was.
CREATE VIEW listing (approval, poll, seen_at, missed, gone_at) AS
    SELECT a.id,
        (SELECT max(max(s.poll, iif(s.missed = 0, f.whole_poll, 0)))
            FROM approval_feed f CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = a.id
            WHERE f.authority = a.authority),
        (SELECT max(max(s.seen_at, iif(s.missed = 0, coalesce(f.whole_at, 0), 0)))
            FROM approval_feed f CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = a.id
            WHERE f.authority = a.authority),
        (SELECT coalesce(min(s.missed), 0)
            FROM approval_feed f CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = a.id
            WHERE f.authority = a.authority),
        a.gone_at
    FROM approval a;

-- ------------------------------------------------------------------------------------- local records

-- One table of a file: a CSV, or one sheet of a workbook.
CREATE TABLE local_file (
    id INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL DEFAULT 0,  -- id of the file's first sheet, its own included
    name TEXT NOT NULL,
    sheet TEXT NOT NULL DEFAULT '',       -- of a workbook
    sha256 TEXT NOT NULL,                 -- of the file's bytes
    kind TEXT NOT NULL,                   -- '' = could not be told
    delivered_by TEXT NOT NULL,           -- user, or 'inbox'
    taken_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'sealed', 'applied', 'refused')),
    full_list INTEGER NOT NULL DEFAULT 0, -- 全量
    rows INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    unlisted INTEGER NOT NULL DEFAULT 0,  -- a full list does not name them any more
    rejected INTEGER NOT NULL DEFAULT 0,
    warnings INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',     -- why it was refused, Chinese: it goes back to the sender
    seq INTEGER NOT NULL DEFAULT 0        -- journal entry of the sealing: the seq of all its versions
) STRICT;
-- The same bytes again change nothing, unless another file came between.
CREATE INDEX local_file_sha256 ON local_file (sha256);
CREATE INDEX local_file_delivery ON local_file (delivery);

-- What a file changes, before it is applied: invisible.
CREATE TABLE local_staged (
    delivery INTEGER NOT NULL,            -- local_file.delivery
    n INTEGER NOT NULL,                   -- 1, 2, ... in the order in which they are applied
    file INTEGER NOT NULL,                -- its sheet: local_file.id
    row INTEGER NOT NULL,                 -- 0 = no row: a full list does not name it
    old_version INTEGER NOT NULL,         -- 0 = none
    withdrawn INTEGER NOT NULL,
    unlisted INTEGER NOT NULL,
    key TEXT NOT NULL,
    uscc TEXT NOT NULL,
    old_uscc TEXT NOT NULL,               -- its firm until now
    product_id TEXT NOT NULL,
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    case_id TEXT NOT NULL,
    document TEXT NOT NULL,               -- names of files, joined by '|'
    fields TEXT NOT NULL,
    PRIMARY KEY (delivery, n)
) STRICT, WITHOUT ROWID;

-- Every kind of local record, versioned: the table of kinds (m13/registry.h) tells the fields.
CREATE TABLE local_record (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,                    -- key columns joined by '|'
    version INTEGER NOT NULL,
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    uscc TEXT NOT NULL DEFAULT '',        -- references, '' = none; a firm's own: its USCC, or SRN:..., FEI:...
    product_id TEXT NOT NULL DEFAULT '',
    authority TEXT NOT NULL DEFAULT '',
    number TEXT NOT NULL DEFAULT '',
    case_id TEXT NOT NULL DEFAULT '',
    assurance TEXT NOT NULL CHECK (assurance IN ('claimed', 'documented', 'verified', 'official')),
    withdrawn INTEGER NOT NULL DEFAULT 0,
    unlisted INTEGER NOT NULL DEFAULT 0,  -- a full list does not name it any more: unknown, never closed
    fields TEXT NOT NULL,                 -- JSON object: canonical values by English key
    file INTEGER NOT NULL,                -- local_file.id; 0 = a document's arrival (the journal's seq_from tells)
    row INTEGER NOT NULL,
    PRIMARY KEY (kind, key, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX local_record_firm ON local_record (uscc, kind) WHERE seq_to IS NULL;
CREATE INDEX local_record_product ON local_record (product_id, kind) WHERE seq_to IS NULL;
CREATE INDEX local_record_approval ON local_record (authority, number) WHERE seq_to IS NULL AND number <> '';
-- The same invoice claimed twice, by whatever firm (rule R15).
CREATE INDEX local_record_case ON local_record (case_id) WHERE seq_to IS NULL AND case_id <> '';

-- By what current records are found besides their key: SRN:... and FEI:... of firms that have a USCC (who comes
-- as a candidate may be known already), of costs INVOICE:... (one counts once, whoever shows it) and PRODUCT:...
-- (among which they are shared).
CREATE TABLE local_identifier (
    identifier TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    uscc TEXT NOT NULL,
    PRIMARY KEY (identifier, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX local_identifier_record ON local_identifier (kind, key);

-- Scans and PDFs that came by inbox/files, under the name by which rows speak of them; the bytes are evidence.
CREATE TABLE local_document (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    uscc TEXT NOT NULL DEFAULT '',        -- whose records named it when it came; '' = of no firm that was known
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

-- Which current records speak of which file: they wait for it.
CREATE TABLE local_document_use (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (name, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX local_document_user ON local_document_use (kind, key);

-- What waits for its other side: it counts from the day on which that arrives.
CREATE VIEW local_waiting (kind, key, missing, name) AS
    SELECT r.kind, r.key, 'firm', r.uscc FROM local_record r
    WHERE r.seq_to IS NULL AND r.withdrawn = 0 AND r.uscc <> '' AND r.kind <> 'firms'
      AND NOT EXISTS (SELECT 1 FROM local_record f WHERE f.kind = 'firms' AND f.key = r.uscc
                      AND f.seq_to IS NULL AND f.withdrawn = 0)
    UNION ALL
    SELECT r.kind, r.key, 'product', r.product_id FROM local_record r
    WHERE r.seq_to IS NULL AND r.withdrawn = 0 AND r.product_id <> '' AND r.kind <> 'products'
      AND NOT EXISTS (SELECT 1 FROM local_record p WHERE p.kind = 'products' AND p.key = r.product_id
                      AND p.seq_to IS NULL AND p.withdrawn = 0)
    UNION ALL
    SELECT i.kind, i.key, 'product', substr(i.identifier, 9) FROM local_identifier i
    WHERE i.identifier >= 'PRODUCT:' AND i.identifier < 'PRODUCT;'
      AND NOT EXISTS (SELECT 1 FROM local_record p WHERE p.kind = 'products' AND p.key = substr(i.identifier, 9)
                      AND p.seq_to IS NULL AND p.withdrawn = 0)
    UNION ALL
    SELECT r.kind, r.key, 'case', r.case_id FROM local_record r
    WHERE r.seq_to IS NULL AND r.withdrawn = 0 AND r.case_id <> ''
      AND NOT EXISTS (SELECT 1 FROM case_file c WHERE c.case_id = r.case_id)
    UNION ALL
    SELECT u.kind, u.key, 'document', u.name FROM local_document_use u
    WHERE NOT EXISTS (SELECT 1 FROM local_document d WHERE d.name = u.name AND d.seq_to IS NULL);

CREATE TABLE local_reject (
    file INTEGER NOT NULL,
    row INTEGER NOT NULL,
    field TEXT NOT NULL,
    warning INTEGER NOT NULL DEFAULT 0,   -- the row was taken although this looks wrong
    reason TEXT NOT NULL,                 -- Chinese: it goes back to the sender
    expected TEXT NOT NULL,
    PRIMARY KEY (file, row, field, warning)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------------------------------------- match

CREATE TABLE match (
    maker INTEGER NOT NULL REFERENCES maker (id),
    version INTEGER NOT NULL,
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    band TEXT NOT NULL CHECK (band IN ('auto', 'review', 'none')),
    uscc TEXT NOT NULL,                   -- best firm; '' when none
    rule TEXT NOT NULL,
    score INTEGER NOT NULL,               -- thousandths
    beijing INTEGER NOT NULL,             -- the register puts the maker in Beijing
    why TEXT NOT NULL,                    -- JSON explanation; '' for a plain none
    PRIMARY KEY (maker, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_firm ON match (uscc) WHERE seq_to IS NULL AND uscc <> '';
-- In Beijing, and no firm with a USCC has claimed it.
CREATE INDEX match_unclaimed ON match (maker) WHERE seq_to IS NULL
    AND (beijing = 1 AND band = 'none' OR substr(uscc, 1, 4) IN ('SRN:', 'FEI:'));

-- --------------------------------------------------------------------------------------------- review

-- What people have decided of uncertain matches and products (m13/review.h).
CREATE TABLE review_decision (
    item TEXT NOT NULL,                   -- the question: M12, P34
    maker INTEGER NOT NULL,               -- maker.id: one row of the spelling; 0 = of a product
    uscc TEXT NOT NULL,                   -- the firm that was accepted or rejected
    version INTEGER NOT NULL,
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject')),
    product_id TEXT NOT NULL,             -- that was linked; '' = of a match
    name TEXT NOT NULL,                   -- the spelling: maker.name, maker.country
    country TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    basis TEXT NOT NULL,                  -- JSON: what it rests on
    basis_hash TEXT NOT NULL,
    PRIMARY KEY (item, maker, uscc, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_decision_spelling ON review_decision (name, country) WHERE seq_to IS NULL AND maker > 0;
-- Open questions.
CREATE INDEX match_review ON match (maker) WHERE seq_to IS NULL AND band = 'review';

-- ---------------------------------------------------------------------------------------------- cases

CREATE TABLE case_file (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,         -- M13-2026-00042: never changes
    policy TEXT NOT NULL,
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    item TEXT NOT NULL,
    approval INTEGER NOT NULL REFERENCES approval (id),
    opened_at INTEGER NOT NULL,
    opened_seq INTEGER NOT NULL,
    stage TEXT NOT NULL DEFAULT 'lead',
    stage_since INTEGER NOT NULL,
    officer TEXT NOT NULL DEFAULT '',     -- to whom it is assigned
    UNIQUE (policy, authority, number, item)
) STRICT;
CREATE INDEX case_file_approval ON case_file (approval);

CREATE TABLE case_version (
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    version INTEGER NOT NULL,
    seq_from INTEGER NOT NULL,
    seq_to INTEGER,
    at INTEGER NOT NULL,
    uscc TEXT NOT NULL,
    product_id TEXT NOT NULL,             -- '' = provisional
    verdict TEXT NOT NULL,
    review_kind TEXT NOT NULL,            -- identity, assessment, ''
    amount_state TEXT NOT NULL,
    award INTEGER NOT NULL,               -- fen
    missing TEXT NOT NULL,                -- JSON array of named facts
    next_action TEXT NOT NULL,            -- code
    facts_hash TEXT NOT NULL,
    parameters_hash TEXT NOT NULL,
    trace_hash TEXT NOT NULL DEFAULT '',  -- SHA-256 of the trace: compared without reading what is long
    facts TEXT NOT NULL,                  -- JSON: what was known, with table, id, version, assurance
    trace TEXT NOT NULL,                  -- JSON: one line per rule
    PRIMARY KEY (case_file, version)
) STRICT, WITHOUT ROWID;
-- With all that is counted and summed of cases in it: their rows are long.
CREATE INDEX case_version_firm ON case_version (uscc, seq_to, verdict, award, product_id) WHERE seq_to IS NULL;
CREATE INDEX case_version_product ON case_version (product_id) WHERE seq_to IS NULL AND product_id <> '';

CREATE TABLE case_event (
    id INTEGER PRIMARY KEY,
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,                   -- opened, verdict, firm, product, facts, difference; of people: stage,
                                          -- assign, answer, decision
    cause TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX case_event_case ON case_event (case_file);

-- A move that weighs much, made by one person: it waits for a second one. Gone when made, or when others come before.
CREATE TABLE case_proposal (
    case_file INTEGER PRIMARY KEY REFERENCES case_file (id),
    stage TEXT NOT NULL,                  -- to which
    facts_hash TEXT NOT NULL,             -- on these facts
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE case_dispute (
    id INTEGER PRIMARY KEY,
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    about TEXT NOT NULL,                  -- product, date, renewal, amount, other
    opened_seq INTEGER NOT NULL,
    closed_seq INTEGER,                   -- NULL = open
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'upheld', 'partly', 'rejected')),
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX case_dispute_case ON case_dispute (case_file);

-- Officers' and firms' rows (kinds decisions, answers) that have had their effect, or were refused.
CREATE TABLE case_enacted (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    problem TEXT NOT NULL,                -- why it was refused, Chinese; '' = it was not
    PRIMARY KEY (kind, key, version)
) STRICT, WITHOUT ROWID;

-- What is approved together: a frozen batch holds its cases as they were.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,            -- 2026-1
    year INTEGER NOT NULL,                -- of the firm's cap
    cutoff_day INTEGER NOT NULL,          -- cases that had applied by then
    state TEXT NOT NULL CHECK (state IN ('open', 'frozen', 'published', 'closed')),
    parameters_hash TEXT NOT NULL DEFAULT '', -- under which it was frozen
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    signed_by TEXT NOT NULL DEFAULT '',   -- who asked for the freeze; another one made it
    signed_hash TEXT NOT NULL DEFAULT '', -- of the cases and awards that he saw
    frozen_at INTEGER,
    frozen_seq INTEGER,
    frozen_by TEXT NOT NULL DEFAULT '',
    public_from INTEGER,                  -- 公示, days
    public_to INTEGER,
    published_by TEXT NOT NULL DEFAULT '',
    closed_at INTEGER,
    closed_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE batch_case (
    case_file INTEGER PRIMARY KEY REFERENCES case_file (id),
    batch INTEGER NOT NULL REFERENCES batch (id),
    version INTEGER NOT NULL,             -- of the case, as frozen
    award INTEGER NOT NULL,               -- fen
    facts_hash TEXT NOT NULL
) STRICT;
CREATE INDEX batch_case_batch ON batch_case (batch);

-- How a case that is held (frozen, or paid) would be decided now: it changes nothing.
CREATE TABLE case_difference (
    case_file INTEGER PRIMARY KEY REFERENCES case_file (id),
    seq INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    review_kind TEXT NOT NULL,
    award INTEGER NOT NULL,
    cause TEXT NOT NULL,
    facts_hash TEXT NOT NULL
) STRICT;

-- ---------------------------------------------------------------------------------------------- alerts

-- What is to be told, written in the transaction of its event.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,      -- idempotency key: derived from the events, stable over restarts
    audience TEXT NOT NULL CHECK (audience IN ('firm', 'desk', 'operator')),
    uscc TEXT NOT NULL,
    kind TEXT NOT NULL,                   -- lead, question, receipt
    state TEXT NOT NULL CHECK (state IN ('draft', 'held', 'released', 'cancelled')),
    created_at INTEGER NOT NULL,
    created_seq INTEGER NOT NULL,
    cases TEXT NOT NULL,                  -- JSON array of case ids
    body TEXT NOT NULL                    -- JSON: the facts of the message, no address
) STRICT;

CREATE TABLE delivery (
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    last_attempt_at INTEGER,
    delivered_at INTEGER,
    proof TEXT NOT NULL DEFAULT '',       -- status and digest of the receiver's reply
    problem TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (outbox, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (next_at) WHERE state = 'waiting';

-- ------------------------------------------------------------------------------------------ parameters

-- Policy parameters in force, for people and for the trace; rewritten at each start and reload.
CREATE TABLE parameter (
    name TEXT NOT NULL,
    from_day INTEGER,
    to_day INTEGER,
    value TEXT NOT NULL,
    applies_by TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    cited TEXT NOT NULL,
    rule TEXT NOT NULL
) STRICT;

-- The authorities as configured, also those without a public register that can be read.
CREATE TABLE authority (
    code TEXT PRIMARY KEY,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    named TEXT NOT NULL,                  -- the text's word for it: FDA, CE, PMDA, TGA, BRICS, WHO; '' = not named
    country TEXT NOT NULL,
    markets TEXT NOT NULL,                -- codes parted by blanks; '*' = any foreign country
    review_markets TEXT NOT NULL,
    register INTEGER NOT NULL,            -- it has a usable public register
    sort INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ----------------------------------------------------------------------------------------------- words

-- Every code with its words, and the rules with their text: rewritten at each start from the program's own tables, so that
-- whoever reads a database needs no program to understand it.
CREATE TABLE label (
    kind TEXT NOT NULL,                   -- verdict, outcome, route ...
    code TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    sort INTEGER NOT NULL,
    PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule (
    rule TEXT PRIMARY KEY,                -- R01 ...
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    cited TEXT NOT NULL,
    decides TEXT NOT NULL CHECK (decides IN ('verdict', 'amount'))
) STRICT, WITHOUT ROWID;
