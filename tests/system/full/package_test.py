"""The .deb, and what `cmake --install` does to a configuration that is there already."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["M13_SOURCE"])
BUILD = pathlib.Path(os.environ["M13_BUILD"])


def run(*command, **options):
    result = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            **options)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for old in BUILD.glob("m13d_*.deb"):
            old.unlink()
        run("cpack", cwd=BUILD)
        cls.package = next(BUILD.glob("m13d_*.deb"))
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="m13d-package-"))
        run("dpkg-deb", "--raw-extract", cls.package, cls.folder)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def field(self, name):
        return run("dpkg-deb", "--field", self.package, name).strip()

    def test_it_pulls_every_library_that_the_programs_link(self):
        depends = self.field("Depends")
        for library in ("libevent-2.1-7", "libcurl4", "libjansson4", "libsqlite3-0", "libicu72", "libconfig9",
                        "libseccomp2", "libssl3", "libzstd1", "libcsv3", "ca-certificates"):
            self.assertIn(library, depends)

    def test_everything_is_where_debian_keeps_it(self):
        for path in ("usr/bin/m13d", "usr/bin/m13ctl", "usr/lib/systemd/system/m13d.service",
                     "usr/lib/sysusers.d/m13d.conf", "usr/share/man/man8/m13d.8", "usr/share/man/man1/m13ctl.1",
                     "usr/share/man/man5/m13d-feed.5", "usr/share/doc/m13d/examples/example-json.conf",
                     "etc/m13d/m13d.conf", "usr/share/doc/m13d/copyright"):
            self.assertTrue((self.folder / path).is_file(), path)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"DEBIAN", "etc", "usr"})

    def test_every_configuration_file_is_the_administrators(self):
        listed = (self.folder / "DEBIAN/conffiles").read_text(encoding="utf-8").split()
        present = [f"/{path.relative_to(self.folder)}" for path in (self.folder / "etc").rglob("*") if path.is_file()]
        self.assertEqual(sorted(listed), sorted(present))

    def test_the_configuration_as_shipped_is_good(self):
        with tempfile.TemporaryDirectory() as state:
            conf = self.folder / "etc/m13d/m13d.conf"
            text = conf.read_text(encoding="utf-8").replace("/var/lib/m13d", state)
            trial = conf.with_name("trial.conf")
            trial.write_text(text, encoding="utf-8")
            run(self.folder / "usr/bin/m13d", "-c", trial, "check")
            trial.unlink()

    def test_user_and_groups_come_into_being(self):
        with tempfile.TemporaryDirectory() as root:
            shutil.copytree(self.folder / "usr/lib/sysusers.d", pathlib.Path(root, "usr/lib/sysusers.d"))
            pathlib.Path(root, "etc").mkdir()
            run("systemd-sysusers", f"--root={root}", "m13d.conf")
            groups = pathlib.Path(root, "etc/group").read_text(encoding="utf-8")
            names = {line.split(":")[0] for line in groups.split()}
            self.assertLessEqual({"m13d", "m13d-read", "m13d-officer", "m13d-admin"}, names)

    def test_installing_starts_nothing(self):
        for script in ("postinst", "prerm", "postrm"):
            text = (self.folder / "DEBIAN" / script).read_text(encoding="utf-8")
            run("sh", "-n", self.folder / "DEBIAN" / script)
            self.assertNotRegex(text, r"systemctl[^\n]* (start|enable|restart)\b")

    def test_programs_are_hardened(self):
        for program in ("m13d", "m13ctl"):
            headers = run("readelf", "-W", "-h", "-l", "-d", self.folder / "usr/bin" / program)
            self.assertIn("DYN (Position-Independent Executable", headers)
            self.assertIn("GNU_RELRO", headers)
            self.assertIn("BIND_NOW", headers)
            self.assertRegex(headers, r"GNU_STACK .* RW ")


class Install(unittest.TestCase):
    def test_an_edited_configuration_is_kept(self):
        with tempfile.TemporaryDirectory() as root:
            environment = dict(os.environ, DESTDIR=root)
            run("cmake", "--install", BUILD, env=environment)
            conf = pathlib.Path(root, "etc/m13d/m13d.conf")
            shipped = conf.read_text(encoding="utf-8")
            self.assertEqual(shipped, (SOURCE / "conf/m13d.conf").read_text(encoding="utf-8"))
            conf.write_text("edited", encoding="utf-8")
            run("cmake", "--install", BUILD, env=environment)
            self.assertEqual(conf.read_text(encoding="utf-8"), "edited")


if __name__ == "__main__":
    unittest.main()
