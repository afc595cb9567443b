"""Many messages to many receivers, of whom some are ill: written into the database as the daemon itself writes them, so
that deliveries can be watched apart from what leads to them."""
import json
import os
import pathlib
import sqlite3
import subprocess

from house import BUILD, House

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"  # of these tests alone
BEFORE = "2026-08-31T08:00:00+08:00"  # the house is built, nobody is told anything yet
SLOW_MS, LATER_SECONDS = 5000, 20
# Of ten firms: one is slow, one refuses, one asks for patience; and of all, one hangs.
MANNERS = ("slow", "refuses", "later") + ("well",) * 7
DESK = 'desk = { name = "第13条专班"; phone = "010-5555-0100"; mail = "desk@example.gov.cn"; address = "Beijing"; };'


class Receivers:
    """tests/support/alert_receiver, and an address at which nobody listens."""

    def __init__(self, folder):
        self.log = pathlib.Path(folder) / "received.log"
        self.process = subprocess.Popen([str(BUILD / "tests" / "support" / "alert_receiver"), str(self.log)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def received(self):
        """Milliseconds, path, status and message of each request that was answered."""
        lines = [line.split() for line in self.log.read_text().splitlines()]
        return [(int(at), path, int(status), message) for at, path, status, message in lines]

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def firm_of(number):
    return f"91110108MA0D{number:06d}"


class Storm(House):
    """`firms` receivers with `each` messages, and `robots` of the desk with as many."""

    def __init__(self, firms, each, robots=0, slow_ms=SLOW_MS, later_seconds=LATER_SECONDS, hang=True, virtual=False,
                 **options):
        super().__init__(feeds=(), **options)
        self.firms, self.each, self.robots = firms, each, robots
        self.receivers = Receivers(self.folder)
        (self.folder / "secret").write_text(SECRET)
        self.addresses = {"well": f"{self.receivers.url}/well", "slow": f"{self.receivers.url}/slow/{slow_ms}",
                          "later": f"{self.receivers.url}/later/{later_seconds}", "hang": f"{self.receivers.url}/hang",
                          "refuses": "http://127.0.0.1:1"}
        self.hanging = firm_of(firms - 1) if hang else None
        self.configure(None, (), alerts=self.alerts())
        if virtual:
            self.once(now=BEFORE)
        else:
            self.m13d("once", check=0)
        self.fill()

    def __exit__(self, *unused):
        self.receivers.close()
        super().__exit__(*unused)

    def alerts(self):
        common = f'kind = "webhook"; secret-files = ["{self.folder}/secret"];'
        channels = f'firms = {{ {common} to = ["firm"]; contacts = true; allow-private = true; }};\n'
        channels += f'desk = {{ kind = "file"; to = ["desk"]; path = "{self.folder}/desk.ndjson"; }};\n'
        channels += "".join(f'robot-{number} = {{ {common} to = ["desk"]; url = "{self.receivers.url}/well/robot-{number}"; '
                            f'per-minute = 20; }};\n' for number in range(self.robots))
        return f'alerts = {{ mode = "live"; {DESK}\nchannels = {{ {channels} }}; }};\n'

    def manner_of(self, number):
        return "hang" if firm_of(number) == self.hanging else MANNERS[number % len(MANNERS)]

    def healthy(self):
        """Paths of the receivers that take every message at once."""
        return {f"/well/{firm_of(number)}" for number in range(self.firms) if self.manner_of(number) == "well"}

    def path_of(self, uscc):
        """Where this firm's messages are received ("" = the robot's); None = nowhere."""
        if not uscc:
            return "/well/robot-0"
        manner = self.manner_of(int(uscc[12:]))
        return None if manner in ("refuses", "hang") else f"{self.addresses[manner]}/{uscc}"[len(self.receivers.url):]

    def fill(self):
        contacts = sqlite3.connect(self.state / "contacts.db")
        contacts.executemany("INSERT INTO contact (uscc, channel, address, language, name, retain_until_day) "
                             "VALUES (?, 'webhook', ?, 'zh', '', 40000)",
                             [(firm_of(number), f"{self.addresses[self.manner_of(number)]}/{firm_of(number)}")
                              for number in range(self.firms)])
        contacts.commit()
        contacts.close()
        self.add_messages("msg_", self.each)

    def add_messages(self, prefix, each):
        """While no daemon runs."""
        database = sqlite3.connect(self.state / "m13d.db")
        for turn in range(each):
            for number in range(self.firms):
                self.add(database, f"{prefix}{turn:04d}{number:06d}", "firm", firm_of(number), "firms", firm_of(number))
            for number in range(self.robots):
                self.add(database, f"{prefix}{turn:04d}r{number:05d}", "desk", "", f"robot-{number}", "")
        database.commit()
        database.close()

    @staticmethod
    def add(database, message, audience, uscc, channel, recipient):
        facts = {"id": message, "type": "m13.lead", "timestamp": "2026-09-01T00:00:00Z", "audience": audience, "urgent": True,
                 "cases": [{"case_id": "M13-2026-00001", "event": "opened", "authority": "FDA", "authority_zh": "美国食品药品监督管理局",
                            "authority_en": "US FDA", "number": "K262001", "device": "PulseLeaf Oximeter",
                            "decision_date": "2026-08-28", "url": "", "verdict": "pending", "verdict_zh": "待补材料",
                            "verdict_en": "pending", "missing": [], "why_zh": [], "why_en": []}]}
        if uscc:
            facts["firm"] = {"uscc": uscc, "name_zh": "北京某医疗器械有限公司"}
        row = database.execute("INSERT INTO outbox (message_id, audience, uscc, kind, urgent, state, created_at, created_seq, "
                               "released_at, cases, body) VALUES (?, ?, ?, 'lead', 1, 'released', 0, 0, 0, '[]', ?)",
                               (message, audience, uscc, json.dumps(facts, ensure_ascii=False))).lastrowid
        database.execute("INSERT INTO delivery (outbox, channel, recipient, state, next_at) VALUES (?, ?, ?, 'waiting', 0)",
                         (row, channel, recipient))

    def states(self):
        """How many deliveries there are of each manner and state."""
        count = {}
        for recipient, state, number in self.rows("SELECT recipient, state, count(*) FROM delivery GROUP BY 1, 2"):
            manner = self.manner_of(int(recipient[12:])) if recipient else "robot"
            count[manner, state] = count.get((manner, state), 0) + number
        return count


def memory_of(pid):
    """Resident MiB of a process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def descriptors_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
