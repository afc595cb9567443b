-- Chinese names and values on top of the tables, for those who build a dashboard without a programmer.
CREATE VIEW 初判线索 AS
SELECT
    c.case_id AS 线索编号,
    iif(c.firm_name <> '', c.firm_name, c.firm_name_en) AS 企业名称,
    c.uscc AS 统一社会信用代码,
    c.district AS 所属区,
    coalesce(authority.zh, c.authority) AS 境外机构,
    c.number AS 批准编号,
    coalesce(route.zh, c.route) AS 批准途径,
    c.device AS 登记产品名称,
    c.product_name AS 产品名称,
    c.decision_date_from AS 批准日期,
    c.decision_date_from_ts AS 批准日期_ts,
    CASE c.decision_date_precision
        WHEN 'day' THEN '日'
        WHEN 'month' THEN '月'
        WHEN 'year' THEN '年'
        WHEN 'interval' THEN '区间起'
        ELSE ''
    END AS 日期精度,
    coalesce(verdict.zh, c.verdict) AS 初判结论,
    coalesce(stage.zh, c.stage) AS 办理环节,
    c.officer AS 经办人,
    c.batch AS 批次,
    coalesce((
        SELECT group_concat(coalesce(missing.zh, fact.value), '、')
        FROM json_each(c.missing) fact
        LEFT JOIN bi_label missing ON missing.kind = 'missing' AND missing.code = fact.value
    ), '') AS 待补事项,
    coalesce((
        SELECT group_concat(DISTINCT supplier.zh)
        FROM json_each(c.missing) fact
        JOIN bi_label supplier ON supplier.kind = 'supplier-of' AND supplier.code = fact.value
    ), '') AS 由谁补充,
    c.supply_until AS 申报截止,
    c.at_stake_cny AS 涉及上限_元,
    c.award_cny AS 测算上限_元,
    c.first_flagged AS 发现时间,
    c.evidence_url AS 来源链接
FROM bi_case c
LEFT JOIN bi_label authority ON authority.kind = 'authority' AND authority.code = c.authority
LEFT JOIN bi_label verdict ON verdict.kind = 'verdict' AND verdict.code = c.verdict
LEFT JOIN bi_label stage ON stage.kind = 'stage' AND stage.code = c.stage
LEFT JOIN bi_label route ON route.kind = 'route' AND route.code = c.route;

CREATE VIEW 线索变动 AS
SELECT
    e.case_id AS 线索编号,
    e.at AS 时间,
    e.at_ts AS 时间_ts,
    coalesce(event.zh, e.event) AS 变动,
    coalesce(old.zh, e.old) AS 原值,
    coalesce(new.zh, e.new) AS 新值,
    coalesce((
        SELECT group_concat(coalesce(cause.zh, one.value), '、')
        FROM json_each('["' || replace(e.cause, ',', '","') || '"]') one
        LEFT JOIN bi_label cause ON cause.kind = 'cause' AND cause.code = one.value
    ), '') AS 原因,
    coalesce(role.zh, e.actor_role) AS 办理人员
FROM bi_event e
LEFT JOIN bi_label event ON event.kind = 'event' AND event.code = e.event
LEFT JOIN bi_label role ON role.kind = 'actor-role' AND role.code = e.actor_role
LEFT JOIN bi_label old ON old.code = e.old AND old.kind = CASE
    WHEN e.event = 'stage' THEN 'stage'
    WHEN e.event IN ('opened', 'verdict', 'difference') THEN iif(e.old IN ('identity', 'assessment'), 'review', 'verdict')
END
LEFT JOIN bi_label new ON new.code = e.new AND new.kind = CASE
    WHEN e.event = 'stage' THEN 'stage'
    WHEN e.event IN ('opened', 'verdict', 'difference') THEN iif(e.new IN ('identity', 'assessment'), 'review', 'verdict')
END;

CREATE VIEW 批次情况 AS
SELECT
    b.batch AS 批次,
    b.year AS 年度,
    b.cutoff AS 截止日期,
    coalesce(state.zh, b.state) AS 状态,
    b.cases AS 线索数,
    b.firms AS 企业数,
    b.award_cny AS 核定金额_元,
    b.paid_cny AS 已拨付_元,
    b.differences AS 结果有变的线索数,
    b.public_from AS 公示起,
    b.public_to AS 公示止,
    b.closed_at AS 关闭时间
