#!/usr/bin/python3
"""E-mail by a real mail server: what arrives is what was meant, once, and what goes wrong is told for what it is."""
import base64
import contextlib
import email.utils
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from house import FEED_510K, NOW_SECONDS, House, Register, moment, write_rows

from demo_records import CODE, clearance
from mail_servers import PASSWORD, USER, BreakingServer, Postfix, parsed, why_not

PATH = "/device/510k.json"
DAY = 24 * 3600
NEWS_TURN = NOW_SECONDS + 2 * DAY
DIGEST_TURN = NEWS_TURN + 3600  # Thursday, 09:00 in Beijing
CHENLAN = "Beijing Chenlan Medical Technology Co., Ltd."
FIRMS = f"""uscc,name_zh,name_en,district
{CODE["CHEN"]},北京晨岚医疗科技有限公司,"{CHENLAN}",海淀区
"""
CONTACTS = f"""uscc,channel,address,language,name
{CODE["CHEN"]},email,ADDRESS,both,张三
"""
KNOWN = clearance("K260200", "Nordlys Medical AB", "Uppsala", "SE", "75320", "2026-06-02", "2026-01-02", "Warmer", "FMZ")
NEW = clearance("K262001", CHENLAN, "Beijing", "CN", "100094", "2026-08-28", "2025-12-01", "PulseLeaf Oximeter", "DQA")

ALERTS = """alerts = {{
    mode = "live";
    desk = {{ name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@desk.example.cn"; address = "通州区"; }};
    operator = {{ mail = "operator@desk.example.cn"; }};
    channels = {{
        mail = {{ kind = "smtp"; url = "{url}"; from = "北京市经信局医药健康产业处 <m13@desk.example.cn>"; ca-file = "{authority}";
                 user = "{user}"; password-file = "password"; to = "firm"; {more} }};
        archive = {{ kind = "file"; path = "alerts.ndjson"; }};
    }};
}};
"""


class Mail(unittest.TestCase):
    """Each test starts when a firm has a new approval of which nobody has been told yet."""

    @classmethod
    def setUpClass(cls):
        reason = why_not()
        if reason:
            raise unittest.SkipTest(reason)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="m13-mail-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.folder.chmod(0o755)
        cls.postfix = Postfix(cls.folder / "postfix")
        cls.addClassCleanup(cls.postfix.close)
        cls.house = House(feeds=(FEED_510K,))
        cls.addClassCleanup(cls.house.__exit__)
        write_rows(cls.house.folder / "rows.ndjson", [KNOWN])
        cls.register = Register(cls.house.folder, {PATH: cls.house.folder / "rows.ndjson"})
        cls.addClassCleanup(cls.register.close)
        cls.configure()
        cls.house.put("firms.csv", FIRMS)
        cls.house.once(now=moment(NOW_SECONDS))
        cls.house.put("contacts.csv", CONTACTS.replace("ADDRESS", "zhang@firm.example.cn"))
        cls.register.serve(PATH, [KNOWN, NEW])
        cls.house.once(now=moment(NOW_SECONDS + 3600))
        shutil.copytree(cls.house.state, cls.house.folder / "loaded")

    @classmethod
    def configure(cls, url=None, password=PASSWORD, more=""):
        file = cls.house.folder / "password"
        file.write_text(f"{password}\n")
        file.chmod(0o600)
        alerts = ALERTS.format(url=url or cls.postfix.urls["good"], authority=cls.postfix.certificates.authority, user=USER, more=more)
        cls.house.configure(cls.register.url, (FEED_510K,), alerts=alerts)

    def setUp(self):
        shutil.rmtree(self.house.state)
        shutil.copytree(self.house.folder / "loaded", self.house.state)
        self.postfix.clear()
        self.configure()
        self.now = NEWS_TURN

    def turn(self, seconds=0):
        """The feed is polled and what is due goes out."""
        self.now += seconds
        return self.house.once(now=moment(self.now)).stdout

    def told(self):
        self.turn()
        return self.turn(DIGEST_TURN - NEWS_TURN)

    def delivery(self):
        [row] = self.house.rows("SELECT d.state, d.attempts, d.proof, d.problem FROM delivery d JOIN outbox o ON o.id = d.outbox "
                                "WHERE d.channel = 'mail' AND o.audience = 'firm'")
        return row

    def message(self):
        """As m13ctl shows it to people."""
        [(message,)] = self.house.rows("SELECT message_id FROM outbox WHERE audience = 'firm'")
        [shown] = self.house.ctl("alerts", "show", message, "--language", "both")
        return shown

    def everything_written(self, output=""):
        """Log and tables: no address and no secret may stand there."""
        database = b"".join(path.read_bytes() for path in self.house.state.glob("m13d.db*"))
        return output.encode() + database

    def assert_discreet(self, output):
        written = self.everything_written(output)
        for secret in (b"zhang@firm", b"firm.example.cn", PASSWORD.encode(), b"VHIwdWI0ZG9yJjM"):
            self.assertNotIn(secret, written)


