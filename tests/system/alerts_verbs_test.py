#!/usr/bin/python3
"""m13ctl alerts: what a person sees of the messages, and what he does with them, with and without a daemon."""
import base64
import hashlib
import hmac
import json
import shutil
import subprocess
import unittest

from alerts_test import DAY, FIRMS, NEW, OF_ANOTHER, PATH, SECRETS, Receiver
from house import BUILD, FEED_510K, NOW_SECONDS, House, Register, moment, wait_for, write_rows
from demo_records import CODE, clearance

NEWS_TURN = NOW_SECONDS + 2 * DAY
DIGEST_TURN = NEWS_TURN + 3600  # Thursday, 09:00 in Beijing

ALERTS = """alerts = {{
    mode = "{mode}";
    desk = {{ name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@example.cn"; address = "通州区"; }};
    channels = {{
        bureau = {{ kind = "webhook"; to = ["firm", "desk"]; url = "{url}/hook"; secret-files = "secret-1"; }};
        archive = {{ kind = "file"; to = ["firm", "desk"]; path = "alerts.ndjson"; }};
        own = {{ kind = "webhook"; contacts = true; secret-files = ["secret-1", "secret-2"]; }};
    }};
}};
"""


class Verbs(unittest.TestCase):
    """Each test starts when two firms have a new approval each, and nothing has been sent."""

    mode = "release"

    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.close)
        cls.house = House(feeds=(FEED_510K,))
        cls.addClassCleanup(cls.house.__exit__)
        known = [clearance("K260200", "Nordlys Medical AB", "Uppsala", "SE", "75320", "2026-06-02", "2026-01-02", "Warmer", "FMZ")]
        write_rows(cls.house.folder / "rows.ndjson", known)
        cls.register = Register(cls.house.folder, {PATH: cls.house.folder / "rows.ndjson"})
        cls.addClassCleanup(cls.register.close)
        for number, secret in enumerate(SECRETS, 1):
            (cls.house.folder / f"secret-{number}").write_text(f"whsec_{base64.b64encode(secret).decode()}\n")
        cls.house.configure(cls.register.url, (FEED_510K,), alerts=ALERTS.format(mode=cls.mode, url=cls.receiver.url))
        cls.house.put("firms.csv", FIRMS)
        cls.house.once(now=moment(NOW_SECONDS))
        cls.register.serve(PATH, known + [NEW, OF_ANOTHER])
        cls.house.once(now=moment(NEWS_TURN))
        cls.house.once(now=moment(DIGEST_TURN))
        shutil.copytree(cls.house.state, cls.house.folder / "loaded")

    def setUp(self):
        shutil.rmtree(self.house.state)
        shutil.copytree(self.house.folder / "loaded", self.house.state)
        (self.house.folder / "alerts.ndjson").unlink(missing_ok=True)
        self.receiver.messages.clear()
        self.receiver.answers.clear()

    def alerts(self, *arguments, check=0):
        return self.house.ctl("alerts", *arguments, check=check)

    def words(self, *arguments, check=0):
        """As people read it: what is said, and what went wrong."""
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), *arguments], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120)
        self.assertEqual(done.returncode, check, done.stdout)
        return done.stdout

    def message(self, uscc):
        [message] = self.alerts("list", "--firm", uscc)
        return message

    def later(self):
        self.house.once(now=moment(DIGEST_TURN + 60))

    def told(self):
        return sorted(case["number"] for _, _, body in self.receiver.messages for case in json.loads(body)["cases"])


