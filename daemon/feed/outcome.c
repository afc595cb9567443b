/* outcome.c - the words for how a turn ended. */
#include "outcome.h"

#include <ctype.h>

const struct name_entry feed_outcome_names[FEED_OUTCOMES] = {
    {FEED_NEVER, "never", "尚未询问", "not asked yet"},
    {FEED_APPLIED, "applied", "已更新", "applied"},
    {FEED_UNCHANGED, "unchanged", "无变化", "unchanged"},
    {FEED_NONE, "none", "无记录", "no rows"},
    {FEED_CHANGED, "changed", "已更新，有批准内容变更", "applied, known approvals changed"},
    {FEED_VANISHED, "vanished", "已更新，有批准不再列出", "applied, known approvals were not shown"},
    {FEED_ROWS_REJECTED, "rows-rejected", "已更新，部分行无法读取", "applied, some rows could not be read"},
    {FEED_DRIFT, "drift", "已更新，出现未知取值", "applied, values that no rule knows"},
    {FEED_RATE_LIMITED, "rate-limited", "被对方限流", "rate limited"},
    {FEED_RETRY_AFTER, "retry-after", "对方要求稍后再试", "told to come back later"},
    {FEED_BUDGET, "budget", "当日请求额度已用完", "our budget for the day is used up"},
    {FEED_SERVER_ERROR, "server-error", "对方服务器出错", "server error"},
    {FEED_REFUSED, "refused", "请求被拒绝", "request refused"},
    {FEED_MOVED, "moved", "地址已迁移", "moved elsewhere"},
    {FEED_UNREACHABLE, "unreachable", "无法连接", "cannot be reached"},
    {FEED_RESET, "reset", "连接中断", "connection lost"},
    {FEED_TOO_SLOW, "too-slow", "响应过慢", "too slow"},
    {FEED_TOO_LARGE, "too-large", "响应过大", "too large"},
    {FEED_BOMB, "bomb", "疑似压缩炸弹", "decompression bomb"},
    {FEED_WRONG_TYPE, "wrong-type", "内容类型不符", "wrong content type"},
    {FEED_MALFORMED, "malformed", "格式无法读取", "cannot be read"},
    {FEED_CHAIN_BROKEN, "chain-broken", "翻页中断，将从断点继续",
        "chain of pages broken, goes on from there"},
    {FEED_INCOMPLETE, "incomplete", "数据不完整", "incomplete"},
    {FEED_SHRUNK, "shrunk", "登记库条数骤减", "register shrank too far"},
    {FEED_DECODER_FAILED, "decoder-failed", "解码进程失败", "decoder failed"},
};

static const char *const advice[FEED_OUTCOMES] = {
    [FEED_RATE_LIMITED] =
        "asked again after a pause; if it stays so, lower a-minute of budget in the definition",
    [FEED_RETRY_AFTER] = "nothing to do: asked again when the register allows it",
    [FEED_BUDGET] =
        "goes on after midnight UTC; raise a-day of budget in the definition if the register allows it",
    [FEED_SERVER_ERROR] = "asked again by itself; if it lasts, see the register's own status page",
    [FEED_REFUSED] = "check path, query and headers in the definition, and whether this network is blocked",
    [FEED_MOVED] = "redirects are not followed: check the new address and write it into the definition",
    [FEED_UNREACHABLE] =
        ("check name resolution, firewall and proxy here, then the register's own status page; if its "
         "certificate is not trusted, name its authority's certificate as ca-file in the definition"),
    [FEED_RESET] = "asked again by itself; if it lasts, check the network between here and the register",
    [FEED_TOO_SLOW] = "asked again by itself; if it lasts, ask for smaller pages in the definition",
    [FEED_TOO_LARGE] =
        "check what the register sends; raise maximum-bytes in the definition if it is genuine",
    [FEED_BOMB] = "nothing was kept; check by hand who answers at this address",
    [FEED_WRONG_TYPE] = "open the address in a browser: maintenance pages and log-in pages come like this",
    [FEED_MALFORMED] =
        "compare the stored payload with the definition: the register may have changed its form",
    [FEED_CHAIN_BROKEN] = "the pages that came are kept, and the next turn goes on from there",
    [FEED_INCOMPLETE] = "nothing was applied; the whole is asked for again by itself",
    [FEED_SHRUNK] = "check with the register; if it is right, raise largest-shrink in the definition",
    [FEED_DECODER_FAILED] = "try `m13d decode` by hand with the stored payload, and report what it says",
};

bool feed_outcome_is_good(enum feed_outcome outcome)
{
    return outcome > FEED_NEVER && outcome < FEED_RATE_LIMITED;
}

const char *outcome_advice(enum feed_outcome outcome)
{
    return advice[outcome] != NULL ? advice[outcome] : "";
}

const char *outcome_code(enum feed_outcome outcome)
{
    return outcome == FEED_NEVER ? "" : name_code(feed_outcome_names, FEED_OUTCOMES, outcome);
}

void outcome_excerpt(struct text *out, const char *bytes, size_t length, size_t most)
{
    const char *at = bytes, *end = bytes + length;
    size_t start = out->length;
    bool blank = false, tag = false;
    while (at < end) {
        uint32_t point = utf8_next(&at, end);
        if (point == '<' || point == '>')
            tag = point == '<';
        bool is_blank = point <= ' ' || point == '<' || point == '>';
        if (tag || is_blank || point == 0x7f || point == 0xfffd || (point >= 0x80 && point < 0xa0)) {
            blank = blank || is_blank;
            continue;
        }
        char encoded[4];
        size_t count = utf8_put(point, encoded);
        bool gap = blank && out->length > start;
        if (out->length - start + count + gap > most)
            break;
        if (gap)
            text_append_character(out, ' ');
        text_append(out, encoded, count);
        blank = false;
    }
}