class Arriving(Mail):
    def test_mail_arrives_as_it_was_meant(self):
        output = self.told()
        [raw] = self.postfix.wait_for_box("zhang", 1)
        mail, shown = parsed(raw), self.message()
        self.assertEqual(mail.defects, [])
        self.assertEqual(mail["Subject"], shown["subject"])
        self.assertEqual(email.utils.parseaddr(str(mail["From"])), ("北京市经信局医药健康产业处", "m13@desk.example.cn"))
        self.assertEqual(email.utils.parseaddr(str(mail["To"])), ("张三", "zhang@firm.example.cn"))
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertRegex(mail["Message-ID"], rf"^<{shown['message_id']}\.[0-9a-f]{{16}}@desk\.example\.cn>$")
        self.assertEqual(mail["Date"].datetime.timestamp(), DIGEST_TURN)
        self.assertEqual(mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip(), shown["text"].strip())
        self.assertEqual(mail.get_body(("html",)).get_content().replace("\r\n", "\n").strip(), shown["html"].strip())
        self.assertIn("Approved by", shown["text"])
        self.assertIn("K262001", shown["text"])
        self.assertEqual([part.get_filename() for part in mail.iter_attachments()], shown["attachments"])
        self.assertTrue(all(part.get_content()[:2] == b"PK" for part in mail.iter_attachments()))
        for line in raw.split(b"\n"):
            self.assertLessEqual(len(line.rstrip(b"\r")), 998)
            line.decode("ascii")
        state, attempts, proof, problem = self.delivery()
        self.assertEqual((state, attempts, problem), ("delivered", 1, ""))
        self.assertRegex(proof, r"^250 2\.0\.0 Ok: queued as [0-9A-Za-z]+$")
        self.assertIn(proof.split()[-1], self.postfix.log())  # the server's own name for it
        self.assert_discreet(output)
        self.turn(DAY)
        self.assertEqual(len(self.postfix.box("zhang")), 1)

    def test_another_reader_unpacks_the_same(self):
        self.told()
        [raw] = self.postfix.wait_for_box("zhang", 1)
        mail = parsed(raw)
        with tempfile.TemporaryDirectory() as folder:
            source, unpacked = pathlib.Path(folder, "mail"), pathlib.Path(folder, "out")
            source.write_bytes(raw)
            subprocess.run(["ripmime", "-i", source, "-d", unpacked], check=True, stdout=subprocess.DEVNULL, timeout=60)
            contents = [path.read_bytes() for path in unpacked.iterdir()]
        shown = self.message()
        self.assertIn(shown["text"].strip(), [content.decode(errors="replace").replace("\r\n", "\n").strip() for content in contents])
        for part in mail.iter_attachments():
            self.assertIn(part.get_content(), contents)

    def test_tls_from_the_first_byte_on_serves_as_well(self):
        self.configure(self.postfix.urls["tls"])
        self.told()
        self.assertEqual(self.delivery()[0], "delivered")
        self.postfix.wait_for_box("zhang", 1)


class Trying(Mail):
    """m13ctl alerts test: to the desk, or to whom it is told."""

    def converse(self, *arguments, check=0):
        with self.house.daemon():
            *lines, end = self.house.ctl("alerts", "test", "mail", *arguments, check=check)
        said = "\n".join(line["line"] for line in lines)
        for secret in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode(),
                       base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()):
            self.assertNotIn(secret, said)
        return said, end

    def test_test_mail_shows_the_whole_conversation_but_no_secret(self):
        said, end = self.converse()
        self.assertTrue(end["arrived"], end)
        self.assertIn("queued as", end["text"])
        for part in ("< 220 localhost ESMTP", "> STARTTLS", "> AUTH PLAIN", "> ***", "< 235 2.7.0",
                     "> MAIL FROM:<m13@desk.example.cn>", "> RCPT TO:<desk@desk.example.cn>", "< 354", "> QUIT"):
            self.assertIn(part, said)
        [raw] = self.postfix.wait_for_box("desk", 1)
        self.assertEqual(email.utils.parseaddr(str(parsed(raw)["To"])), ("医药健康产业处", "desk@desk.example.cn"))

    def test_test_mail_goes_where_it_is_told(self):
        _, end = self.converse("--to", "li@firm.example.cn")
        self.assertTrue(end["arrived"], end)
        self.postfix.wait_for_box("li", 1)

    def test_test_mail_that_does_not_arrive_says_why(self):
        self.configure(password="forgotten")
        said, end = self.converse(check=69)
        self.assertFalse(end["arrived"])
        self.assertIn("user or password", end["text"])
        self.assertIn("< 535 5.7.8", said)
        self.assertNotIn("Zm9yZ290dGVu", said)


