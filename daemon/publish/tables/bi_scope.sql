CREATE TABLE bi_scope (
    authority TEXT NOT NULL,
    number TEXT NOT NULL,
    product_id TEXT NOT NULL,
    uscc TEXT NOT NULL,
    case_id TEXT NOT NULL,
    in_scope_from TEXT NOT NULL,
    out_of_scope_on TEXT NOT NULL,
    models TEXT NOT NULL,
    unlisted INTEGER NOT NULL,
    assurance TEXT NOT NULL,
    PRIMARY KEY (authority, number, product_id)
) WITHOUT ROWID;

-- Which products an approval covers, as firms and people have said. Dates keep the precision that they were given with,
-- hence TEXT. No case: the approval is not known, or is nobody's of ours.
SELECT
    s.authority,
    s.number,
    s.product_id,
    coalesce(p.uscc, '') AS uscc,
    coalesce((
        SELECT f.case_id
        FROM approval a
        CROSS JOIN case_file f ON f.approval = a.id
        CROSS JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL
        WHERE a.authority = s.authority AND a.number = s.number AND c.product_id = s.product_id
        ORDER BY f.id
        LIMIT 1
    ), '') AS case_id,
    coalesce(s.fields ->> 'in_scope_from', '') AS in_scope_from,
    coalesce(s.fields ->> 'out_of_scope_on', '') AS out_of_scope_on,
    coalesce(s.fields ->> 'models', '') AS models,
    s.unlisted,
    s.assurance
FROM local_record s
LEFT JOIN local_record p ON p.kind = 'products' AND p.key = s.product_id AND p.seq_to IS NULL AND p.withdrawn = 0
WHERE s.kind = 'scopes' AND s.seq_to IS NULL AND s.withdrawn = 0
ORDER BY s.authority, s.number, s.product_id;
