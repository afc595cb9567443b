-- The working database of m13d: the registers. Local records and cases stand in the files behind this one.
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
