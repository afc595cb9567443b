#!/usr/bin/python3
"""A storm: messages to thousands of firms' webhooks, of which a tenth are slow, a tenth refuse, a tenth ask for patience and
one hangs for ever; and to robots that take 20 a minute. Beside it curl --parallel, which posts to the well ones alone.

M13_BENCH_FIRMS firms (5,000) with M13_BENCH_EACH messages (10) each; 20 robots.
"""
import json
import os
import subprocess
import time

from measuring import Disk, beside, figure, heading, peak_of, wait_for
from storm import Storm, memory_of

FIRMS = int(os.environ.get("M13_BENCH_FIRMS", 5000))
EACH = int(os.environ.get("M13_BENCH_EACH", 10))
ROBOTS = 20
MOST_SECONDS = 600


def well_ones(house, received):
    """How many messages the well ones have, and when the last of them came."""
    healthy = house.healthy()
    times = {(path, message): at for at, path, _, message in reversed(received) if path in healthy}
    return len(times), max(times.values(), default=0)


def storm():
    heading(f"storm of {FIRMS * EACH} messages to {FIRMS} firms, and {ROBOTS * EACH} to {ROBOTS} robots")
    with Storm(FIRMS, EACH, ROBOTS) as house:
        wanted = len(house.healthy()) * EACH
        disk = Disk(house.state)
        memory = []
        with house.daemon(wait=60) as daemon, beside(disk.probe, 0.05):
            memory.append(memory_of(daemon.pid))
            begun = time.monotonic()

            def all_there():
                time.sleep(0.5)
                memory.append(memory_of(daemon.pid))
                return well_ones(house, house.receivers.received())[0] == wanted

            wait_for(all_there, MOST_SECONDS, "every well receiver has its messages")
            took = time.monotonic() - begun
            wait_for(lambda: ("robot", "waiting") not in house.states(), MOST_SECONDS, "every robot has its messages")
            robots_took = time.monotonic() - begun
            status = house.ctl("status")[0]
            peak = peak_of(daemon.pid)
        received = house.receivers.received()
        last = well_ones(house, received)[1]
        first = min(at for at, *_ in received)
        states = house.states()
    figure("well receivers: all messages there after", took, "s", MOST_SECONDS)
    figure("well receivers: messages a second", wanted / ((last - first) / 1000), "/s")
    figure("robots (20 a minute): all messages there after", robots_took, "s", MOST_SECONDS)
    figure("robots: most of one in a minute", most_a_minute(received), "", 20)
    figure("repeated messages", repeated(received), "", 0)
    figure("memory: daemon at the beginning", memory[0], "MiB")
    figure("memory: daemon at the end", memory[-1], "MiB")
    figure("memory: peak", peak, "MiB", memory[0] + 32)
    figure("disk: fsync of one page, p99", disk.percentile(99), "ms", 5)
    figure("loop: turns", status["loop_turns"], "")
    figure("loop: stall, median", status["stall_p50_us"] / 1000, "ms")
    figure("loop: stall, p99", status["stall_p99_us"] / 1000, "ms", 50)
    figure("loop: stall, longest", status["stall_max_us"] / 1000, "ms", 100)
    print("   " + json.dumps({f"{manner} {state}": count for (manner, state), count in sorted(states.items())}))


def most_a_minute(received):
    """Of any robot, in any minute."""
    times = {}
    for at, path, _, _ in received:
        if "/robot-" in path:
            times.setdefault(path, []).append(at)
    return max((sum(begin <= at < begin + 60000 for at in all_of_it) for all_of_it in times.values() for begin in all_of_it),
               default=0)


def repeated(received):
    taken = [(path, message) for _, path, status, message in received if status == 200]
    return len(taken) - len(set(taken))


def peer():
    """The same posts to the well ones, all at once: no queue, no order, no record."""
    with Storm(FIRMS, 0, 0) as house:
        body = house.folder / "body"
        body.write_text(json.dumps({"text": "x" * 1200}))
        urls = [f"{house.receivers.url}{path}" for path in sorted(house.healthy())] * EACH
        (house.folder / "urls").write_text("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
        begun = time.monotonic()
        subprocess.run(["curl", "--silent", "--parallel", "--parallel-max", "96", "--data-binary", f"@{body}", "-H",
                        "Content-Type: application/json", "-K", str(house.folder / "urls")], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        figure("beside it: curl --parallel to the well ones", len(urls) / (time.monotonic() - begun), "/s")


storm()
peer()