class Reading(Verbs):
    def test_list_says_to_whom_of_what_and_what_became_of_it(self):
        rows = {row["uscc"]: row for row in self.alerts("list")}
        self.assertEqual(set(rows), {CODE["CHEN"], CODE["QIFA"]})
        row = rows[CODE["CHEN"]]
        cases = {case["number"]: case["case_id"] for case in self.house.ctl("cases")}
        self.assertEqual((row["audience"], row["kind"], row["state"], row["firm"], row["cases"], row["deliveries"]),
                         ("firm", "lead", "held", "北京晨岚医疗科技有限公司", [cases["K262001"]], []))
        table = self.words("alerts", "list")
        self.assertIn("待放行", table)
        self.assertIn(row["message_id"][:16], table)
        self.assertIn("held for a person", self.words("alerts", "list", "--lang", "en"))

    def test_list_is_narrowed_by_state_firm_and_case(self):
        of_chenlan = self.message(CODE["CHEN"])
        self.assertEqual(self.alerts("list", "--case", of_chenlan["cases"][0]), [of_chenlan])
        self.assertEqual(len(self.alerts("list", "--state", "held")), 2)
        self.assertEqual(self.alerts("list", "--state", "delivered"), [])
        self.assertEqual(self.alerts("list", "--state", "held", "--firm", CODE["CHEN"]), [of_chenlan])
        self.assertEqual(self.alerts("list", "--case", "M13-2026-99999"), [])
        self.assertIn("No such message", self.words("alerts", "list", "--case", "M13-2026-99999", "--lang", "en"))

    def test_slip_of_the_pen_is_no_empty_list(self):
        for arguments in (("list", "--state", "sent"), ("list", "held"), ("show",), ("show", "msg_", "--language", "fr"),
                          ("release",), ("release", "--all", "x"), ("cancel", "--all"), ("retry",), ("test",), ("secret",), (),
                          ("remove", "x"), ("release", b"\xff")):
            self.alerts(*arguments, check=64)

    def test_show_is_what_the_firm_will_read(self):
        message = self.message(CODE["CHEN"])
        [shown] = self.alerts("show", message["message_id"][:12])
        self.assertEqual(shown["message_id"], message["message_id"])
        self.assertEqual(shown["state"], "held")
        self.assertIn("北京晨岚医疗科技有限公司", shown["subject"])
        for part in ("K262001", "010-5555-0100", "首次获证承诺", message["cases"][0]):
            self.assertIn(part, shown["text"])
            self.assertIn(part, shown["html"])
        self.assertTrue(shown["attachments"])
        text = self.words("alerts", "show", message["message_id"])
        self.assertIn(shown["text"].strip(), text)
        self.assertIn(shown["attachments"][0], text)

    def test_show_speaks_the_language_that_is_asked_for(self):
        message = self.message(CODE["CHEN"])["message_id"]
        [english] = self.alerts("show", message, "--language", "en")
        [both] = self.alerts("show", message, "--language", "both")
        self.assertIn("Approved by", english["text"])
        self.assertNotIn("批准机构", english["text"])
        self.assertIn("Approved by", both["text"])
        self.assertIn("批准机构", both["text"])

    def test_id_that_fits_none_or_several_is_refused(self):
        self.alerts("show", "msg_", check=65)
        self.alerts("show", "msg_nothing", check=65)
        self.alerts("release", "msg_nothing", check=65)
        self.alerts("cancel", "M13-2026-99999", check=65)

    def test_status_counts_what_is_held(self):
        [status] = self.house.ctl("status")
        self.assertEqual([status[f"messages_{state}"] for state in ("held", "draft", "waiting", "failed", "unreachable")],
                         [2, 0, 0, 0, 0])
        self.assertEqual((status["endpoints_disabled"], status["alert_mode"], status["holidays_ended"]), (0, "release", 0))

    def test_status_says_that_the_holidays_have_ended(self):
        holidays = self.house.folder / "holidays"
        self.addCleanup(holidays.unlink)
        holidays.write_text("2025-10-01 off 国庆节\n")
        self.assertEqual(self.house.ctl("status")[0]["holidays_ended"], 2025)
        self.assertIn("2025", [line for line in self.words("status").splitlines() if "holidays" in line][0])
        holidays.write_text("2025-10-01 off 国庆节\n2026-10-01 off 国庆节\n")
        self.assertEqual(self.house.ctl("status")[0]["holidays_ended"], 0)


