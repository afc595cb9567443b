#!/usr/bin/python3
"""Signed messages as a receiver checks them who has never heard of m13d: the npm package `standardwebhooks`, by those who
wrote the specification. The bureau's own webhook, and a firm's own with the secret that `m13ctl alerts secret` prints."""
import base64
import http.server
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from house import BUILD, FEED_510K, NOW_SECONDS, SOURCE, House, Register, moment, write_rows  # noqa: E402
from demo_records import CODE, clearance  # noqa: E402

NPM = SOURCE / "tests" / "npm"
INSTALLED = SOURCE / "build" / "npm"
NEWS_TURN, DIGEST_TURN = NOW_SECONDS + 2 * 24 * 3600, NOW_SECONDS + 2 * 24 * 3600 + 90 * 60  # 08:00 and 09:30
MAKER = "Beijing Chenlan Medical Technology Co., Ltd."
FIRMS = f"""uscc,name_zh,name_en,district
{CODE["CHEN"]},北京晨岚医疗科技有限公司,"{MAKER}",海淀区
{CODE["QIFA"]},启帆（北京）生物技术有限公司,"Qifan Biotech (Beijing) Co., Ltd.",大兴区
"""
ALERTS = """alerts = {{
    mode = "live";
    desk = {{ name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@example.cn"; address = "通州区"; }};
    channels = {{
        bureau = {{ kind = "webhook"; url = "{url}/bureau"; ca-file = "receiver.pem"; secret-files = ["old", "new"]; }};
        firms = {{ kind = "webhook"; contacts = true; ca-file = "receiver.pem"; allow-private = true;
                   secret-files = ["old", "new"]; }};
    }};
}};
"""


def secret_of(text):
    return "whsec_" + base64.b64encode(text.encode()).decode()


def approval(number, decided, device):
    return clearance(number, MAKER, "Beijing", "CN", "100094", decided, "2025-12-01", device, "DQA")


def install_verifier():
    """As tests/npm/package-lock.json has it; once for all runs."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = (NPM / "package-lock.json").read_bytes()
    done = INSTALLED / "installed.json"
    if done.exists() and done.read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NPM / name, INSTALLED)
    installing = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=INSTALLED, check=False,
                                timeout=300, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if installing.returncode and re.search("EAI_AGAIN|ENOTFOUND|ECONN|ETIMEDOUT|network", installing.stderr):
        raise unittest.SkipTest("npm's packages cannot be reached from here")
    installing.check_returncode()
    done.write_bytes(lock)


def verified(*deliveries):
    """What the package says of each {secret, headers, body, at}."""
    done = subprocess.run(["node", str(NPM / "verify_webhook.js")], input="".join(json.dumps(one) + "\n" for one in deliveries),
                          text=True, check=True, timeout=60, stdout=subprocess.PIPE,
                          env={**os.environ, "NODE_PATH": str(INSTALLED / "node_modules")})
    return [json.loads(line) for line in done.stdout.splitlines()]


class Receiver:
    """Webhooks over TLS, with a certificate of its own; keeps what came, by path."""

    def __init__(self, folder):
        receiver, self.messages = self, {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.messages.setdefault(self.path, []).append((dict(self.headers), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", str(folder / "key.pem"), "-out", str(folder / "receiver.pem")],
                       check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "receiver.pem", folder / "key.pem")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@unittest.skipUnless(shutil.which("npm") and shutil.which("node"), "npm and node are not installed")
class Verifier(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install_verifier()
        cls.house = House(feeds=(FEED_510K,))
        cls.addClassCleanup(cls.house.__exit__)
        folder = cls.house.folder
        cls.receiver = Receiver(folder)
        cls.addClassCleanup(cls.receiver.close)
        rows = [approval("K260100", "2026-06-01", "CardioWave Patch")]
        write_rows(folder / "rows.ndjson", rows)
        register = Register(folder, {"/device/510k.json": folder / "rows.ndjson"})
        cls.addClassCleanup(register.close)
        for name in ("old", "new"):
            (folder / name).write_text(secret_of(f"the {name} secret of the bureau, long enough") + "\n")
        cls.house.configure(register.url, (FEED_510K,), alerts=ALERTS.format(url=cls.receiver.url))
        cls.house.put("firms.csv", FIRMS)
        cls.house.put("contacts.csv", f"uscc,channel,address\n{CODE['CHEN']},webhook,{cls.receiver.url}/firm\n")
        cls.house.once(now=moment(NOW_SECONDS))
        register.serve("/device/510k.json", rows + [approval("K262001", "2026-08-28", "PulseLeaf Oximeter 脉叶")])
        cls.house.once(now=moment(NEWS_TURN))
        cls.house.once(now=moment(DIGEST_TURN))

    def delivery(self, path, secret, **other):
        headers, body = next(one for one in self.receiver.messages[path] if json.loads(one[1])["audience"] == "firm")
        at = int(headers["webhook-timestamp"]) * 1000
        return {"secret": secret, "headers": headers, "body": body, "at": at, **other}

    def firms_secrets(self, uscc=CODE["CHEN"]):
        done = subprocess.run([str(BUILD / "m13ctl"), "-c", str(self.house.config), "alerts", "secret", uscc], text=True,
                              check=True, timeout=60, stdout=subprocess.PIPE)
        return [word for word in done.stdout.split() if word.startswith("whsec_")]

    def check_accepts(self, path, secrets):
        for secret in secrets:
            [answer] = verified(self.delivery(path, secret))
            self.assertEqual(answer["message"]["cases"][0]["number"], "K262001")
            self.assertIn("K262001", answer["message"]["text_zh"])

    def test_both_secrets_of_a_rotation_are_good(self):
        self.check_accepts("/bureau", [(self.house.folder / name).read_text().strip() for name in ("old", "new")])

    def test_firm_checks_with_the_secret_that_it_was_given(self):
        secrets = self.firms_secrets()
        self.assertEqual(len(set(secrets)), 2)
        self.check_accepts("/firm", secrets)

    def test_secret_of_another_firm_or_of_the_bureau_is_refused(self):
        others = [*self.firms_secrets(CODE["QIFA"]), (self.house.folder / "old").read_text().strip()]
        for answer in verified(*(self.delivery("/firm", secret) for secret in others)):
            self.assertEqual(answer, {"refused": "No matching signature found"})

    def test_what_was_changed_on_the_way_is_refused(self):
        [secret, _] = self.firms_secrets()
        good = self.delivery("/firm", secret)
        name = next(name for name in good["headers"] if name.lower() == "webhook-id")
        changed = [{**good, "body": good["body"].replace("K262001", "K262002")}, {**good, "body": good["body"] + " "},
                   {**good, "headers": {**good["headers"], name: "msg_other"}}]
        for answer in verified(*changed):
            self.assertEqual(answer, {"refused": "No matching signature found"})

    def test_message_that_is_sent_again_later_by_another_is_refused(self):
        [secret, _] = self.firms_secrets()
        good = self.delivery("/firm", secret)
        [early, late] = verified({**good, "at": good["at"] + 299_000}, {**good, "at": good["at"] + 301_000})
        self.assertIn("message", early)
        self.assertEqual(late, {"refused": "Message timestamp too old"})


if __name__ == "__main__":
    unittest.main()
