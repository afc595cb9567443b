#!/usr/bin/python3
"""kill -9 at the moments that matter most, and at a few spread over the whole run (tests/system/soak has many)."""
import os
import pathlib
import signal
import time
import unittest

from kills import KILLED, DisturbedStory, Killer, killing, killing_at, stages_of
from story import CHAPTERS

SPREAD_KILLS = 20
FIRST_LOAD, OTHER_FEED, MESSAGES = CHAPTERS[0], CHAPTERS[1], CHAPTERS[2]


def has_begun(process):
    """It runs its own program; before that it is a copy of the daemon that has not said yet with whom it dies."""
    try:
        return b"--child" in pathlib.Path("/proc", str(process), "cmdline").read_bytes()
    except OSError:
        return False


class Kill(DisturbedStory):
    def tell_killed(self, disturbed, wrapper, stage):
        story = self.new_story()

        def kill(story, chapter):
            story.tell(chapter, check=KILLED, wrapper=wrapper)
            self.assertIn(stage, list(stages_of(story, chapter)))
            self.assertEqual(story.processes_after(), [])

        self.tell(story, disturbed, kill)
        self.assertEqual(self.reference.problems_of(story), [])
        return story

    def test_kills_spread_over_the_run_leave_no_trace(self):
        killer = Killer(self.world, self.reference, "some")
        killer.tell_all(SPREAD_KILLS)
        print(killer.report(), flush=True)
        self.assertEqual(killer.problems, [])
        self.assertGreaterEqual(killer.kills, SPREAD_KILLS)

    def test_killed_while_a_file_of_local_records_is_read(self):
        self.tell_killed(FIRST_LOAD, killing_at("pidfd_open", 2), "inbox: files wait")

    def test_killed_when_local_records_are_taken_and_their_file_still_lies_in_the_inbox(self):
        self.tell_killed(FIRST_LOAD, self.reference.killing_first(0, "rename", "/inbox/done/"), "inbox: taken and not yet moved")

    def test_killed_between_a_payload_in_its_place_and_its_row(self):
        # The third fsync is the one of the folder that holds the new name.
        self.tell_killed(FIRST_LOAD, killing_at("fsync", 3), "evidence: in place, without its row")

    def test_killed_in_the_midst_of_the_first_transaction(self):
        self.tell_killed(FIRST_LOAD, killing_at("fdatasync", 2), "opening: no tables yet")

    def test_killed_between_delivery_and_its_record_the_message_is_repeated_under_its_id(self):
        story = self.new_story()

        def kill(story, chapter):
            running = story.start(chapter)
            self.world.receiver.before_answer[story.name] = running.kill
            self.assertEqual(running.wait(60), KILLED)
            self.assertIn("message: received, not yet noted", list(stages_of(story, chapter)))

        self.tell(story, MESSAGES, kill)
        self.assertEqual(self.reference.problems_of(story), [])
        identities = [identity for identity, _ in story.messages()]
        self.assertGreater(len(identities), len(set(identities)))

    def test_killed_again_and_again_it_gets_on(self):
        story, kills = self.new_story(), []

        def kill(story, chapter):
            # Each time a little later: what is done needs no more calls, so that a run may be over before its call comes.
            calls = self.reference.calls[0]
            for place in range(100, len(calls), len(calls) // 30):
                kills.append(story.tell(chapter, check=(0, KILLED), wrapper=killing(calls, place)))
                if kills[-1].returncode != KILLED:
                    break

        self.tell(story, FIRST_LOAD, kill)
        self.assertGreaterEqual(sum(done.returncode == KILLED for done in kills), 5)
        self.assertEqual(self.reference.problems_of(story), [])

    def test_children_die_with_the_daemon(self):
        story = self.new_story()
        story.begin(FIRST_LOAD)
        running = story.start(FIRST_LOAD)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        child = self.stop_a_child(story, running)
        running.kill()
        running.wait(60)
        self.assertEqual(story.processes_after(), [], f"child {child} outlives the daemon")

    def stop_a_child(self, story, running):
        """A child of it, stopped, so that it cannot end by itself."""
        end = time.monotonic() + 60
        while time.monotonic() < end and running.poll() is None:
            for process in story.processes():
                if process != running.pid and has_begun(process):
                    os.kill(process, signal.SIGSTOP)
                    return process
        raise AssertionError("no child was seen")

    def test_publisher_killed_leaves_the_old_publication_and_the_next_run_mends_it(self):
        story = self.new_story()

        def kill(story, chapter):
            before = (story.state / "published" / "m13.db").read_bytes()
            # Only the publisher calls chmod; evidence gets its mode by fchmod.
            done = story.tell(chapter, check=74, wrapper=killing_at("chmod", 1, "-f"))
            self.assertIn("the published database stays as it was", done.stdout)
            self.assertEqual((story.state / "published" / "m13.db").read_bytes(), before)

        self.tell(story, MESSAGES, kill)
        self.assertEqual(self.reference.problems_of(story), [])

    def test_decoder_killed_fails_the_turn_and_the_next_one_applies_the_same_rows(self):
        story = self.new_story()
        for chapter in CHAPTERS[:2]:
            story.begin(chapter)
            if chapter is OTHER_FEED:
                story.tell(chapter, check=3, wrapper=killing_at("seccomp", 1, "-f"))
                self.assertEqual(story.feed(chapter.asks)["outcome"], "decoder-failed")
                self.assertEqual(story.rows("SELECT count(*) FROM approval WHERE feed = ?", chapter.asks), [(0,)])
                story.once(now="2026-09-01T08:35:00+08:00")
            else:
                story.tell(chapter)
        applied = story.rows("SELECT a.number, v.record FROM approval a JOIN approval_version v ON v.approval = a.id "
                             "WHERE a.feed = ? ORDER BY a.number", OTHER_FEED.asks)
        database = self.reference.outcome["database"]
        numbers = {row["id"]: row["number"] for row in database["approval"] if row["feed"] == OTHER_FEED.asks}
        expected = sorted((numbers[row["approval"]], row["record"]) for row in database["approval_version"]
                          if row["approval"] in numbers and row["version"] == 1)
        self.assertEqual(applied, expected)


if __name__ == "__main__":
    unittest.main()
