#!/usr/bin/python3
"""A disk that gets full while local records come in: of each file all good rows or none, the file still there, and taken
when there is room again."""
import ctypes
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from facts import differing_facts, facts_of  # noqa: E402
from house import House  # noqa: E402
from local_chapters import chapters  # noqa: E402
from story import tables_of  # noqa: E402

FIRST_KILOBYTES, STEP_KILOBYTES, LAST_KILOBYTES = 400, 200, 16384
NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000
EXIT_IO = 74


def mount(*arguments):
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def may_mount():
    """At once, or in a name space of this process's own."""
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
    @classmethod
    def setUpClass(cls):
        if not may_mount():
            raise unittest.SkipTest("no right to mount a file system")

    def house(self, kilobytes):
        house = House(feeds=())
        self.addCleanup(house.__exit__)
        if not mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(house.state)):
            self.skipTest("no right to mount a file system")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(house.state)], check=False)
        (house.state / "inbox").mkdir()
        return house

    @staticmethod
    def give(house, chapter):
        for name, content in chapter.files.items():
            house.put(name, content)

    def assert_all_or_none(self, house, files):
        """Of each file that is not sealed nothing stands, and it still lies in the inbox."""
        if not (house.state / "m13d.db").exists():
            return
        try:
            states = dict(house.rows("SELECT name, min(state) FROM local_file GROUP BY name"))
        except Exception as problem:  # the disk was full before its tables were there
            self.assertIn("no such table", str(problem))
            return
        lying = {path.name for path in (house.state / "inbox").iterdir()}
        for name in files:
            self.assertTrue(name in lying or states.get(name) in ("sealed", "applied"), (name, states, lying))
        self.assertEqual(house.rows("SELECT count(*) FROM local_record r JOIN local_file f ON f.id = r.file WHERE f.state = 'staging'"),
                         [(0,)])
        self.assertEqual(house.rows("SELECT f.name FROM local_file f WHERE f.state = 'applied' AND f.added + f.changed + f.unlisted > "
                                    "(SELECT count(*) FROM local_record r WHERE r.file = f.id)"), [])

    def tell(self, form):
        calm, crowded = self.house(LAST_KILOBYTES), self.house(FIRST_KILOBYTES)
        told = chapters(form)
        for chapter in told:
            self.give(calm, chapter)
            calm.once(now=chapter.now)
        codes, room = [], FIRST_KILOBYTES
        for chapter in told:
            self.assertTrue(mount("-o", f"remount,size={LAST_KILOBYTES}k", str(crowded.state)))
            self.give(crowded, chapter)
            while True:
                used = sum(path.stat().st_blocks for path in crowded.state.rglob("*")) // 2
                self.assertTrue(mount("-o", f"remount,size={max(used, room)}k", str(crowded.state)))
                done = crowded.once(now=chapter.now, check=(0, EXIT_IO))
                codes.append(done.returncode)
                if done.returncode == 0:
                    break
                self.assertRegex(done.stdout, "full|No space left")
                self.assert_all_or_none(crowded, [name for name in chapter.files if "/" not in name and not name.startswith("8")])
                room += STEP_KILOBYTES
                self.assertLess(room, LAST_KILOBYTES)
        print(f"{form}: the disk was full {codes.count(EXIT_IO)} times", flush=True)
        self.assertGreater(codes.count(EXIT_IO), 3)
        expected, held = (facts_of(tables_of(house.state / "m13d.db")) for house in (calm, crowded))
        kinds = ("local records", "local documents", "documents named", "left over")
        self.assertEqual(differing_facts({kind: expected[kind] for kind in kinds}, held), [])
        self.assertEqual(tables_of(calm.state / "contacts.db"), tables_of(crowded.state / "contacts.db"))
        self.assertTrue(all(row["good"] for row in crowded.ctl("verify")))
        self.assertEqual([path.name for path in (crowded.state / "inbox").iterdir() if path.is_file()], [])

    def test_csv(self):
        self.tell("csv")

    def test_workbooks(self):
        self.tell("xlsx")


if __name__ == "__main__":
    unittest.main(verbosity=2)
