-- What is made of approvals and local records: matches, cases, alerts. Conventions as in 0001-spine.sql.

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

-- Every firm is asked for by its own names when the roster has changed, and once a night.
CREATE TABLE self_check (
    id INTEGER PRIMARY KEY,
    basis TEXT NOT NULL,                  -- digest of firms, tables and rules
    begun_at INTEGER NOT NULL,
    ended_at INTEGER,                     -- NULL = under way
    firms INTEGER NOT NULL DEFAULT 0      -- that were asked
) STRICT;

-- Names by which their own firm is not found.
CREATE TABLE self_finding (
    check_id INTEGER NOT NULL,
    uscc TEXT NOT NULL,
    name TEXT NOT NULL,
    finding TEXT NOT NULL,                -- doubted, shadowed, lost
    other TEXT NOT NULL,                  -- the firm that is found
    rule TEXT NOT NULL,                   -- by which; what keeps it from being sure
    PRIMARY KEY (check_id, uscc, name)
) STRICT;

CREATE VIEW self_finding_shown (uscc, name, finding, other, rule) AS
    SELECT uscc, name, finding, other, rule FROM self_finding
    WHERE check_id = (SELECT max(id) FROM self_check WHERE ended_at IS NOT NULL);

-- Makers whom some register puts in Beijing, each spelling once for each authority: a firm's own (claimed), perhaps a
-- firm's (review), or nobody's (unclaimed). A candidate is no firm yet.
CREATE VIEW beijing_maker (authority, name, standing) AS
    WITH located (maker, standing) AS (
        SELECT maker, iif(band = 'auto', 'claimed', 'review') FROM match
        WHERE seq_to IS NULL AND uscc <> '' AND beijing = 1 AND band <> 'none'
            AND substr(uscc, 1, 4) NOT IN ('SRN:', 'FEI:')
        UNION ALL
        SELECT maker, 'unclaimed' FROM match
        WHERE seq_to IS NULL AND (beijing = 1 AND band = 'none' OR substr(uscc, 1, 4) IN ('SRN:', 'FEI:'))
    ), shown (authority, maker, standing) AS (
        SELECT DISTINCT a.authority, l.maker, l.standing FROM located l
        CROSS JOIN approval_version v ON v.maker = l.maker AND v.seq_to IS NULL
        CROSS JOIN approval a ON a.id = v.approval
        UNION
        SELECT a.authority, l.maker, l.standing FROM located l
        CROSS JOIN further_maker k ON k.maker = l.maker AND k.seq_to IS NULL
        CROSS JOIN approval a ON a.id = k.approval
    )
    -- In the order of their letters, the best standing of a spelling comes first.
    SELECT s.authority, lower(m.name), min(s.standing) FROM shown s
    CROSS JOIN maker m ON m.id = s.maker
    GROUP BY s.authority, lower(m.name);

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
) STRICT;                                 -- with row ids: an index holds no more than three rows as long as these a page
-- What is current, without its long texts: all that is compared, shown, counted and summed of cases is found in these.
CREATE INDEX case_version_current ON case_version (case_file, seq_to, version, uscc, product_id, verdict, review_kind,
    amount_state, award, missing, next_action, facts_hash, parameters_hash, trace_hash) WHERE seq_to IS NULL;
CREATE INDEX case_version_firm ON case_version (uscc, seq_to, verdict, award, product_id, case_file, version)
    WHERE seq_to IS NULL;
CREATE INDEX case_version_product ON case_version (product_id, case_file) WHERE seq_to IS NULL AND product_id <> '';
-- What is published of them is read through this; a publication that reads only some has one of its own before it.
CREATE VIEW current_case AS SELECT c.* FROM case_version c INDEXED BY case_version_current WHERE c.seq_to IS NULL;

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
