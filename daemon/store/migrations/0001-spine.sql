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
    total INTEGER                         -- rows that the register declared last
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
    pages INTEGER NOT NULL DEFAULT 0,
    total INTEGER,                        -- rows declared by the register
    rows INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,     -- approvals not known before
    changed INTEGER NOT NULL DEFAULT 0,
    vanished INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0,   -- rows with a status or route that no rule of the definition knows
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
    url TEXT NOT NULL,
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
    record TEXT NOT NULL,                 -- canonical record, one line (m13/record.h)
    PRIMARY KEY (poll, seq)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    authority TEXT NOT NULL,
    number TEXT NOT NULL,                 -- normalised, without revision
    feed TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    first_poll INTEGER NOT NULL,
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
    PRIMARY KEY (approval, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_version_decided ON approval_version (decision_first) WHERE seq_to IS NULL;
CREATE INDEX approval_version_maker ON approval_version (maker) WHERE seq_to IS NULL;

-- Whether the register still shows it: volatile, hence apart from the versions.
CREATE TABLE listing (
    approval INTEGER PRIMARY KEY REFERENCES approval (id),
    poll INTEGER NOT NULL,                -- last poll that showed it
    seen_at INTEGER NOT NULL,
    missed INTEGER NOT NULL DEFAULT 0,    -- complete polls in a row that should have shown it and did not
    gone_at INTEGER                       -- missed twice: no longer listed (silence is not a withdrawal)
) STRICT;

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
-- With seq_to in it, cases are counted without reading their rows, which are long.
CREATE INDEX case_version_firm ON case_version (uscc, seq_to) WHERE seq_to IS NULL;
CREATE INDEX case_version_product ON case_version (product_id) WHERE seq_to IS NULL AND product_id <> '';

CREATE TABLE case_event (
    id INTEGER PRIMARY KEY,
    case_file INTEGER NOT NULL REFERENCES case_file (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,                   -- opened, verdict, firm, product, facts, stage
    cause TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX case_event_case ON case_event (case_file);

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
