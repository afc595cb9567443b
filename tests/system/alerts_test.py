#!/usr/bin/python3
"""What leaves the house: signed messages about what is new, at least once, and nothing that only a person may say."""
import base64
import datetime
import hashlib
import hmac
import http.server
import json
import shutil
import threading
import unittest

from house import FEED_510K, NOW_SECONDS, House, Register, moment, write_rows
from demo_records import CODE, clearance

PATH = "/device/510k.json"
DAY = 24 * 3600
NEWS_TURN = NOW_SECONDS + 2 * DAY
# Each turn of these tests is told at the digest's hour: what it brings up goes out in the same run.
DIGEST = datetime.datetime.fromtimestamp(NEWS_TURN, datetime.timezone(datetime.timedelta(hours=8))).strftime("%H:%M")
SECRETS = [b"first secret of the test, 32 byte", b"second secret of the test, longer"]
CHENLAN, QIFAN = "Beijing Chenlan Medical Technology Co., Ltd.", "Qifan Biotech (Beijing) Co., Ltd."

FIRMS = f"""uscc,name_zh,name_en,district
{CODE["CHEN"]},北京晨岚医疗科技有限公司,"{CHENLAN}",海淀区
{CODE["QIFA"]},启帆（北京）生物技术有限公司,"{QIFAN}",大兴区
"""

ALERTS = """alerts = {{
    mode = "{mode}";
    digest = {{ at = "{digest}"; days = "all"; }};
    desk = {{ name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@example.cn"; address = "通州区"; }};
    channels = {{
        bureau = {{ kind = "webhook"; to = ["firm", "desk"]; url = "{url}/hook"; secret-files = ["secret-1", "secret-2"]; }};
        archive = {{ kind = "file"; to = ["firm", "desk"]; path = "alerts.ndjson"; }};
    }};
}};
"""


def approval(number, maker, decided, device, code="DSH", **more):
    return clearance(number, maker, "Beijing", "CN", "100094", decided, "2025-12-01", device, code, **more)


class Receiver:
    """Someone's webhook: answers as told (then 204), and keeps what came."""

    def __init__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append((self.path, self.headers, body))
                status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.messages, self.answers = [], []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Alerts(unittest.TestCase):
    """Each test starts after a first load, which has brought up one approval of Chenlan."""

    mode = "live"

    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.close)
        cls.house = House(feeds=(FEED_510K,))
        cls.addClassCleanup(cls.house.__exit__)
        cls.first = [approval("K260100", CHENLAN, "2026-06-01", "CardioWave Patch"),
                     clearance("K260200", "Nordlys Medical AB", "Uppsala", "SE", "75320", "2026-06-02", "2026-01-02", "Warmer",
                               "FMZ")]
        write_rows(cls.house.folder / "rows.ndjson", cls.first)
        cls.register = Register(cls.house.folder, {PATH: cls.house.folder / "rows.ndjson"})
        cls.addClassCleanup(cls.register.close)
        for number, secret in enumerate(SECRETS, 1):
            (cls.house.folder / f"secret-{number}").write_text(f"whsec_{base64.b64encode(secret).decode()}\n")
        cls.house.configure(cls.register.url, (FEED_510K,), alerts=ALERTS.format(mode=cls.mode, digest=DIGEST, url=cls.receiver.url))
        cls.house.put("firms.csv", FIRMS)
        cls.house.once(now=moment(NOW_SECONDS))
        shutil.copytree(cls.house.state, cls.house.folder / "loaded")

    def setUp(self):
        shutil.rmtree(self.house.state)
        shutil.copytree(self.house.folder / "loaded", self.house.state)
        self.archive = self.house.folder / "alerts.ndjson"
        self.archive.unlink(missing_ok=True)
        self.register.serve(PATH, self.first)
        self.receiver.messages.clear()
        self.receiver.answers.clear()
        self.turn = NEWS_TURN

    def news(self, *rows):
        """The register has these besides: the next regular turn hears of them."""
        self.register.serve(PATH, self.first + list(rows))
        self.house.once(now=moment(self.turn))

    def later(self, seconds):
        self.turn += seconds
        self.house.once(now=moment(self.turn))

    def bodies(self):
        return [json.loads(body) for _, _, body in self.receiver.messages]

    def delivery(self, channel="bureau"):
        """Of the lead: the desk may have been told since that it did not arrive."""
        [row] = self.house.rows("SELECT d.state, d.attempts FROM delivery d JOIN outbox o ON o.id = d.outbox "
                                "WHERE o.kind = 'lead' AND d.channel = ?", channel)
        return row


NEW = approval("K262001", CHENLAN, "2026-08-28", "PulseLeaf Oximeter", "DQA")
SECOND = approval("K262002", CHENLAN, "2026-08-29", "PulseLeaf Wrist", "DQA")
OF_ANOTHER = approval("K262003", QIFAN, "2026-08-29", "RespiQuick Panel", "OCC")


