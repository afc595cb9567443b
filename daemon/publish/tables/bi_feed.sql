CREATE TABLE bi_feed (
    feed TEXT PRIMARY KEY,
    authority TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    last_success DATETIME,
    last_success_ts INTEGER,
    age_hours REAL,
    target_hours REAL NOT NULL,
    stale INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    failing_since DATETIME,
    next_turn DATETIME,
    next_turn_ts INTEGER,
    rows INTEGER NOT NULL,
    register_date TEXT NOT NULL,
    newest_decision DATE,
    completeness TEXT NOT NULL,
    requests_today INTEGER NOT NULL,
    limits_zh TEXT NOT NULL,
    limits_en TEXT NOT NULL
);

SELECT
    f.name AS feed,
    f.authority,
    f.title_zh,
    f.title_en,
    f.enabled,
    s.outcome,
    s.detail,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.last_success_at / 1000, 'unixepoch') AS last_success,
    s.last_success_at / 1000 AS last_success_ts,
    round((:now - s.last_success_at) / 3600000.0, 1) AS age_hours,
    round(f.fresh_ms / 3600000.0, 1) AS target_hours,
    f.enabled AND coalesce(:now NOT BETWEEN h.fresh_from AND h.fresh_until, 1) AS stale,
    s.failures,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.first_failed_at / 1000, 'unixepoch') AS failing_since,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.next_at / 1000, 'unixepoch') AS next_turn,
    s.next_at / 1000 AS next_turn_ts,
    -- Approvals that this feed was the first to show. None is ever deleted, and to count them would read all.
    coalesce((SELECT sum(p.added) FROM poll p WHERE p.feed = f.name), 0) AS rows,
    s.as_of AS register_date,
    date(s.newest_day * 86400, 'unixepoch') AS newest_decision,
    f.completeness,
    -- A feed whose definition names no budget has one of its own, under its name.
    coalesce((
        SELECT b.requests
        FROM request_budget b
        WHERE b.budget = iif(f.budget = '', f.name, f.budget) AND b.day = :now / 86400000
    ), 0) AS requests_today,
    f.limits_zh,
    f.limits_en
FROM feed f
JOIN feed_state s USING (name)
JOIN feed_freshness h USING (name)
ORDER BY f.name;
