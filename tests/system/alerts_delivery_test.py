#!/usr/bin/python3
"""A small storm: who is slow, refuses, asks for patience or hangs holds up nobody else; what happens to the clock makes no
flood; nothing is lost and nothing comes twice."""
import collections
import unittest

from house import NOW_SECONDS, moment, wait_for
from storm import Storm

FIRMS, EACH, ROBOTS = 50, 10, 1
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


class SmallStorm(unittest.TestCase):
    """500 messages to 50 firms, told under a virtual clock; one robot that takes 20 a minute."""

    @classmethod
    def setUpClass(cls):
        cls.house = Storm(FIRMS, EACH, ROBOTS, slow_ms=5, later_seconds=600, hang=False, virtual=True)
        cls.addClassCleanup(cls.house.__exit__)
        cls.house.once(now=moment(NOW_SECONDS))
        cls.first = cls.house.states()
        for seconds in (HOUR, 2 * HOUR, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 6 * DAY, 7 * DAY):
            cls.house.once(now=moment(NOW_SECONDS + seconds))
        cls.received = cls.house.receivers.received()

    def test_first_run_leaves_only_what_is_ill(self):
        waiting = {manner for (manner, state) in self.first if state != "delivered"}
        self.assertEqual(waiting, {"refuses", "later"})
        self.assertEqual(self.first["well", "delivered"], 7 * FIRMS // 10 * EACH)
        self.assertEqual(self.first["slow", "delivered"], FIRMS // 10 * EACH)
        self.assertEqual(self.first["robot", "delivered"], ROBOTS * EACH)

    def test_everyone_who_takes_messages_has_each_once_and_in_order(self):
        told = collections.defaultdict(list)
        for _, path, status, message in self.received:
            if status == 200:
                told[path].append(message)
        self.assertEqual(len(told), FIRMS * 9 // 10 + ROBOTS)
        for path, messages in told.items():
            self.assertEqual(messages, sorted(set(messages)), path)
            self.assertEqual(len(messages), EACH, path)

    def test_who_asked_for_patience_was_asked_once_and_left_alone(self):
        asked = collections.Counter(path for _, path, status, _ in self.received if status == 429)
        self.assertEqual(set(asked.values()), {1})
        self.assertEqual(len(asked), FIRMS // 10)

    def test_who_refuses_the_connection_keeps_his_messages_waiting_or_failed(self):
        states = self.house.states()
        kept = sum(count for (manner, state), count in states.items() if manner == "refuses" and state in ("waiting", "failed"))
        self.assertEqual(kept, FIRMS // 10 * EACH)

    def test_proof_names_the_answer_and_no_address(self):
        proofs = self.house.rows("SELECT proof, sent_sha256, problem FROM delivery")
        self.assertTrue(all(len(sha256) == 64 for proof, sha256, _ in proofs if proof))
        self.assertNotIn("127.0.0.1", str(proofs))
        self.assertNotIn("/well/", str(proofs))


class Clock(unittest.TestCase):
    """The wall clock is wrong between two runs: what was written under the other one neither stalls nor floods."""

    def setUp(self):
        self.house = Storm(10, 3, slow_ms=5, later_seconds=600, hang=False, virtual=True)
        self.addCleanup(self.house.__exit__)

    def taken(self):
        return [message for _, _, status, message in self.house.receivers.received() if status == 200]

    def test_set_back_an_hour_new_messages_go_at_once_and_old_ones_are_not_repeated(self):
        self.house.once(now=moment(NOW_SECONDS))
        before = self.taken()
        self.house.add_messages("msg_new", 1)
        self.house.once(now=moment(NOW_SECONDS - HOUR))
        after = self.taken()[len(before):]
        self.assertEqual(len(after), 8)  # of ten, one refuses and one has asked for patience
        self.assertTrue(all(message.startswith("msg_new") for message in after))

    def test_set_back_an_hour_patience_lasts_no_longer_than_was_asked(self):
        self.house.once(now=moment(NOW_SECONDS))
        self.house.once(now=moment(NOW_SECONDS - HOUR))
        self.assertEqual(self.house.states()["later", "waiting"], 3)
        self.house.once(now=moment(NOW_SECONDS - HOUR + 600))
        self.assertEqual(self.house.states()["later", "delivered"], 3)

    def test_forward_a_week_each_message_comes_once(self):
        self.house.once(now=moment(NOW_SECONDS))
        self.house.once(now=moment(NOW_SECONDS + 7 * DAY))
        self.house.once(now=moment(NOW_SECONDS + 7 * DAY + MINUTE))
        taken = self.taken()
        self.assertEqual(len(taken), len(set(taken)))
        self.assertEqual(len(taken), 27)

    def test_running_daemon_ends_with_deliveries_under_way_and_sends_them_after_the_restart(self):
        house = Storm(10, 2, slow_ms=5, hang=True)
        self.addCleanup(house.__exit__)
        with house.daemon():
            wait_for(lambda: house.states().get(("well", "delivered")) == 12, 60, "the well ones have theirs")
            self.assertEqual(house.states()["hang", "waiting"], 2)
        with house.daemon():
            wait_for(lambda: house.states().get(("slow", "delivered")) == 2, 60, "the slow one has its own")
        self.assertEqual(house.states()["hang", "waiting"], 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