class Live(Alerts):
    def test_first_load_is_held_for_a_person(self):
        self.assertEqual(self.house.rows("SELECT audience, state, cases FROM outbox"),
                         [("firm", "held", json.dumps([self.house.ctl("cases")[0]["case_id"]]))])
        self.later(0)
        self.assertEqual(self.receiver.messages, [])
        self.assertFalse(self.archive.exists())
        [(body,)] = self.house.rows("SELECT body FROM outbox")
        self.assertIs(json.loads(body)["cases"][0]["first_load"], True)

    def test_new_approval_is_one_message_about_it(self):
        self.news(NEW)
        [body] = self.bodies()
        self.assertEqual((body["type"], body["audience"], body["firm"]["uscc"]), ("m13.lead", "firm", CODE["CHEN"]))
        [case] = body["cases"]
        self.assertEqual((case["number"], case["verdict"], case["first_load"]), ("K262001", "pending", False))
        self.assertIn("declaration", [missing["fact"] for missing in case["missing"]])
        self.assertIn("010-5555-0100", body["text_zh"])
        self.assertEqual(self.delivery(), ("delivered", 1))

    def test_message_is_signed_with_each_secret_in_force(self):
        self.news(NEW)
        [(path, headers, body)] = self.receiver.messages
        self.assertEqual(path, "/hook")
        self.assertEqual(headers["webhook-timestamp"], str(NEWS_TURN))
        self.assertEqual(headers["webhook-id"], json.loads(body)["id"])
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = [b"v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()) for secret in SECRETS]
        self.assertEqual(headers["webhook-signature"].encode().split(b" "), expected)

    def test_file_channel_gets_one_line(self):
        self.news(NEW)
        [line] = self.archive.read_bytes().splitlines()
        self.assertEqual(line, self.receiver.messages[0][2])
        self.assertEqual(self.archive.stat().st_mode & 0o777, 0o600)

    def test_one_message_of_one_firm_and_turn(self):
        self.news(NEW, SECOND, OF_ANOTHER)
        told = {body["firm"]["uscc"]: [case["number"] for case in body["cases"]] for body in self.bodies()}
        self.assertEqual(len(self.receiver.messages), 2)
        self.assertEqual(told, {CODE["CHEN"]: ["K262001", "K262002"], CODE["QIFA"]: ["K262003"]})

    def test_nothing_is_told_twice(self):
        self.news(NEW)
        self.later(DAY)
        self.later(40 * DAY)
        self.house.once("--all", now=moment(self.turn))
        self.assertEqual([body["type"] for body in self.bodies()], ["m13.lead", "m13.reminder"])
        self.assertEqual(len(self.archive.read_bytes().splitlines()), 2)

    def test_no_amount_and_no_secret_leaves(self):
        self.news(NEW)
        [(_, headers, body)] = self.receiver.messages
        text = str(headers).encode() + body
        for secret in SECRETS:
            self.assertNotIn(base64.b64encode(secret), text)
        [case] = json.loads(body)["cases"]
        self.assertNotIn("award", case)


class Retry(Alerts):
    def test_server_error_is_tried_again_with_the_same_id_and_body(self):
        self.receiver.answers = [(500, {}), (502, {})]
        self.news(NEW)
        self.assertEqual(self.delivery(), ("waiting", len(self.receiver.messages)))
        self.later(10)
        self.later(120)
        self.later(600)
        self.assertEqual(len(self.receiver.messages), 3)
        self.assertEqual(self.delivery(), ("delivered", 3))
        self.assertEqual(len({headers["webhook-id"] for _, headers, _ in self.receiver.messages}), 1)
        self.assertEqual(len({body for _, _, body in self.receiver.messages}), 1)

    def test_each_attempt_is_signed_for_its_own_time(self):
        self.receiver.answers = [(500, {})]
        self.news(NEW)
        self.later(10)
        times = [int(headers["webhook-timestamp"]) for _, headers, _ in self.receiver.messages]
        self.assertEqual(len(times), 2)
        self.assertLess(times[0], times[1])

    def test_retry_after_is_honoured(self):
        self.receiver.answers = [(429, {"Retry-After": "7200"})]
        self.news(NEW)
        self.later(3600)
        self.assertEqual(len(self.receiver.messages), 1)
        self.later(3600)
        self.assertEqual(len(self.receiver.messages), 2)
        self.assertEqual(self.delivery(), ("delivered", 2))

    def test_410_ends_it(self):
        self.receiver.answers = [(410, {})]
        self.news(NEW)
        for _ in range(5):
            self.later(DAY)
        self.assertEqual(len(self.receiver.messages), 1)
        self.assertEqual(self.delivery(), ("waiting", 1))  # until somebody says that it is well again
        self.assertEqual(self.house.rows("SELECT channel FROM endpoint WHERE disabled_at IS NOT NULL"), [("bureau",)])
        self.assertEqual(self.delivery("archive"), ("delivered", 1))

    def test_redirect_is_no_delivery(self):
        self.receiver.answers = [(302, {"Location": f"{self.receiver.url}/elsewhere"})]
        self.news(NEW)
        self.assertEqual(self.delivery()[0], "waiting")
        self.assertEqual([path for path, _, _ in self.receiver.messages], ["/hook"])

    def test_receiver_that_never_takes_it_is_given_up_after_about_three_days(self):
        self.receiver.answers = [(500, {})] * 100
        self.news(NEW)
        for _ in range(40):
            self.later(3 * 3600)
        state, attempts = self.delivery()
        self.assertEqual((state, attempts), ("failed", 12))
        self.assertEqual(len(self.receiver.messages), 12)
        last = int(self.receiver.messages[-1][1]["webhook-timestamp"])
        self.assertTrue(2 * DAY < last - NEWS_TURN < 5 * DAY, last - NEWS_TURN)

    def test_secret_that_cannot_be_read_sends_nothing_and_is_tried_again(self):
        secret = self.house.folder / "secret-1"
        text = secret.read_text()
        self.addCleanup(secret.write_text, text)
        secret.write_text("no secret at all")
        self.news(NEW)
        self.assertEqual(self.receiver.messages, [])
        self.assertEqual(self.delivery()[0], "waiting")
        secret.write_text(text)
        self.later(3600)
        self.assertEqual(self.delivery()[0], "delivered")


class OnlyByAPerson(Alerts):
    def test_firm_is_told_nothing_negative(self):
        self.news(NEW)
        self.receiver.messages.clear()
        self.first = [self.first[1]] + [dict(self.first[0], decision_code="RE")]
        self.addCleanup(setattr, self, "first", type(self).first)
        self.turn += DAY
        self.news(dict(NEW, decision_code="RE"))
        verdicts = {case["number"]: case["verdict"] for case in self.house.ctl("cases")}
        self.assertNotIn(verdicts["K262001"], ("pending", "eligible"))
        self.assertEqual([body["audience"] for body in self.bodies()], ["desk"])
        self.assertEqual(self.bodies()[0]["type"], "m13.question")

    def test_uncertain_identity_is_asked_of_the_desk(self):
        self.news(clearance("K262009", "Shenzhen Chenlan Medical Technology Co., Ltd.", "Shenzhen", "CN", "518057", "2026-08-28",
                            "2026-01-01", "Wrist Monitor", "DXN"))
        self.assertEqual([body["audience"] for body in self.bodies()], ["desk"])

    def test_verdict_that_worsens_is_told_to_the_desk(self):
        """An older approval with the same product code: whether the known one is the first, a person must say."""
        self.news(approval("K262010", CHENLAN, "2026-05-15", "Late Posted"))
        verdicts = {case["number"]: case["verdict"] for case in self.house.ctl("cases")}
        self.assertEqual(verdicts, {"K260100": "review", "K262010": "pending"})
        told = {body["audience"]: [case["number"] for case in body["cases"]] for body in self.bodies()}
        self.assertEqual(told, {"firm": ["K262010"], "desk": ["K260100"]})
        self.assertEqual(self.house.rows("SELECT audience, state FROM outbox ORDER BY audience, state"),
                         [("desk", "released"), ("firm", "cancelled"), ("firm", "released")])

    def test_old_approval_that_is_posted_late_is_no_news(self):
        self.news(dict(NEW, k_number="K191002", decision_date="2026-07-15", decision_code="RE"))
        self.assertEqual(self.bodies(), [])


class Draft(Alerts):
    mode = "draft"

    def test_draft_writes_and_sends_nothing(self):
        self.news(NEW, OF_ANOTHER)
        self.later(DAY)
        self.assertEqual(self.receiver.messages, [])
        self.assertFalse(self.archive.exists())
        self.assertEqual(self.house.rows("SELECT count(*) FROM delivery"), [(0,)])
        self.assertEqual(self.house.rows("SELECT DISTINCT state FROM outbox WHERE state <> 'cancelled'"), [("draft",)])
        self.assertEqual(self.house.rows("SELECT count(*) FROM outbox WHERE state <> 'cancelled'"), [(3,)])

    def test_what_was_a_draft_stays_one_when_the_mode_changes(self):
        self.news(NEW)
        self.addCleanup((self.house.folder / "alerts.conf").write_text, ALERTS.format(mode="draft", digest=DIGEST, url=self.receiver.url))
        (self.house.folder / "alerts.conf").write_text(ALERTS.format(mode="live", digest=DIGEST, url=self.receiver.url))
        self.turn += DAY
        self.news(NEW, OF_ANOTHER)
        self.assertEqual([case["number"] for body in self.bodies() for case in body["cases"]], ["K262003"])
        self.assertEqual(self.house.rows("SELECT state, count(*) FROM outbox WHERE state <> 'cancelled' GROUP BY 1 ORDER BY 1"),
                         [("draft", 2), ("released", 1)])


class Release(Alerts):
    mode = "release"

    def test_first_notice_of_a_case_is_held(self):
        self.news(NEW)
        self.later(DAY)
        self.assertEqual(self.receiver.messages, [])
        self.assertEqual(self.house.rows("SELECT DISTINCT state FROM outbox WHERE state <> 'cancelled'"), [("held",)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
