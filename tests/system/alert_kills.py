"""Kills spread over deliveries; afterwards the clock is set back an hour, then forward a week, and what the receivers have
is looked at."""
import collections
import random
import shutil
import subprocess
import unittest

from house import NOW_SECONDS, moment
from kills import CALL, KILLED, killing
from storm import Storm

FIRMS, EACH, ROBOTS = 10, 3, 1
HOUR, WEEK = 3600, 7 * 24 * 3600
AROUND = 150  # so many calls before the first message's request and after the last one's


class DeliveryKills:
    """One house, told again and again from the same beginning; each time killed at another call."""

    def __init__(self):
        if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
            raise unittest.SkipTest("strace may not trace here")
        self.house = Storm(FIRMS, EACH, ROBOTS, slow_ms=5, later_seconds=1, hang=False, virtual=True)
        self.kept = self.house.folder / "kept"
        shutil.copytree(self.house.state, self.kept)
        self.kills = self.misses = self.repeated = 0
        self.problems, self.states = [], collections.Counter()
        log = self.house.folder / "calls"
        self.house.once(now=moment(NOW_SECONDS), wrapper=("strace", "-qq", "-o", str(log)))
        calls = CALL.findall(log.read_text(encoding="utf-8", errors="replace"))
        posts = [at for at, (_, arguments) in enumerate(calls) if '"POST ' in arguments]
        self.calls = [name for name, _ in calls]
        self.places = range(max(posts[0] - AROUND, 0), min(posts[-1] + AROUND, len(calls)))

    def close(self):
        self.house.__exit__()

    def tell_all(self, count, seed):
        chance = random.Random(seed)
        for number in range(count):
            at = self.places[int((number + chance.random()) / count * len(self.places))]
            # A run that needs fewer calls than the watched one is over before its call comes: it is killed earlier.
            while not self.tell(at):
                at = at * 9 // 10

    def tell(self, at):
        """Whether the call came."""
        house = self.house
        shutil.rmtree(house.state)
        shutil.copytree(self.kept, house.state)
        before = len(house.receivers.received())
        done = house.once(now=moment(NOW_SECONDS), check=(0, KILLED), wrapper=killing(self.calls, at))
        if done.returncode == 0:
            self.misses += 1
            return False
        self.kills += 1
        self.states.update(f"{state}" for (_, state), count in house.states().items() for _ in range(count))
        for seconds in (-HOUR, WEEK, WEEK + HOUR):
            house.once(now=moment(NOW_SECONDS + seconds))
        self.judge(f"call {at}", house.receivers.received()[before:])
        return True

    def judge(self, name, received):
        """At least once, under its own id; again only what was under way when it was killed: one for each receiver."""
        taken = collections.Counter((path, message) for _, path, status, message in received if status == 200)
        expected = {(path, message) for path, message in self.expected()}
        if lost := expected - taken.keys():
            self.problems.append(f"{name}: lost: {sorted(lost)[:3]}")
        if strange := taken.keys() - expected:
            self.problems.append(f"{name}: nobody wrote these: {sorted(strange)[:3]}")
        again = collections.Counter(path for (path, _), count in taken.items() for _ in range(count - 1))
        self.repeated += sum(again.values())
        if any(count > 1 for count in again.values()):
            self.problems.append(f"{name}: more than one message again: {again.most_common(3)}")
        waiting = {manner for manner, state in self.house.states() if state != "delivered"}
        if waiting - {"refuses"}:
            self.problems.append(f"{name}: not delivered: {self.house.states()}")

    def expected(self):
        for uscc, message in self.house.rows("SELECT uscc, message_id FROM outbox WHERE kind = 'lead' ORDER BY id"):
            path = self.house.path_of(uscc)
            if path:
                yield path, message

    def report(self):
        return (f"{self.kills} kills, {self.misses} runs over before their call came, {self.repeated} messages sent again under "
                f"their id; deliveries at the time of the kill: {dict(self.states)}")
