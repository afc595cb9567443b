CREATE TABLE bi_product (
    product_id TEXT NOT NULL PRIMARY KEY,
    uscc TEXT NOT NULL,
    firm_name TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    class TEXT NOT NULL,
    nmpa_number TEXT NOT NULL,
    family TEXT NOT NULL,
    unlisted INTEGER NOT NULL,
    cases INTEGER NOT NULL,
    authorities TEXT NOT NULL,
    cap INTEGER,
    cap_cny REAL,
    committed INTEGER NOT NULL,
    committed_cny REAL NOT NULL,
    estimated INTEGER NOT NULL,
    estimated_cny REAL NOT NULL,
    room INTEGER,
    room_cny REAL,
    assurance TEXT NOT NULL
);

-- The cap is for the product's life, over all authorities and owners. `authorities` tells how many cases each has given:
-- FDA 2, CE 1.
WITH @LEDGER@,
cap (fen) AS (
    SELECT CAST(replace(substr(value, 5, instr(value, '.') - 5), ',', '') AS INTEGER) * 100
        + CAST(substr(value, instr(value, '.') + 1, 2) AS INTEGER)
    FROM parameter
    WHERE name = 'product-cap' AND coalesce(from_day, 0) <= :now / 86400000
    ORDER BY from_day DESC
    LIMIT 1
), of_authority (product_id, authority, cases, estimated) AS (
    SELECT c.product_id, f.authority, count(*), sum(iif(c.verdict = 'eligible'
            AND NOT EXISTS (SELECT 1 FROM local_record r WHERE r.case_id = f.case_id AND r.kind = 'payments'
                AND r.seq_to IS NULL AND r.withdrawn = 0)
            AND NOT EXISTS (SELECT 1 FROM batch_case b WHERE b.case_file = f.id), c.award, 0))
    FROM case_version c INDEXED BY case_version_firm
    CROSS JOIN case_file f ON f.id = c.case_file
    WHERE c.seq_to IS NULL AND c.product_id <> ''
    GROUP BY c.product_id, f.authority
    ORDER BY c.product_id, f.authority
), of_product (product_id, cases, authorities, estimated) AS MATERIALIZED (
    SELECT product_id, sum(cases), group_concat(authority || ' ' || cases, ', '), sum(estimated)
    FROM of_authority
    GROUP BY product_id
), of_ledger (product_id, committed) AS MATERIALIZED (
    SELECT product_id, sum(amount) FROM ledger_commitment WHERE policy = 'M13' AND product_id <> '' GROUP BY product_id
)
SELECT
    p.key AS product_id,
    p.uscc,
    coalesce(firm.fields ->> 'name_zh', '') AS firm_name,
    coalesce(p.fields ->> 'name_zh', '') AS name_zh,
    coalesce(p.fields ->> 'name_en', '') AS name_en,
    coalesce(p.fields ->> 'class', '') AS class,
    coalesce(p.fields ->> 'nmpa_number', '') AS nmpa_number,
    coalesce(p.fields ->> 'family', '') AS family,
    p.unlisted,
    coalesce(o.cases, 0) AS cases,
    coalesce(o.authorities, '') AS authorities,
    cap.fen AS cap,
    cap.fen / 100.0 AS cap_cny,
    coalesce(l.committed, 0) AS committed,
    coalesce(l.committed, 0) / 100.0 AS committed_cny,
    coalesce(o.estimated, 0) AS estimated,
    coalesce(o.estimated, 0) / 100.0 AS estimated_cny,
    max(0, cap.fen - max(0, coalesce(l.committed, 0))) AS room,
    max(0, cap.fen - max(0, coalesce(l.committed, 0))) / 100.0 AS room_cny,
    p.assurance
FROM local_record p
LEFT JOIN cap
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = p.uscc AND firm.seq_to IS NULL
LEFT JOIN of_product o ON o.product_id = p.key
LEFT JOIN of_ledger l ON l.product_id = p.key
WHERE p.kind = 'products' AND p.seq_to IS NULL AND p.withdrawn = 0
ORDER BY p.key;