FROM bi_batch b
LEFT JOIN bi_label state ON state.kind = 'batch-state' AND state.code = b.state;

CREATE VIEW 企业年度额度 AS
SELECT
    firm_name AS 企业名称,
    uscc AS 统一社会信用代码,
    year AS 年度,
    cap_cny AS 年度上限_元,
    committed_cny AS 已安排_按批准年度_元,
    committed_in_batches_cny AS 已安排_按批次年度_元,
    room_cny AS 剩余额度_元,
    estimated_cny AS 初判符合测算上限_元,
    estimated_pending_cny AS 待补材料测算上限_元,
    cases AS 线索数
FROM bi_firm_year;

CREATE VIEW 数据源状态 AS
SELECT
    f.feed AS 数据源,
    f.title_zh AS 名称,
    coalesce(authority.zh, f.authority) AS 境外机构,
    iif(f.enabled, '启用', '停用') AS 是否启用,
    coalesce(outcome.zh, f.outcome) AS 最近结果,
    f.last_success AS 最近成功,
    f.age_hours AS 距今小时,
    f.target_hours AS 目标小时,
    iif(f.stale, '是', '否') AS 是否过期,
    f.failures AS 连续失败次数,
    f.next_turn AS 下次查询,
    f.rows AS 记录数,
    f.limits_zh AS 局限说明
FROM bi_feed f
LEFT JOIN bi_label authority ON authority.kind = 'authority' AND authority.code = f.authority
LEFT JOIN bi_label outcome ON outcome.kind = 'outcome' AND outcome.code = iif(f.outcome = '', 'never', f.outcome);

CREATE VIEW 待认领企业 AS
SELECT
    name AS 境外登记名称,
    city AS 城市,
    postcode AS 邮编,
    approvals AS 批准数量,
    authorities AS 境外机构,
    newest_number AS 最近编号,
    last_decision AS 最近批准日期
FROM bi_unclaimed;

CREATE VIEW 待人工核定 AS
SELECT
    r.item AS 编号,
    CASE r.kind
        WHEN 'match' THEN '企业归属'
        WHEN 'product' THEN '产品关联'
        WHEN 'self-check' THEN '名录自查'
        ELSE '规则判断'
    END AS 类别,
    iif(r.state = 'reopened', '依据有变，重新核定', '待核定') AS 状态,
    r.subject AS 登记名称,
    r.uscc AS 统一社会信用代码,
    r.firm_name AS 企业名称,
    r.question_zh AS 问题,
    r.case_id AS 线索编号,
    coalesce(authority.zh, r.authority) AS 境外机构,
    r.number AS 批准编号,
    r.cases AS 涉及线索数,
    r.approvals AS 涉及批准数,
    r.newest_decision AS 最近批准日期,
    r.newest_decision_ts AS 最近批准日期_ts,
    CASE r.decided WHEN 'accept' THEN '曾认定为该企业' WHEN 'reject' THEN '曾认定不是该企业' ELSE '' END AS 原核定,
    r.decided_at AS 原核定时间
FROM bi_review r
LEFT JOIN bi_label authority ON authority.kind = 'authority' AND authority.code = r.authority;

CREATE VIEW 提醒记录 AS
SELECT
    a.message_id AS 消息编号,
    coalesce(message.zh, a.kind) AS 类别,
    coalesce(audience.zh, a.audience) AS 接收方,
    iif(a.urgent, '是', '否') AS 是否紧急,
    a.firm_name AS 企业名称,
    a.uscc AS 统一社会信用代码,
    coalesce((SELECT group_concat(told.value, '、') FROM json_each(a.cases) told), '') AS 线索编号,
    coalesce(channel.zh, a.channel_kind) AS 渠道,
    coalesce(state.zh, a.state) AS 状态,
    a.attempts AS 投递次数,
    a.created AS 生成时间,
    a.created_ts AS 生成时间_ts,
    a.next_attempt AS 下次投递,
    a.delivered AS 送达时间,
    a.delivered_ts AS 送达时间_ts,
    a.proof AS 送达凭据,
    a.problem AS 未送达原因
FROM bi_alert a
LEFT JOIN bi_label message ON message.kind = 'message' AND message.code = a.kind
LEFT JOIN bi_label audience ON audience.kind = 'audience' AND audience.code = a.audience
LEFT JOIN bi_label channel ON channel.kind = 'channel' AND channel.code = a.channel_kind
LEFT JOIN bi_label state ON state.kind = 'message-state' AND state.code = a.state;
