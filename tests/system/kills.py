"""Kills at the Nth system call, and by the clock of events; then the story goes on and its outcome is compared."""
import collections
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from facts import differing_facts, facts_of
from story import CHAPTERS, Story, World, differences, outcome_of

# Columns that a kill may change, and why nothing else can be meant by "the same".
LEFT_OUT = {
    # A request that a kill cut off is asked again, and the register counts both: so must we.
    "database.request_budget": {"requests"},
    "published.bi_feed": {"requests_today"},
    # The roster's check of itself begins anew when a kill cut it off before its first commit, or runs once more: its number
    # and its hour are of that run, what it finds is not.
    "database.self_check": {"id", "begun_at", "ended_at"},
    "database.self_finding": {"check_id"},
}
KILLED = -9
# How a run may end on a signal. SIGTERM has its usual effect while the daemon opens and closes its house.
ENDED = {"KILL": (KILLED,), "TERM": (75, -15)}
# What a system call is named in strace's output and nowhere else: an entry, not a signal or an end.
CALL = re.compile(r"^(\w+)\((.*)", re.MULTILINE)
# So many calls before and after a message's request are its surroundings: from the outbox to the record of delivery.
AROUND_A_MESSAGE = 60


def trace_calls(story, chapter):
    """Tells the chapter undisturbed but watched: the daemon's own system calls in order, each with its arguments."""
    log = story.folder / "calls"
    story.tell(chapter, wrapper=("strace", "-qq", "-o", str(log)))
    return CALL.findall(log.read_text(encoding="utf-8", errors="replace"))


def killing(calls, at, signal="KILL"):
    """A wrapper that kills the daemon on entering its call number `at`: strace counts by the call's name."""
    return killing_at(calls[at], calls[:at + 1].count(calls[at]), signal=signal)


def killing_at(call, count, *more, signal="KILL"):
    """The same on entering the count-th call of that name."""
    return ("strace", *more, "-qq", "-o", "/dev/null", "-e", f"inject={call}:signal={signal}:when={count}")


class Stages(collections.Counter):
    """How often each stage of the work was hit."""

    def note(self, chapter, story):
        self[f"chapter: {chapter.title}"] += 1
        for stage in stages_of(story, chapter):
            self[stage] += 1

    def table(self):
        return "".join(f"  {count:5}  {stage}\n" for stage, count in sorted(self.items()))


