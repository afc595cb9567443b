"""What a working database says, without the numbers that depend on which of two registers answered first."""
import json


def chosen(row, *columns):
    return tuple(row[column] for column in columns)


def current(rows):
    return [row for row in rows if row["seq_to"] is None]


def facts_of(tables):
    polls = {}  # id: (feed, which of its polls)
    for row in sorted(tables["poll"], key=lambda row: row["id"]):
        polls[row["id"]] = (row["feed"], sum(feed == row["feed"] for feed, _ in polls.values()))
    payloads = {row["id"]: (*polls[row["poll"]], row["page"]) for row in tables["payload"]}
    approvals = {row["id"]: (row["authority"], row["number"]) for row in tables["approval"]}
    makers = {row["id"]: chosen(row, "name", "country", "city", "postcode", "identifiers") for row in tables["maker"]}
    cases = {row["id"]: chosen(row, "authority", "number", "item") for row in tables["case_file"]}
    names = {row["case_id"]: cases[row["id"]] for row in tables["case_file"]}
    return {
        "polls": {polls[row["id"]]: chosen(row, "kind", "state", "started_at", "since_day", "until_day", "pages", "total",
                                           "rows", "rejected", "added", "changed", "vanished", "unknown", "outcome",
                                           "detail", "definition_hash", "finished_at") for row in tables["poll"]},
        "payloads": {payloads[row["id"]]: chosen(row, "url", "fetched_at", "status", "sha256", "bytes", "etag")
                     for row in tables["payload"]},
        "rejects": sorted((payloads[row["payload"]], *chosen(row, "row", "field", "reason", "excerpt"))
                          for row in tables["reject"]),
        "approvals": {(*approvals[row["approval"]], row["version"]):
                      (payloads[row["payload"]], row["row"], row["content"], makers[row["maker"]], row["record"])
                      for row in tables["approval_version"]},
        "first seen": {approvals[row["id"]]: (polls[row["first_poll"]], row["first_seen_at"])
                       for row in tables["approval"]},
        "listing": {approvals[row["approval"]]: (polls[row["poll"]], *chosen(row, "seen_at", "missed", "gone_at"))
                    for row in tables["listing"]},
        "local records": {chosen(row, "kind", "key", "version"):
                          chosen(row, "uscc", "fields", "assurance", "withdrawn", "unlisted", "row")
                          for row in tables["local_record"]},
        "local documents": {chosen(row, "name", "version"): chosen(row, "sha256", "bytes") for row in tables["local_document"]},
        "documents named": sorted(chosen(row, "name", "kind", "key") for row in tables["local_document_use"]),
        "matches": {makers[row["maker"]]: chosen(row, "band", "uscc", "rule", "score", "beijing")
                    for row in current(tables["match"])},
        "cases": {cases[row["case_file"]]: chosen(row, "uscc", "product_id", "verdict", "review_kind", "amount_state",
                                                  "award", "missing", "next_action", "parameters_hash")
                  for row in current(tables["case_version"])},
        "told": sorted((names[case], row["audience"], row["uscc"], row["kind"], row["state"])
                       for row in tables["outbox"] for case in json.loads(row["cases"])),
        "feeds": {row["name"]: chosen(row, "next_at", "cycle", "failures", "last_attempt_at", "last_success_at",
                                      "last_full_at", "outcome", "detail", "as_of", "newest_day", "total")
                  for row in tables["feed_state"]},
        "left over": (tables["work"], tables["staged"], tables["local_staged"],
                      [row for row in tables["delivery"] if row["state"] != "delivered"]),
    }


def differing_facts(expected, actual, most=12):
    said = []
    for kind, ours in expected.items():
        theirs = actual[kind]
        if isinstance(ours, dict):
            said += [f"{kind} {key}: expected {str(ours.get(key))[:300]}, is {str(theirs.get(key))[:300]}"
                     for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
        elif ours != theirs:
            said.append(f"{kind}: expected {str(ours)[:600]}, is {str(theirs)[:600]}")
    return said[:most]
