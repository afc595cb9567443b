#!/usr/bin/python3
"""The inbox of a daemon that runs: how files come in, and what happens when somebody touches one that is being read."""
import os
import pathlib
import signal
import subprocess
import time
import unittest

from desk import Desk, book, many_firms, table
from house import BUILD, wait_for
from demo_records import CODE, uscc


class Inbox(unittest.TestCase):
    """Of a daemon that runs."""

    def setUp(self):
        self.desk = Desk(feeds=())
        self.addCleanup(self.desk.__exit__)

    def wait_for_firms(self, count, seconds=8):
        wait_for(lambda: len(self.desk.keys("firms")) == count and self.desk.lying_in(".") == [], seconds, f"{count} firms are known")

    def test_renamed_in_closed_after_writing_and_there_before_the_start(self):
        self.desk.put("0.csv", table(*list(many_firms(1))))
        with self.desk.daemon():
            self.wait_for_firms(1)
            self.desk.put("1.csv", table(*list(many_firms(2))))
            self.wait_for_firms(2, 3)
            with open(self.desk.inbox / "2.csv", "w", encoding="utf-8") as out:
                out.write(table(*list(many_firms(3)))[:-40])
                out.flush()
                time.sleep(0.3)
                self.assertEqual(len(self.desk.keys("firms")), 2)  # its writer has not closed it
                out.write(table(*list(many_firms(3)))[-40:])
            self.wait_for_firms(3, 3)
            self.assertEqual(self.desk.rows("SELECT count(*) FROM local_file WHERE rejected > 0 OR problem <> ''"), [(0,)])

    def test_by_products_of_programs_are_left_where_they_are(self):
        names = ["~$企业.xlsx", ".~lock.企业.xlsx#", "企业.xlsx.tmp", "企业.csv.crdownload"]
        with self.desk.daemon():
            for name in names:
                (self.desk.inbox / name).write_text("x", encoding="utf-8")
            self.desk.put("a.csv", table(*list(many_firms(1))))
            wait_for(lambda: self.desk.keys("firms"), 8, "the file beside them is taken")
            self.assertEqual(sorted(os.listdir(self.desk.inbox)), sorted([*names, "done", "files", "rejected"]))
        self.assertEqual(len(self.desk.files()), 1)

    def test_m13ctl_hands_files_over_and_tells_who(self):
        good, bad = self.desk.folder / "good.xlsx", self.desk.folder / "bad.csv"
        good.write_bytes(book(("企业", list(many_firms(2)))))
        bad.write_text(table(["uscc", "name_zh", "district"], [CODE["HEXU"], "甲", "火星区"]), encoding="utf-8")
        with self.desk.daemon():
            answers = self.desk.ctl("import", str(good), str(bad), check=3)
        self.assertEqual([(answer["file"], answer["kind"], answer["added"], answer["rejected"]) for answer in answers],
                         [("good.xlsx", "firms", 2, 0), ("bad.csv", "firms", 0, 1)])
        self.assertNotIn("inbox", [file["delivered_by"] for file in self.desk.files()])
        self.assertTrue(good.exists() and bad.exists())
        self.assertEqual(len(self.desk.errors("bad.csv")), 1)


