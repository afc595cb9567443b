#!/usr/bin/python3
"""What the groups of an installation may do: m13d-read looks, m13d-officer and m13d-admin change, the others nothing."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

BUILD = pathlib.Path(os.environ["M13_BUILD"])
DAEMON, READ = 64801, 64802  # user of the daemon; group m13d-read, under which the unit runs it
NOBODY_KNOWN = 64803


def as_user(user, group, *command, groups=()):
    """Of numbers that no account has: setpriv asks no database."""
    more = ["--groups", ",".join(map(str, groups))] if groups else ["--clear-groups"]
    return ["setpriv", "--reuid", str(user), "--regid", str(group), *more, *map(str, command)]


@unittest.skipUnless(os.geteuid() == 0, "only root can become other users")
class Permissions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="m13-permissions-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        for program in ("m13d", "m13ctl"):
            shutil.copy(BUILD / program, cls.folder)
        cls.state = cls.folder / "state"
        cls.state.mkdir(mode=0o750)
        os.chown(cls.state, DAEMON, READ)
        (cls.folder / "m13d.conf").write_text(f'state = "{cls.state}";\n')
        (cls.folder / "firms.csv").write_text("uscc,name_zh\n")
        for file in ("m13d.conf", "firms.csv"):
            (cls.folder / file).chmod(0o644)
        cls.daemon = subprocess.Popen(as_user(DAEMON, READ, cls.folder / "m13d", "-c", cls.folder / "m13d.conf"), umask=0o077,
                                      stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.daemon.wait)
        cls.addClassCleanup(cls.daemon.terminate)
        for _ in range(200):
            if (cls.state / "published/m13.db").exists() and (cls.state / "control").exists():
                return
            time.sleep(0.05)
        raise AssertionError("the daemon did not start")

    def ctl(self, user, group, *arguments, groups=()):
        return subprocess.run(as_user(user, group, self.folder / "m13ctl", "-c", self.folder / "m13d.conf", "--lang", "en",
                                      *arguments, groups=groups), text=True, capture_output=True, check=False)

    def reader(self, *arguments):
        return self.ctl(NOBODY_KNOWN, NOBODY_KNOWN, *arguments, groups=(READ,))

    def test_reader_reads(self):
        for verb in (["status"], ["feeds"], ["cases"]):
            self.assertEqual(self.reader(*verb).returncode, 0, verb)
        self.assertIn("running", self.reader("status").stdout.splitlines()[0])
        self.assertNotIn("cannot be asked", self.reader("status").stdout)

    def test_reader_opens_the_published_database(self):
        read = subprocess.run(as_user(NOBODY_KNOWN, NOBODY_KNOWN, "cat", self.state / "published/m13.db", groups=(READ,)),
                              capture_output=True, check=True)
        self.assertTrue(read.stdout.startswith(b"SQLite format 3"))

    def test_reader_changes_nothing(self):
        for verb in (["import", self.folder / "firms.csv"], ["review", "accept", "M1"], ["review", "reject", "M1"]):
            answer = self.reader(*verb)
            self.assertEqual(answer.returncode, 64, verb)
            self.assertIn("m13d-officer", answer.stderr)

    def test_evidence_and_inbox_are_the_daemons_alone(self):
        for name in ("evidence", "inbox"):
            self.assertEqual((self.state / name).stat().st_mode & 0o777, 0o700)

    def test_the_daemons_own_user_and_root_change(self):
        for user, group in ((DAEMON, READ), (0, 0)):
            self.assertNotEqual(self.ctl(user, group, "import", self.folder / "firms.csv").returncode, 64)

    def test_others_see_nothing(self):
        answer = self.ctl(NOBODY_KNOWN, NOBODY_KNOWN, "status")
        self.assertEqual(answer.returncode, 74)
        self.assertIn("Permission denied", answer.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
