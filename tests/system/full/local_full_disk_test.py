#!/usr/bin/python3
"""A disk that is full before or in the midst of an import of local records: of each file all good rows or none, the file still
there, and taken when there is room again. tests/system/full/failing_disk_test.py has disks that break."""
import ctypes
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from facts import differing_facts, facts_of  # noqa: E402
from house import BUILD, House, wait_for  # noqa: E402
from kills import DisturbedStory, Reference  # noqa: E402
from local_chapters import chapters  # noqa: E402
from story import World, tables_of  # noqa: E402

NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000
EXIT_IO, EXIT_TRY_LATER = 74, 75
SMALL, ROOMY = "8m", "80m"  # below and above what m13d keeps free


def mount(*arguments):
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def may_mount():
    """In a name space of this process's own."""
    if os.geteuid() == 0 and ctypes.CDLL(None).unshare(NEW_MOUNTS) == 0:
        return mount("--make-rprivate", "/")
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None).unshare(NEW_USER | NEW_MOUNTS) != 0:
        return False
    pathlib.Path("/proc/self/setgroups").write_text("deny")
    pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    pathlib.Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    return mount("--make-rprivate", "/")


class FullDisk(unittest.TestCase):
    """On a file system of a few megabytes, which somebody else fills."""

    @classmethod
    def setUpClass(cls):
        if not may_mount():
            raise unittest.SkipTest("no right to mount a file system")
        cls.facts = {}
        for form in ("csv", "xlsx"):
            with House(feeds=()) as calm:
                for chapter in chapters(form):
                    cls.give(calm, chapter)
                    calm.once(now=chapter.now)
                cls.facts[form] = facts_of(tables_of(calm.state / "m13d.db"))

    def house(self, room):
        house = House(feeds=())
        self.addCleanup(house.__exit__)
        self.assertTrue(mount("-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(house.state)))
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(house.state)], check=False)
        (house.state / "inbox").mkdir()
        return house

    @staticmethod
    def give(house, chapter):
        for name, content in chapter.files.items():
            house.put(name, content)

    def assert_all_or_none(self, house, names):
        states = dict(house.rows("SELECT name, min(state) FROM local_file GROUP BY name"))
        lying = {path.name for path in (house.state / "inbox").iterdir()}
        for name in names:
            self.assertTrue(name in lying or states.get(name) in ("sealed", "applied"), (name, states, lying))
        self.assertEqual(house.rows("SELECT count(*) FROM local_record r LEFT JOIN local_file f ON f.id = r.file "
                                    "WHERE r.file <> 0 AND f.state IS NOT 'sealed' AND f.state IS NOT 'applied'"), [(0,)])

    def assert_same(self, house, form):
        kinds = ("local records", "local documents", "documents named", "left over")
        held = facts_of(tables_of(house.state / "m13d.db"))
        self.assertEqual(differing_facts({kind: self.facts[form][kind] for kind in kinds}, held), [])
        self.assertTrue(all(row["good"] for row in house.ctl("verify")))
        self.assertEqual([path.name for path in (house.state / "inbox").iterdir() if path.is_file()], [])

    def test_nearly_full_before_the_import_nothing_is_taken_until_there_is_room(self):
        for form in ("csv", "xlsx"):
            with self.subTest(form):
                house = self.house(SMALL)
                for chapter in chapters(form):
                    self.assertTrue(mount("-o", f"remount,size={SMALL}", str(house.state)))
                    before = house.rows("SELECT count(*) FROM local_file") if (house.state / "m13d.db").exists() else [(0,)]
                    self.give(house, chapter)
                    done = house.once(now=chapter.now, check=(EXIT_IO, EXIT_TRY_LATER))
                    self.assertRegex(done.stdout, "full|No space left")
                    self.assertEqual(house.rows("SELECT count(*) FROM local_file"), before)
                    lying = {path.name for path in (house.state / "inbox").iterdir()}
                    self.assertLessEqual({name for name in chapter.files if "/" not in name}, lying)
                    self.assertTrue(mount("-o", f"remount,size={ROOMY}", str(house.state)))
                    house.once(now=chapter.now)
                self.assert_same(house, form)

    def test_a_running_daemon_takes_it_when_there_is_room_again(self):
        house, chapter = self.house(SMALL), chapters("csv")[0]
        with house.daemon():
            self.give(house, chapter)
            wait_for(lambda: "full" in house.daemon_log(), 20, "it says so")
            self.assertTrue(mount("-o", f"remount,size={ROOMY}", str(house.state)))
            wait_for(lambda: house.rows("SELECT count(*) FROM local_file WHERE state = 'applied'")[0][0] == 5, 90, "all is taken")

    def stop_decoder(self, process, number):
        """The so many-th that it starts; None when it ends before."""
        seen = []
        while process.poll() is None:
            for child in pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                try:
                    is_one = b"decode" in pathlib.Path("/proc", child, "cmdline").read_bytes()
                except OSError:
                    continue
                if is_one and child not in seen:
                    seen.append(child)
                    if len(seen) == number:
                        os.kill(int(child), signal.SIGSTOP)
                        return int(child)
            time.sleep(0.0005)
        return None

    def fill_while_it_reads(self, house, chapter, number):
        """Runs it once, with a disk that gets full while the so many-th file is read."""
        ballast = house.state / "ballast"
        with open(house.folder / "once.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen([BUILD / "m13d", "-c", house.config, "once", "--now", chapter.now], stdout=log, stderr=log)
        child = self.stop_decoder(process, number)
        if child:
            with open(ballast, "wb", buffering=0) as out:
                try:
                    while True:
                        out.write(bytes(4096))
                except OSError:
                    pass
            os.kill(child, signal.SIGCONT)
        code = process.wait(120)
        ballast.unlink(missing_ok=True)
        if child:
            self.assertIn(code, (EXIT_IO, EXIT_TRY_LATER), (house.folder / "once.log").read_text(encoding="utf-8"))
        return child is not None

    def test_filled_in_the_midst_of_each_file(self):
        for form in ("csv", "xlsx"):
            for number in (1, 2, 3):
                with self.subTest(form=form, number=number):
                    house, filled = self.house(ROOMY), 0
                    for chapter in chapters(form):
                        self.give(house, chapter)
                        filled += self.fill_while_it_reads(house, chapter, number)
                        self.assert_all_or_none(house, [name for name in chapter.files if "/" not in name])
                        house.once(now=chapter.now)
                    self.assert_same(house, form)
                    self.assertGreater(filled, 0)


class FailingCalls(DisturbedStory):
    """The system says that the disk is full, from the Nth write on."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)
        cls.chapters = chapters("xlsx")
        cls.reference = Reference(cls.world, cls.chapters)

    def test_wherever_it_strikes_the_story_ends_as_without_it(self):
        for call in ("pwrite64", "fdatasync"):
            for place in (0.15, 0.3, 0.45, 0.6, 0.75, 0.9):
                with self.subTest(call=call, place=place):
                    self.tell_with_a_full_disk(call, place)

    def tell_with_a_full_disk(self, call, place):
        story = self.new_story()
        first = max(1, int(self.reference.calls[0].count(call) * place))

        def fail(story, chapter):
            story.tell(chapter, check=None, wrapper=("strace", "-qq", "-o", "/dev/null", "-e",
                                                     f"inject={call}:error=ENOSPC:when={first}+"))
            self.assertEqual(story.processes_after(), [])

        self.tell(story, self.chapters[0], fail, self.chapters)
        self.assertEqual(self.reference.problems_of(story), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
