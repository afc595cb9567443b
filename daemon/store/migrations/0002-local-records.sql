-- What the bureau and the firms know, versioned (m13/registry.h). Conventions as in 0001-spine.sql.

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
