CREATE TABLE bi_authority (
    authority TEXT NOT NULL PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    named_as TEXT NOT NULL,
    country TEXT NOT NULL,
    markets TEXT NOT NULL,
    review_markets TEXT NOT NULL,
    register INTEGER NOT NULL,
    feeds INTEGER NOT NULL,
    feeds_stale INTEGER NOT NULL,
    routes TEXT NOT NULL,
    beijing_makers INTEGER NOT NULL,
    beijing_claimed INTEGER NOT NULL,
    beijing_review INTEGER NOT NULL,
    coverage TEXT NOT NULL,
    coverage_zh TEXT NOT NULL,
    coverage_en TEXT NOT NULL,
    limits_zh TEXT NOT NULL,
    limits_en TEXT NOT NULL
);

-- Also those without a register that can be read: their silence says nothing, and proof of an approval comes by hand.
WITH told AS (
    SELECT
        a.code,
        count(f.name) AS feeds,
        coalesce(sum(coalesce(:now NOT BETWEEN h.fresh_from AND h.fresh_until, 1)), 0) AS stale,
        coalesce(group_concat(f.routes, ','), '') AS routes,
        coalesce(group_concat(nullif(f.limits_zh, ''), '；'), '') AS limits_zh,
        coalesce(group_concat(nullif(f.limits_en, ''), '; '), '') AS limits_en
    FROM authority a
    LEFT JOIN feed f ON f.authority = a.code AND f.enabled
    LEFT JOIN feed_freshness h ON h.name = f.name
    GROUP BY a.code
), located AS (
    SELECT authority, count(*) AS makers, sum(standing = 'claimed') AS claimed, sum(standing = 'review') AS review
    FROM beijing_maker
    GROUP BY authority
), covered AS (
    SELECT a.*, t.*, CASE WHEN t.feeds > 0 THEN 'feed' WHEN a.register THEN 'no-feed' ELSE 'no-register' END AS coverage
    FROM authority a
    JOIN told t USING (code)
)
SELECT
    code AS authority,
    zh AS name_zh,
    en AS name_en,
    named AS named_as,
    country,
    markets,
    review_markets,
    register,
    feeds,
    stale AS feeds_stale,
    routes,
    -- makers whom its registers put in Beijing, those among them that a firm has claimed, and perhaps has
    coalesce(l.makers, 0) AS beijing_makers,
    coalesce(l.claimed, 0) AS beijing_claimed,
    coalesce(l.review, 0) AS beijing_review,
    coverage,
    CASE coverage
        WHEN 'feed' THEN '定期查询公开登记'
        WHEN 'no-feed' THEN '有公开登记，未启用数据源；以企业提供的批件为准'
        ELSE '没有可供机器读取的公开登记；以企业提供的批件为准'
    END AS coverage_zh,
    CASE coverage
        WHEN 'feed' THEN 'its public register is asked regularly'
        WHEN 'no-feed' THEN 'it has a public register, and no feed is in use; papers of the firms count'
        ELSE 'it has no public register that can be read by machine; papers of the firms count'
    END AS coverage_en,
    iif(coverage = 'feed', limits_zh, '查不到批准不说明没有批准') AS limits_zh,
    iif(coverage = 'feed', limits_en, 'that no approval is found does not mean that there is none') AS limits_en
FROM covered
-- A dozen rows: + since no index need be made for them.
LEFT JOIN located l ON +l.authority = covered.code
ORDER BY sort;