def stages_of(story, chapter):
    """In the midst of what the story was killed, by what lies there. The database is looked at in a copy, so that
    it is m13d who recovers it."""
    with tempfile.TemporaryDirectory() as folder:
        for file in story.state.glob("m13d.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        database = sqlite3.connect(f"{folder}/m13d.db")
        try:
            yield from database_stages(database, story, chapter)
        except sqlite3.OperationalError:
            yield "opening: no tables yet"
        finally:
            database.close()
    if any((story.state / "evidence" / "tmp").glob("*")):
        yield "evidence: a payload half written"
    if (story.state / "published" / ".m13.db.new").exists():
        yield "publishing: the next file half written"


def database_stages(database, story, chapter):
    def values(sql):
        return [value for value, in database.execute(sql)]

    open_polls = values("SELECT iif(state <> 'fetching', state, iif(pages > 0, 'fetching, after a page', "
                        "'fetching, no page yet')) FROM poll WHERE state NOT IN ('applied', 'failed')")
    work = values("SELECT DISTINCT kind FROM work")
    waiting = set(values("SELECT message_id FROM outbox JOIN delivery ON outbox.id = delivery.outbox "
                         "WHERE delivery.state = 'waiting'"))
    left = [file.name for file in (story.state / "inbox").glob("*.[cx]*")]
    taken = set(values("SELECT name FROM local_file WHERE state IN ('sealed', 'applied')"))
    yield from (f"local file: {state}" for state in values("SELECT DISTINCT state FROM local_file WHERE state IN "
                                                           "('staging', 'sealed')"))
    yield from (f"feed: {state}" for state in open_polls)
    yield from (f"work left: {kind}" for kind in work)
    if left:
        yield "inbox: taken and not yet moved" if taken & set(left) else "inbox: files wait"
    if waiting:
        received = waiting & {identity for identity, _ in story.messages()}
        yield "message: received, not yet noted" if received else "message: waits to be sent"
    known = set(values("SELECT sha256 FROM evidence"))
    kept = {path.stem for path in (story.state / "evidence").glob("??/*.zst")}
    if kept - known:
        yield "evidence: in place, without its row"
    if not (open_polls or work or waiting or left):
        asked = values(f"SELECT 1 FROM feed_state WHERE name = '{chapter.asks}' AND last_attempt_at = "
                       f"1000 * unixepoch('{chapter.now}')")
        yield "nothing left but to publish and leave" if asked else "opening: nothing begun yet"


class Reference:
    """The undisturbed story: what came out, and the system calls of each chapter."""

    def __init__(self, world, chapters=CHAPTERS):
        if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
            raise unittest.SkipTest("strace may not trace here")
        self.chapters = chapters
        with Story(world) as story:
            for chapter in chapters:
                story.begin(chapter)
                story.tell(chapter)
            self.outcome = outcome_of(story)
        self.calls, self.arguments, self.around_messages = [], [], []
        with Story(world) as story:
            for chapter in chapters:
                story.begin(chapter)
                calls = trace_calls(story, chapter)
                messages = [at for at, (_, arguments) in enumerate(calls) if '"POST ' in arguments]
                self.around_messages += [(len(self.calls), at) for at in range(len(calls))
                                         if any(abs(at - message) < AROUND_A_MESSAGE for message in messages)]
                self.calls.append([name for name, _ in calls])
                self.arguments.append([arguments for _, arguments in calls])
        self.places = [(chapter, at) for chapter, calls in enumerate(self.calls) for at in range(len(calls))]

    def killing_first(self, chapter, call, text):
        """A wrapper that kills on entering the first call of that name in whose arguments that text stands."""
        calls, arguments = self.calls[chapter], self.arguments[chapter]
        return killing(calls, next(at for at, name in enumerate(calls) if name == call and text in arguments[at]))

    def problems_of(self, story):
        """In what the told story differs: value by value, and in its messages; its own checks included."""
        told, outcome = story.messages(), outcome_of(story)
        problems = differences(self.outcome, outcome, LEFT_OUT)
        problems += [f"message {identity} reads otherwise" for identity, body in told
                     if body != self.outcome["messages"].get(identity)]
        story.ctl("verify")
        return problems


class FactsReference(Reference):
    """Where numbers may differ, and perhaps times: facts are compared, of all kinds or of those named."""

    def __init__(self, world, chapters, kinds=None):
        super().__init__(world, chapters)
        self.kinds = kinds

    def facts(self, outcome):
        return {kind: facts for kind, facts in facts_of(outcome["database"]).items() if kind in (self.kinds or [kind])}

    def problems_of(self, story):
        outcome = outcome_of(story)
        problems = differing_facts(self.facts(self.outcome), self.facts(outcome))
        problems += [f"{part} differ" for part in ("evidence", "inbox", "contacts") if outcome[part] != self.outcome[part]]
        released = {row["message_id"] for row in outcome["database"]["outbox"] if row["state"] == "released"}
        if outcome["messages"].keys() != released:
            problems.append(f"messages {sorted(outcome['messages'])} were sent, {sorted(released)} released")
        story.ctl("verify")
        return problems


class Killer:
    """Tells stories of which each is killed at its own place, and keeps what was seen."""

    def __init__(self, world, reference, seed, signal="KILL", later=0):
        """`later`: hours between the kill and the restart."""
        self.world, self.reference, self.seed, self.signal, self.later = world, reference, seed, signal, later
        self.stages, self.problems, self.lock = Stages(), [], threading.Lock()
        self.kills = self.misses = self.repeated = 0

    def tell_killed(self, number, of, places):
        """Story `number` of so many: killed in its share of the whole run, every third again while it recovers.
        How many calls a run makes hangs on how the machine shares its time among daemon, decoder and register: where a run
        is over before its call came, the story is told anew and killed earlier in that chapter."""
        chance = random.Random(f"{self.seed}/{number}")
        killed_chapter, at = places[int((number + chance.random()) / of * len(places))]
        while not self.tell_killed_at(f"seed {self.seed}, story {number} of {of}", killed_chapter, at, chance, number % 3 == 0):
            at //= 2

    def tell_killed_at(self, name, killed_chapter, at, chance, again):
        """Whether the call came. A run always makes its first call."""
        struck = False
        with Story(self.world) as story:
            for index, chapter in enumerate(self.reference.chapters):
                story.begin(chapter)
                if index == killed_chapter:
                    calls = self.reference.calls[index]
                    struck = self.kill(story, chapter, calls, at)
                    if struck and again:
                        self.kill(story, chapter, calls, chance.randrange(len(calls)))
                    chapter = chapter.later(self.later)
                story.tell(chapter)
            self.judge(story, f"{name}, chapter {killed_chapter}, call {at}")
        return struck or at == 0

    def kill(self, story, chapter, calls, at):
        """Whether it was killed before it was through."""
        done = story.tell(chapter, check=(0, *ENDED[self.signal]), wrapper=killing(calls, at, self.signal))
        left = story.processes_after()
        with self.lock:
            if done.returncode != 0:
                self.kills += 1
                self.stages.note(chapter, story)
            else:
                self.misses += 1
            if left:
                self.problems.append(f"{story.name}: processes outlive the daemon: {left}")
        return done.returncode != 0

    def judge(self, story, name):
        problems = self.reference.problems_of(story)
        messages = [identity for identity, _ in story.messages()]
        with self.lock:
            self.repeated += len(messages) - len(set(messages))
            self.problems += [f"{name}: {problem}" for problem in problems]

    def tell_all(self, count, places=None, at_once=2):
        with ThreadPoolExecutor(at_once) as pool:
            told = [pool.submit(self.tell_killed, number, count, places or self.reference.places) for number in range(count)]
            for story in told:
                story.result()

    def report(self):
        return (f"seed {self.seed}: {self.kills} kills, {self.misses} runs over before their call came, "
                f"{self.repeated} messages sent again under their id\n{self.stages.table()}")


class DisturbedStory(unittest.TestCase):
    """Tests that disturb a story in one chapter, and compare what comes out of it with the undisturbed one."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)
        cls.reference = FactsReference(cls.world, CHAPTERS)

    def new_story(self):
        story = Story(self.world)
        self.addCleanup(story.__exit__)
        return story

    def tell(self, story, disturbed, disturb, chapters=CHAPTERS):
        """All of the story; before chapter `disturbed` is told, `disturb` does what it likes."""
        for chapter in chapters:
            story.begin(chapter)
            if chapter is disturbed:
                disturb(story, chapter)
            story.tell(chapter)
