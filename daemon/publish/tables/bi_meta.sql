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
UNION ALL SELECT 'beijing_claimed', count(*) FROM beijing WHERE standing = 'claimed'
-- What cases are shown with: approvals, matches, firms, products, words of the policy. Where it is the last publication's,
-- cases alone have changed. Versions never change, so who is current, in which version, tells all; numbers are mixed before
-- they are summed up, so that no change makes up for another.
UNION ALL SELECT 'basis', told FROM (SELECT
    (SELECT count(*) || '.' || coalesce(sum(v.approval * (v.approval + 7919) % 4294967291 * v.version % 4294967291), 0)
        FROM approval_version v INDEXED BY approval_version_decided WHERE v.seq_to IS NULL)
    || ' ' || (SELECT count(*) || '.' || coalesce(sum(a.id * (a.id + 7919) % 4294967291
            * (unicode(a.purpose) + 128 * (a.gone_at IS NOT NULL) + a.first_poll * 256) % 4294967291), 0) FROM approval a)
    || ' ' || (SELECT count(*) || '.' || coalesce(sum(m.maker * (m.maker + 7919) % 4294967291 * m.version % 4294967291), 0)
        FROM match m WHERE m.seq_to IS NULL)
    || ' ' || (SELECT count(*) || '.' || coalesce(sum(k.maker * (k.approval + 7919) % 4294967291
            * (k.feed + k.approval) % 4294967291), 0)
        FROM further_maker k INDEXED BY further_maker_maker WHERE k.seq_to IS NULL)
    || ' ' || (SELECT count(*) || '.' || coalesce(sum((r.file * 65536 + r.row) * (r.seq_from + 7919) % 4294967291
            * r.version % 4294967291), 0)
        FROM local_record r WHERE r.kind IN ('firms', 'products') AND r.seq_to IS NULL)
    || ' ' || (SELECT coalesce(sum(p.added + p.changed + p.vanished), 0) FROM poll p)
    || ' ' || coalesce((SELECT group_concat(coalesce(from_day, 0) || value) FROM parameter
        WHERE name IN ('product-cap', 'filing-window')), '') AS told);