class Channel(Mail):
    """What is wrong with the channel is no fault of the firm's address: it is tried again until somebody has mended it."""

    def assert_mended(self, output, *words):
        state, attempts, _, problem = self.delivery()
        self.assertEqual((state, attempts), ("waiting", 1), problem)
        for word in words:
            self.assertIn(word, problem)
        self.assert_discreet(output)
        self.assertEqual(self.postfix.box("zhang"), [])
        self.configure()
        self.turn(DAY)
        self.assertEqual(self.delivery()[0], "delivered")
        self.postfix.wait_for_box("zhang", 1)

    def test_wrong_password(self):
        self.configure(password="forgotten")
        self.assert_mended(self.told(), "user or password of this channel is refused by the mail server: 535 5.7.8")

    def test_expired_certificate(self):
        self.configure(self.postfix.urls["expired"])
        self.assert_mended(self.told(), "cannot be trusted, so nothing was sent", "certificate has expired")

    def test_certificate_of_another_host(self):
        self.configure(self.postfix.urls["of_another"])
        self.assert_mended(self.told(), "cannot be trusted, so nothing was sent", "localhost")

    def test_server_that_is_away(self):
        self.configure("smtp://localhost:9")
        self.assert_mended(self.told(), "the mail server cannot be reached")


class Receiver(Mail):
    def test_greylisted_mail_comes_again_after_some_minutes(self):
        self.postfix.refuse({"zhang@firm.example.cn": "451 4.7.1 greylisted, come again in five minutes"})
        output = self.told()
        state, attempts, _, problem = self.delivery()
        self.assertEqual((state, attempts), ("waiting", 1))
        self.assertIn("not now: 451 4.7.1 <***>", problem)
        self.assert_discreet(output)
        [(next_at,)] = self.house.rows("SELECT next_at FROM delivery WHERE channel = 'mail'")
        self.assertGreaterEqual(next_at, (self.now + 5 * 60) * 1000)
        self.postfix.refuse({})
        self.turn(4 * 60)
        self.assertEqual(self.delivery()[1], 1)  # too early: nobody has knocked
        self.turn(30 * 60)
        self.assertEqual(self.delivery()[0], "delivered")
        self.assertEqual(len(self.postfix.wait_for_box("zhang", 1)), 1)

    def test_full_mailbox_refuses_this_message(self):
        self.postfix.refuse({"zhang@firm.example.cn": "552 5.2.2 mailbox full"})
        output = self.told()
        state, attempts, _, problem = self.delivery()
        self.assertEqual((state, attempts), ("failed", 1))
        self.assertIn("the mailbox is full: 552 5.2.2 <***>", problem)
        self.assert_discreet(output)
        self.postfix.refuse({})
        self.house.ctl("alerts", "retry", "--all")
        self.turn(60)
        self.assertEqual(self.delivery()[0], "delivered")
        self.postfix.wait_for_box("zhang", 1)

    def test_unknown_address_waits_for_a_better_one(self):
        self.house.put("contacts-2.csv", CONTACTS.replace("ADDRESS", "nobody@firm.example.cn"))
        output = self.told()
        state, _, _, problem = self.delivery()
        self.assertEqual(state, "waiting")
        self.assertIn("there is no such address: 550 5.1.1 <***>", problem)
        self.assert_discreet(output)
        self.house.put("contacts-3.csv", CONTACTS.replace("ADDRESS", "li@firm.example.cn"))
        self.turn(3600)
        self.turn(60)
        self.assertEqual(self.delivery()[0], "delivered")
        self.postfix.wait_for_box("li", 1)

    def test_mail_that_was_cut_off_goes_again_under_the_same_id(self):
        with contextlib.closing(BreakingServer(self.postfix.certificates, 2)) as server:
            self.configure(server.url)
            self.told()
            self.assertIn("has not said whether it has the message", self.delivery()[3])
            for _ in range(3):
                self.turn(3600)
            self.assertEqual(self.delivery()[:3], ("delivered", 3, "250 2.0.0 kept"))
            mails = [parsed(message) for message in server.messages]
        self.assertEqual(len(mails), 3)
        self.assertEqual(len({mail["Message-ID"] for mail in mails}), 1)
        self.assertEqual(len({mail.get_body(("plain",)).get_content() for mail in mails}), 1)


if __name__ == "__main__":
    unittest.main()