class Deciding(Verbs):
    def test_released_message_goes_out_and_its_proof_is_kept(self):
        message = self.message(CODE["CHEN"])
        self.assertEqual(self.alerts("release", message["message_id"]), [{"order": "release", "count": 1}])
        self.assertEqual(self.message(CODE["CHEN"])["state"], "waiting")
        self.later()
        self.assertEqual(self.told(), ["K262001"])
        released = self.message(CODE["CHEN"])
        self.assertEqual((released["state"], bool(released["released_at"]), bool(released["decided_by"])), ("delivered", True, True))
        ways = {delivery["channel"]: delivery for delivery in released["deliveries"]}
        self.assertEqual({name: way["state"] for name, way in ways.items()},
                         {"bureau": "delivered", "archive": "delivered", "own": "unreachable"})
        self.assertIn("204", ways["bureau"]["proof"])
        self.assertEqual(ways["bureau"]["sent_sha256"], hashlib.sha256(self.receiver.messages[0][2]).hexdigest())
        self.assertEqual(self.message(CODE["QIFA"])["state"], "held")
        [dossier] = self.house.ctl("explain", message["cases"][0])
        self.assertEqual([(told["message_id"], told["deliveries"]) for told in dossier["alerts"]],
                         [(released["message_id"], released["deliveries"])])
        self.assertIn(ways["bureau"]["proof"], self.words("explain", message["cases"][0]))
        self.assertIn(ways["bureau"]["proof"], self.words("alerts", "show", message["message_id"]))

    def test_case_or_firm_or_everything_is_released(self):
        message = self.message(CODE["CHEN"])
        for which, count in ((message["cases"][0], 1), (CODE["QIFA"], 1)):
            self.assertEqual(self.alerts("release", which)[0]["count"], count)
        self.setUp()
        self.assertIn("2", self.words("alerts", "release", "--all", "--lang", "en"))
        self.later()
        self.assertEqual(self.told(), ["K262001", "K262003"])

    def test_what_is_released_is_not_released_again(self):
        message = self.message(CODE["CHEN"])["message_id"]
        self.alerts("release", message)
        self.alerts("release", message, check=64)
        self.later()
        self.alerts("release", message, check=64)
        self.assertEqual(self.told(), ["K262001"])

    def test_cancelled_message_never_goes(self):
        message = self.message(CODE["CHEN"])["message_id"]
        self.assertEqual(self.alerts("cancel", message), [{"order": "cancel", "count": 1}])
        self.assertEqual(self.message(CODE["CHEN"])["state"], "cancelled")
        self.alerts("release", message, check=64)
        self.alerts("release", "--all")
        self.later()
        self.assertEqual(self.told(), ["K262003"])

    def way(self, channel="bureau"):
        [way] = [way for way in self.message(CODE["CHEN"])["deliveries"] if way["channel"] == channel]
        return way["state"], way["problem"]

    def test_address_that_is_gone_is_tried_again_when_somebody_says_so(self):
        """Its message waits for that day."""
        self.receiver.answers = [(410, {})]
        self.alerts("release", CODE["CHEN"])
        self.later()
        self.later()
        self.assertEqual(self.way(), ("waiting", "HTTP 410"))
        [status] = self.house.ctl("status")
        self.assertEqual((status["messages_waiting"], status["messages_unreachable"], status["endpoints_disabled"]), (1, 1, 1))
        self.assertIn("HTTP 410", self.words("explain", self.message(CODE["CHEN"])["cases"][0]))
        self.assertEqual(self.alerts("retry", "bureau"), [{"order": "retry", "count": 1}])
        self.later()
        self.assertEqual(self.way()[0], "delivered")
        [status] = self.house.ctl("status")
        self.assertEqual((status["messages_waiting"], status["endpoints_disabled"]), (0, 0))
        self.assertEqual(len(self.receiver.messages), 2)
        self.assertEqual(len({headers["webhook-id"] for _, headers, _ in self.receiver.messages}), 1)

    def test_what_was_refused_for_good_is_tried_again_when_somebody_says_so(self):
        """A firm's own address is no public one: nothing goes there."""
        self.house.put("contacts.csv", f"uscc,channel,address\n{CODE['CHEN']},webhook,https://127.0.0.1:1/chenlan\n")
        self.later()
        message = self.message(CODE["CHEN"])["message_id"]
        self.alerts("release", message)
        self.later()
        self.assertEqual(self.way("own")[0], "failed")
        self.assertEqual([row["message_id"] for row in self.alerts("list", "--state", "failed")], [message])
        self.assertEqual(self.house.ctl("status")[0]["messages_failed"], 1)
        self.assertEqual(self.alerts("retry", message), [{"order": "retry", "count": 1}])
        self.assertEqual(self.way("own")[0], "waiting")
        self.assertEqual([len(self.alerts("list", "--state", state)) for state in ("failed", "waiting")], [0, 1])
        self.assertNotIn("127.0.0.1", json.dumps(self.alerts("list")) + self.words("alerts", "show", message))

    def test_there_is_nothing_to_retry(self):
        self.alerts("retry", "--all", check=65)
        self.alerts("retry", "bureau", check=65)

    def test_who_decided_stands_in_the_journal(self):
        self.alerts("release", self.message(CODE["CHEN"])["message_id"])
        self.alerts("cancel", CODE["QIFA"])
        actors = {row["decided_by"] for row in self.alerts("list")}
        self.assertEqual(len(actors), 1)
        entries = self.house.rows("SELECT actor, body FROM journal WHERE kind = 'alert' ORDER BY seq DESC LIMIT 2")
        self.assertEqual({actor for actor, _ in entries}, actors)
        self.house.ctl("verify")


