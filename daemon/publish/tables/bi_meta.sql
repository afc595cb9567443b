CREATE TABLE bi_meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- In the order of their letters, the best standing comes first. One pass for both counts: it reads many approvals.
WITH beijing (name, standing) AS MATERIALIZED (
    SELECT name, min(standing) FROM beijing_maker GROUP BY name
)
SELECT 'schema_version' AS name, '1' AS value
UNION ALL SELECT 'published_at', strftime('%Y-%m-%dT%H:%M:%SZ', :now / 1000, 'unixepoch')
-- As old as the oldest success of a feed in use: nothing published is older than that.
UNION ALL SELECT 'data_as_of', coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', min(s.last_success_at) / 1000, 'unixepoch'), '')
    FROM feed f JOIN feed_state s USING (name) WHERE f.enabled
UNION ALL SELECT 'stale',
    coalesce(max(enabled AND coalesce(:now NOT BETWEEN fresh_from AND fresh_until, 1)), 0)
    FROM feed_freshness
-- The journal proves itself outside: its length and head stand in each publication.
UNION ALL SELECT 'journal_entries', coalesce(max(seq), 0) FROM journal
UNION ALL SELECT 'journal_head', coalesce((SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), '')
UNION ALL SELECT 'approvals', count(*) FROM approval WHERE purpose = 'approvals'
UNION ALL SELECT 'cases', count(*) FROM case_file
-- Makers whom some register puts in Beijing, and those of them that a firm has claimed (by authority: bi_authority).
UNION ALL SELECT 'beijing_makers', count(*) FROM beijing
UNION ALL SELECT 'beijing_claimed', count(*) FROM beijing WHERE standing = 'claimed';
