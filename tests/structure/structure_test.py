"""The architecture as it stands in the sources: which room may know which, and what the house does not do."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("M13_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
DAEMON = SOURCE / "daemon"

TOP_LEVEL = {"daemon", "include", "conf", "systemd", "tests", "CMakeLists.txt", "CMakePresets.json", "LICENSE",
             "README.md"}

# The room that each public header belongs to.
HEADERS = {
    "core": {"child", "clock", "date", "digest", "failure", "limits", "log", "loop", "memory", "money", "name_table",
             "text"},
    "record": {"record"},
    "config": {"config", "country", "feed_definition", "parameters"},
    "store": {"evidence", "journal", "store", "work"},
    "transfer": {"http", "mail", "url"},
    "feed": {"feed", "ingest_answer"},
    "decode": {"decoder"},
    "approvals": {"approvals"},
    "contacts": {"contacts"},
    "registry": {"import_answer", "registry"},
    "review": {"review"},
    "forms": {"forms"},
    "match": {"match"},
    "measure13": {"measure13"},
    "casework": {"casework"},
    "letter": {"letter"},
    "channel": {"channel"},
    "alert": {"alert"},
    "publish": {"publish"},
    "control": {"control"},
}

# Run by hand at a desk; no part of the programs.
TOOLS = {"match/tables/generate.c"}

# The rules take the parameters as data; where these come from they do not know.
GIVEN = {"measure13": {"parameters"}}

# These wire the rooms into programs and may know them all.
PROGRAMS = {".", "ctl"}

BANNED = {
    "no ceiling": "strcpy strcat stpcpy sprintf vsprintf gets strncpy",
    "no errors": "atoi atol atoll atof",
    "hidden state": "strtok gmtime localtime ctime asctime setlocale rand srand tmpnam mktemp",
    "takes blanks, signs and the locale's point": "strtol strtoll strtoul strtoull strtod sscanf",
    "memory.h ends the program when it fails": "malloc calloc realloc reallocarray strdup strndup asprintf vasprintf",
    "clock.h is the one source of time": "time gettimeofday clock_gettime",
    "child.h starts children": "fork vfork system popen posix_spawn posix_spawnp execv execve execvp execl execlp",
}
# The one place for each.
ALLOWED = {
    "core/memory.c": {"malloc", "calloc", "realloc"},
    "core/clock.c": {"clock_gettime"},
    "core/child_exec.c": {"fork", "execve"},
    "decode/csv_rows.c": {"realloc"},  # libcsv's, which has to fail at the ceiling
    "ctl/main.c": {"setlocale"},  # for the width of characters on the terminal
}

# "No floating point touches money."
NO_FLOATING_POINT = ["core/money.c", "measure13", "registry", "casework"]

FILE_LINES_MOST = 600
FUNCTION_LINES_MOST = 60


def files(folder, *endings):
    made = SOURCE / "conf/demo/state"  # by the demonstration, when it was run
    return sorted(path for path in (SOURCE / folder).rglob("*")
                  if path.is_file() and path.suffix in endings and made not in path.parents)


def sources(folder="daemon"):
    """The code of the programs."""
    return [path for path in files(folder, ".c", ".h") if str(path.relative_to(DAEMON)) not in TOOLS]


def name(path):
    return str(path.relative_to(SOURCE))


def may_include(room):
    used = room_lists(room).get("USES", []) + [room]
    return GIVEN.get(room, set()).union(*(HEADERS.get(other, set()) for other in used))


def code_of(path):
    """The file without comments, and with empty strings."""
    text = path.read_text(encoding="utf-8")
    pattern = r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""

    def blank(found):
        return re.sub(r"[^\n]", " ", found.group()) if found.group()[0] == "/" else '""'

    return re.sub(pattern, blank, text, flags=re.DOTALL)


def rooms():
    """The folders of daemon/ that hold code."""
    folders = {path.relative_to(DAEMON).parts[0] for path in files("daemon", ".c", ".h") if path.parent != DAEMON}
    return sorted(folders - PROGRAMS)


def room_lists(room):
    """What the CMakeLists.txt of a room gives to m13_room(): {"SOURCES": [...], "USES": [...], ...}."""
    path = DAEMON / room / "CMakeLists.txt"
    text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8") if path.exists() else "")
    found = re.search(r"m13_room\(([^)]*)\)", text)
    lists, key = {}, None
    for word in found.group(1).split() if found else []:
        if word in ("SOURCES", "USES", "LIBRARIES"):
            key = word
        lists.setdefault(key, []).append(word)
    return {key: words[1:] for key, words in lists.items() if key}


def included(path):
    return re.findall(r'^#include "m13/(\w+)\.h"', path.read_text(encoding="utf-8"), re.MULTILINE)


class Structure(unittest.TestCase):
    def none_of(self, faults):
        if faults:
            self.fail("\n".join(faults))


class Rooms(Structure):
    def test_every_header_has_one_room(self):
        owned = sorted(header for headers in HEADERS.values() for header in headers)
        self.assertEqual(owned, sorted(path.stem for path in files("include/m13", ".h")))

    def test_every_folder_is_a_room_that_is_built(self):
        self.none_of([f"daemon/{room} has no m13_room()" for room in rooms() if not room_lists(room)])

    def test_rooms_include_only_what_they_use(self):
        faults = []
        for room in rooms():
            allowed = may_include(room)
            for path in files(f"daemon/{room}", ".c", ".h"):
                faults += [f"{name(path)} includes m13/{header}.h, which its room does not use"
                           for header in included(path) if header not in allowed]
        self.none_of(faults)

    def test_public_headers_include_only_what_their_room_uses(self):
        faults = []
        for room in rooms():
            allowed = may_include(room)
            for header in HEADERS.get(room, ()):
                faults += [f"m13/{header}.h includes m13/{other}.h" for other in
                           included(SOURCE / f"include/m13/{header}.h") if other not in allowed]
        self.none_of(faults)

    def test_data_goes_one_way(self):
        uses = {room: room_lists(room).get("USES", []) for room in rooms()}
        while uses:
            free = [room for room, used in uses.items() if not set(used) & set(uses)]
            self.assertTrue(free, f"these rooms use each other in a circle: {sorted(uses)}")
            for room in free:
                del uses[room]

    def test_rooms_look_into_no_other_rooms_folder(self):
        faults = []
        for path in files("daemon", ".c", ".h"):
            for inner in re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE):
                if inner.startswith("..") or (not inner.startswith("m13/") and not self.is_near(path, inner)):
                    faults.append(f"{name(path)} includes {inner}")
        self.none_of(faults)

    @staticmethod
    def is_near(path, inner):
        room = DAEMON / path.relative_to(DAEMON).parts[0] if path.parent != DAEMON else DAEMON
        return (path.parent / inner).exists() or (room / inner).exists()

    def test_every_source_is_built(self):
        faults = []
        for room in rooms():
            built = {source for source in room_lists(room).get("SOURCES", []) if not source.startswith("$")}
            present = {str(path.relative_to(DAEMON / room)) for path in sources(f"daemon/{room}")
                       if path.suffix == ".c"}
            faults += [f"daemon/{room}/{source}" for source in sorted(present ^ built)]
        self.none_of(faults)

    def test_every_unit_test_is_run(self):
        faults = []
        for path in files("tests/unit", ".c"):
            lists = path.parent / "CMakeLists.txt"
            if path.stem.endswith("_test") and not (
                    lists.exists() and re.search(rf"\b{path.stem}\b", lists.read_text(encoding="utf-8"))):
                faults.append(name(path))
        self.none_of(faults)


class Code(Structure):
    def test_banned_functions_are_not_called(self):
        faults = []
        for path in sources():
            allowed = ALLOWED.get(str(path.relative_to(DAEMON)), set())
            for line, code in enumerate(code_of(path).split("\n"), 1):
                for reason, functions in BANNED.items():
                    for function in set(functions.split()) - allowed:
                        if re.search(rf"(?<![\w.>]){function}\s*\(", code):
                            faults.append(f"{name(path)}:{line}: {function}() - {reason}")
        self.none_of(faults)

    def test_no_floating_point_where_money_is(self):
        faults = []
        for place in NO_FLOATING_POINT:
            path = DAEMON / place
            for source in [path] if path.is_file() else files(f"daemon/{place}", ".c", ".h"):
                if re.search(r"\b(double|float)\b", code_of(source)):
                    faults.append(name(source))
        self.none_of(faults)

    def test_files_hold_one_idea(self):
        paths = files("daemon", ".c", ".h", ".sql") + files("include", ".h") + files("tests", ".c", ".h", ".py")
        lines = {name(path): path.read_text(encoding="utf-8").count("\n") for path in paths}
        self.none_of([f"{path}: {count} lines" for path, count in lines.items() if count > FILE_LINES_MOST])

    def test_functions_fit_a_screen(self):
        faults = []
        for path in files("daemon", ".c"):
            start = None
            for line, code in enumerate(code_of(path).split("\n"), 1):
                if code == "{":
                    start = line
                elif code == "}" and start is not None:
                    if line - start > FUNCTION_LINES_MOST:
                        faults.append(f"{name(path)}:{start}: {line - start} lines")
                    start = None
        self.none_of(faults)

    def test_no_name_is_defined_twice(self):
        """Of two functions of one name in two rooms the linker takes whichever comes first, and says nothing."""
        homes = {}
        for path in files("daemon", ".c"):
            for found in re.finditer(r"^(?!static\b|typedef\b|#)\w[\w \t*]*?\b(\w+)\([^;{}]*\)\n\{", code_of(path), re.MULTILINE):
                homes.setdefault(found.group(1), set()).add(name(path))
        self.none_of([f"{function}: {', '.join(sorted(paths))}" for function, paths in homes.items()
                      if len(paths) > 1 and function != "main"])

    def test_headers_say_what_they_are_for(self):
        faults = []
        for path in files("include", ".h") + files("daemon", ".h"):
            first = path.read_text(encoding="utf-8").split("\n", 1)[0]
            if not first.startswith(f"/* {path.name} - "):
                faults.append(name(path))
        self.none_of(faults)


class Repository(Structure):
    def test_top_level_is_as_agreed(self):
        present = {entry for entry in os.listdir(SOURCE) if not entry.startswith(".") and entry != "build"}
        self.assertEqual(present - TOP_LEVEL, set())

    def test_nothing_is_left_for_later(self):
        words = "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"])
        self.none_of(self.lines_with(rf"\b({words})\b"))

    def test_no_path_of_a_developers_machine(self):
        self.none_of(self.lines_with("/(work|ro" + "ot|home)/"))

    @staticmethod
    def lines_with(pattern):
        faults = []
        for folder in ("daemon", "include", "tests", "conf", "systemd"):
            for path in files(folder, ".c", ".h", ".py", ".sh", ".sql", ".txt", ".cmake", ".conf", ".service", ""):
                for line, text in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
                    if re.search(pattern, text):
                        faults.append(f"{name(path)}:{line}")
        return faults


if __name__ == "__main__":
    unittest.main()