class WhileItIsRead(unittest.TestCase):
    """The decoder is stopped in the middle of a file, and somebody does something to the file."""

    FIRMS = 8000

    def setUp(self):
        self.desk = Desk(feeds=())
        self.addCleanup(self.desk.__exit__)
        self.daemon = self.enterContext(self.desk.daemon())

    def children(self):
        for child in pathlib.Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children").read_text().split():
            try:
                if b"decode" in pathlib.Path("/proc", child, "cmdline").read_bytes():
                    yield int(child)
            except OSError:
                pass

    def stop_the_decoder(self, after=None):
        """Any, or the next one after that one."""
        end = time.monotonic() + 8
        while (child := next(self.children(), None)) in (None, after):
            self.assertLess(time.monotonic(), end, "no decoder was seen")
            time.sleep(0.001)
        os.kill(child, signal.SIGSTOP)
        self.addCleanup(self.let_go, child)
        return child

    @staticmethod
    def let_go(child):
        try:
            os.kill(child, signal.SIGCONT)
        except ProcessLookupError:
            pass

    def districts(self):
        return dict(self.desk.rows("SELECT fields ->> 'district', count(*) FROM local_record WHERE kind = 'firms' AND seq_to IS NULL "
                                   "GROUP BY 1"))

    def wait_for_districts(self, **expected):
        try:
            wait_for(lambda: self.districts() == expected and self.desk.lying_in(".") == [], 20, expected)
        except AssertionError as problem:
            raise AssertionError(f"{problem}: {self.districts()}, {self.desk.files()}\n{self.desk.daemon_log()}") from problem

    FORMS = {"csv": lambda rows: table(*rows).encode(), "xlsx": lambda rows: book(("企业", rows))}

    def test_another_file_takes_its_place(self):
        for suffix, content in self.FORMS.items():
            with self.subTest(suffix):
                self.desk.put(f"企业.{suffix}", content(many_firms(self.FIRMS, "海淀区")))
                child = self.stop_the_decoder()
                self.desk.put(f"企业.{suffix}", content(many_firms(self.FIRMS, "昌平区")))
                self.let_go(child)
                self.wait_for_districts(**{"昌平区": self.FIRMS})

    def test_it_is_written_over_where_it_lies(self):
        for (suffix, content), district in zip(self.FORMS.items(), ("昌平区", "房山区")):
            with self.subTest(suffix):
                self.desk.put(f"企业.{suffix}", content(many_firms(self.FIRMS, "海淀区")))
                child = self.stop_the_decoder()
                with open(self.desk.inbox / f"企业.{suffix}", "r+b") as out:
                    out.write(content(many_firms(self.FIRMS, district)))
                    out.truncate()
                self.let_go(child)
                self.wait_for_districts(**{district: self.FIRMS})
        self.assertNotIn("海淀区", [row["fields"]["district"] for row in self.desk.versions("firms", uscc("110108", "MA100000"))])

    def test_it_is_taken_away(self):
        self.desk.put("企业.csv", table(*many_firms(self.FIRMS, "海淀区")))
        child = self.stop_the_decoder()
        (self.desk.inbox / "企业.csv").unlink()
        self.let_go(child)
        self.desk.put("其他.csv", table(*many_firms(3, "昌平区")))
        wait_for(lambda: self.districts().get("昌平区") == 3 and self.desk.lying_in(".") == [], 20, "the next file is taken")
        self.assertIn(self.districts().get("海淀区", 0), (0, self.FIRMS - 3))

    def test_the_decoder_is_killed_once_and_the_file_is_read_again(self):
        self.desk.put("企业.csv", table(*many_firms(self.FIRMS, "海淀区")))
        os.kill(self.stop_the_decoder(), signal.SIGKILL)
        self.wait_for_districts(**{"海淀区": self.FIRMS})
        self.assertIn("Killed", self.desk.daemon_log())

    def test_the_decoder_is_killed_whenever_it_reads_the_file_and_the_sender_hears_of_it(self):
        self.desk.put("企业.csv", table(*many_firms(self.FIRMS, "海淀区")))
        child = self.stop_the_decoder()
        os.kill(child, signal.SIGKILL)
        os.kill(self.stop_the_decoder(after=child), signal.SIGKILL)
        wait_for(lambda: self.desk.errors("企业.csv"), 10, "it is refused")
        self.assertEqual(self.districts(), {})
        self.assertEqual(self.desk.rows("SELECT count(*) FROM local_staged"), [(0,)])

    def test_the_daemon_is_stopped_and_takes_it_at_the_next_start(self):
        self.desk.put("企业.csv", table(*many_firms(self.FIRMS, "海淀区")))
        self.stop_the_decoder()
        self.daemon.terminate()
        self.assertEqual(self.daemon.wait(20), 0)
        self.assertEqual(self.desk.lying_in("."), ["企业.csv"])
        self.assertEqual(self.districts(), {})
        with self.desk.daemon():
            self.wait_for_districts(**{"海淀区": self.FIRMS})

    # --- handed over by m13ctl ---

    def hand_over(self):
        """m13ctl with a file, and the decoder that reads it, stopped."""
        path = self.desk.folder / "企业.csv"
        path.write_text(table(*many_firms(self.FIRMS, "海淀区")), encoding="utf-8")
        asking = subprocess.Popen([BUILD / "m13ctl", "-c", self.desk.config, "--json", "import", path], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
        self.addCleanup(asking.stdout.close)
        self.addCleanup(asking.wait)
        return path, asking, self.stop_the_decoder()

    def test_who_handed_it_over_goes_away_and_it_is_taken_all_the_same(self):
        path, asking, child = self.hand_over()
        asking.kill()
        path.unlink()
        self.let_go(child)
        self.wait_for_districts(**{"海淀区": self.FIRMS})

    def test_the_daemon_is_killed_and_who_handed_it_over_is_told_and_may_try_again(self):
        path, asking, _ = self.hand_over()
        self.daemon.kill()
        self.daemon.wait()
        self.assertNotEqual(asking.wait(20), 0)
        self.assertNotEqual(asking.stdout.read(), "")
        with self.desk.daemon():
            self.assertEqual(self.districts(), {})
            wait_for(lambda: self.desk.rows("SELECT (SELECT count(*) FROM local_staged) + (SELECT count(*) FROM local_file)") == [(0,)],
                     20, "what was staged is swept")
            [answer] = self.desk.ctl("import", str(path))
            self.assertEqual((answer["added"], answer["rejected"], self.districts()), (self.FIRMS, 0, {"海淀区": self.FIRMS}))


if __name__ == "__main__":
    unittest.main(verbosity=2)
