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
    assurance TEXT NOT NULL
);

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
    coalesce(of_product.cases, 0) AS cases,
    coalesce(of_product.authorities, '') AS authorities,
    p.assurance
FROM local_record p
LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = p.uscc AND firm.seq_to IS NULL
LEFT JOIN (
    SELECT c.product_id, count(*) AS cases, group_concat(DISTINCT f.authority) AS authorities
    FROM case_version c
    CROSS JOIN case_file f ON f.id = c.case_file
    WHERE +c.seq_to IS NULL AND c.product_id <> ''
    GROUP BY c.product_id
) of_product ON of_product.product_id = p.key
WHERE p.kind = 'products' AND p.seq_to IS NULL AND p.withdrawn = 0
ORDER BY p.key;
