#!/usr/bin/python3
"""A disk that is full or broken in the midst of a run, and well again afterwards: as if nothing had happened."""
import resource
import signal
import unittest

from kills import DisturbedStory, FactsReference, Reference
from story import CHAPTERS, World

FIRST_LOAD = CHAPTERS[0]
EXIT_IO = 74


class FailingDisk(DisturbedStory):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)
        cls.reference = FactsReference(cls.world, CHAPTERS)

    def assert_same(self, story):
        self.assertEqual(Reference.problems_of(self.reference, story), [])

    def test_disk_full_in_the_midst_ends_the_run_and_with_room_it_goes_on(self):
        for kilobytes in (4, 64, 160, 400, 800, 1500):
            with self.subTest(kilobytes=kilobytes):
                self.tell_with_a_full_disk(kilobytes * 1024)

    def tell_with_a_full_disk(self, most):
        story = self.new_story()

        def fill():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # what is left is EFBIG, as ENOSPC would come
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        def run_full(story, chapter):
            done = story.tell(chapter, check=None, preexec_fn=fill)
            self.assertEqual(done.returncode, EXIT_IO, done.stdout)
            self.assertEqual(story.processes_after(), [])

        self.tell(story, FIRST_LOAD, run_full)
        self.assert_same(story)

    def test_disk_that_fails_ends_the_run_and_once_it_is_well_the_run_goes_on(self):
        for call, error in (("pwrite64", "ENOSPC"), ("fdatasync", "EIO"), ("fsync", "EIO"), ("write", "ENOSPC")):
            for place in (0.1, 0.4, 0.9):
                with self.subTest(call=call, place=place):
                    self.tell_with_a_failing_disk(call, error, place)

    def tell_with_a_failing_disk(self, call, error, place):
        story = self.new_story()
        first = max(1, int(self.reference.calls[0].count(call) * place))

        def fail(story, chapter):
            done = story.tell(chapter, check=None, wrapper=("strace", "-qq", "-o", "/dev/null", "-e",
                                                            f"inject={call}:error={error}:when={first}+"))
            if call != "write" and place < 0.5:  # late ones tidy up, and `write` also tells the log
                self.assertEqual(done.returncode, EXIT_IO, done.stdout)
            self.assertEqual(story.processes_after(), [])

        self.tell(story, FIRST_LOAD, fail)
        if call == "write":  # a file whose evidence cannot be written is put off, and others go before it
            self.assertEqual(self.reference.problems_of(story), [])
        else:
            self.assert_same(story)


if __name__ == "__main__":
    unittest.main()
