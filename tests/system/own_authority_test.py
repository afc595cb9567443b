#!/usr/bin/python3
"""A register whose certificate no system trusts: the authority that its definition names is trusted for it alone."""
import http.server
import io
import pathlib
import ssl
import subprocess
import threading
import unittest

from house import FEED_510K, FEED_PMA, House
from demo_records import clearance
from openfda_json import write_envelope

ROW = clearance("K261001", "Northwind Instruments LLC", "Boston", "US", "02110", "2026-07-02", "2026-01-05",
                "Northwind Probe", "DSH", state="MA")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def make_certificates(folder):
    """ca.pem signs server.pem, which is good for 127.0.0.1; other.pem has signed nothing."""
    for name in ("ca", "other"):
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "9",
                "-subj", f"/CN=Invented National Authority {name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=127.0.0.1",
            "-keyout", "server.key", "-out", "server.csr")
    (pathlib.Path(folder) / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "9",
            "-extfile", "names", "-out", "server.pem")


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        out = io.StringIO()
        write_envelope([ROW], 1, "2026-07-20", out)
        body = out.getvalue().encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class OwnAuthority(unittest.TestCase):
    def setUp(self):
        self.house = House(feeds=(FEED_510K, FEED_PMA))
        self.addCleanup(self.house.__exit__)
        make_certificates(self.house.folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.house.folder / "server.pem", self.house.folder / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(lambda: (self.server.shutdown(), thread.join(), self.server.server_close()))
        self.house.configure(f"https://127.0.0.1:{self.server.server_address[1]}")

    def trust(self, feed, authority):
        self.house.amend(feed, ("request = {", f'request = {{ ca-file = "{self.house.folder / authority}";'))

    def outcomes(self):
        self.house.once("--all", check=(0, 3))
        return dict(self.house.rows("SELECT name, outcome FROM feed_state"))

    def test_feed_trusts_its_own_authority_and_the_others_do_not(self):
        """Both ask the same host, in either order: no connection of one serves the other."""
        self.trust(FEED_510K, "ca.pem")
        self.assertEqual(self.outcomes(), {FEED_510K: "applied", FEED_PMA: "unreachable"})
        self.assertEqual(self.house.rows("SELECT number FROM approval"), [("K261001",)])
        [(detail,)] = self.house.rows("SELECT detail FROM feed_state WHERE name = ?", FEED_PMA)
        self.assertIn("certificate", detail)
        self.assertIn("ca-file in the definition", detail)

    def test_later_feed_alone_is_trusted(self):
        self.trust(FEED_PMA, "ca.pem")
        outcomes = self.outcomes()
        self.assertEqual(outcomes[FEED_510K], "unreachable")
        self.assertNotEqual(outcomes[FEED_PMA], "unreachable")

    def test_another_authority_is_not_enough(self):
        self.trust(FEED_510K, "other.pem")
        self.assertEqual(self.outcomes()[FEED_510K], "unreachable")


if __name__ == "__main__":
    unittest.main()