class WithDaemon(Verbs):
    def test_daemon_sends_what_is_released_at_once(self):
        message = self.message(CODE["CHEN"])["message_id"]
        with self.house.daemon():
            self.assertEqual(self.alerts("release", message), [{"order": "release", "count": 1}])
            wait_for(lambda: any(headers["webhook-id"] == message for _, headers, _ in list(self.receiver.messages)), 60,
                     "the message arrives")
            wait_for(lambda: "delivered" in [delivery["state"] for delivery in self.message_of(message)["deliveries"]], 60,
                     "its proof is kept")
            self.alerts("release", message, check=64)
            self.alerts("cancel", CODE["QIFA"])
            self.alerts("retry", "nothing", check=65)
        self.assertIn("alerts: 1 released, by ", self.house.daemon_log())

    def message_of(self, message):
        return next(row for row in self.alerts("list") if row["message_id"] == message)

    def test_test_message_shows_the_whole_conversation_but_no_secret(self):
        with self.house.daemon():
            *lines, end = self.alerts("test", "bureau")
            said = "\n".join(line["line"] for line in lines)
            people = self.words("alerts", "test", "bureau", "--lang", "en")
        self.assertTrue(end["arrived"], end)
        self.assertIn("204", end["text"])
        for part in ("POST /hook", "webhook-id", "204"):
            self.assertIn(part.lower(), said.lower())
            self.assertIn(part.lower(), people.lower())
        self.assertIn("arrived: ", people)
        for secret in SECRETS:
            self.assertNotIn(base64.b64encode(secret).decode(), said)
        tests = [json.loads(body) for _, _, body in self.receiver.messages if json.loads(body)["type"] == "m13.test"]
        self.assertEqual(len(tests), 2)
        self.assertEqual(self.house.rows("SELECT count(*) FROM outbox WHERE kind = 'test'"), [(0,)])

    def test_test_message_that_does_not_arrive_says_why(self):
        with self.house.daemon():
            self.receiver.answers = [(500, {})]
            *_, end = self.alerts("test", "bureau", check=69)
            self.assertFalse(end["arrived"])
            self.assertIn("500", end["text"])
            self.assertTrue(self.alerts("test", "archive")[-1]["arrived"])
            self.alerts("test", "nothing", check=65)
            self.assertIn("say where the test goes", self.words("alerts", "test", "own", check=64))

    def test_without_daemon_nothing_is_tested(self):
        self.assertIn("m13d", self.words("alerts", "test", "bureau", check=69))
        self.assertEqual(self.receiver.messages, [])


class Secret(Verbs):
    def expected(self, secret, uscc):
        return "whsec_" + base64.b64encode(hmac.new(secret, f"m13d {uscc}".encode(), hashlib.sha256).digest()).decode()

    def test_firm_has_a_secret_of_its_own_for_each_file(self):
        for uscc in (CODE["CHEN"], CODE["QIFA"]):
            rows = self.alerts("secret", uscc)
            self.assertEqual(rows, [{"uscc": uscc, "channel": "own", "secret": self.expected(secret, uscc)} for secret in SECRETS])
        self.assertIn(self.expected(SECRETS[0], CODE["CHEN"]), self.words("alerts", "secret", CODE["CHEN"]))

    def test_code_that_is_no_firm_has_none(self):
        self.alerts("secret", "911101080000000000", check=65)

    def test_file_that_cannot_be_read_is_told(self):
        secret = self.house.folder / "secret-2"
        text = secret.read_text()
        self.addCleanup(secret.write_text, text)
        secret.unlink()
        said = self.words("alerts", "secret", CODE["CHEN"], check=74)
        self.assertIn(self.expected(SECRETS[0], CODE["CHEN"]), said)
        self.assertIn("m13ctl: channel own", said)
        secret.write_text("not a secret\n")
        self.assertNotIn("not a secret", self.words("alerts", "secret", CODE["CHEN"], check=74))


class Draft(Verbs):
    mode = "draft"

    def test_draft_goes_nowhere_until_the_mode_sends_and_a_person_lets_it(self):
        self.assertEqual({row["state"] for row in self.alerts("list")}, {"draft"})
        message = self.message(CODE["CHEN"])["message_id"]
        self.alerts("release", message, check=64)
        self.alerts("release", "--all", check=64)
        conf = self.house.folder / "alerts.conf"
        self.addCleanup(conf.write_text, conf.read_text())
        conf.write_text(ALERTS.format(mode="live", url=self.receiver.url))
        self.later()
        self.assertEqual(self.told(), [])
        self.alerts("release", message)
        self.later()
        self.assertEqual(self.told(), ["K262001"])
        self.assertEqual(len(self.alerts("list", "--state", "draft")), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
