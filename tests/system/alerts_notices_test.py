#!/usr/bin/python3
"""From the change of a case to one message, over weeks: each firm hears of each thing once, and of nothing that is not so."""
import json
import unittest

from alerts_test import DAY, NEW, OF_ANOTHER, SECOND, Alerts
from demo_records import CODE

HOUR = 3600


class Notices(Alerts):
    def messages_told(self):
        """Type, firm, numbers of each message that the bureau's webhook has."""
        return [(body["type"], body["firm"]["uscc"], [case["number"] for case in body["cases"]]) for body in self.bodies()]

    def test_what_comes_during_the_day_goes_together_with_the_next_digest(self):
        self.turn += HOUR
        self.news(NEW)
        self.turn += HOUR
        self.later(HOUR)
        self.assertEqual(self.bodies(), [])
        self.turn += 3 * HOUR
        self.news(NEW, SECOND, OF_ANOTHER)
        self.turn = self.turn - self.turn % DAY + DAY
        self.later(0)
        self.assertCountEqual(self.messages_told(), [("m13.lead", CODE["CHEN"], ["K262001", "K262002"]),
                                                     ("m13.lead", CODE["QIFA"], ["K262003"])])

    def test_a_month_in_which_an_approval_comes_and_goes_every_day_is_one_message(self):
        for day in range(0, 28, 2):
            self.turn += DAY
            self.news(NEW if day % 4 else dict(NEW, decision_code="RE"), OF_ANOTHER)
        leads = [told for told in self.messages_told() if told[0] == "m13.lead"]
        self.assertEqual(leads.count(("m13.lead", CODE["QIFA"], ["K262003"])), 1)
        self.assertLessEqual(len([told for told in leads if told[1] == CODE["CHEN"]]), 1)
        for body in self.bodies():
            if body["audience"] == "firm":
                self.assertEqual({case["verdict"] for case in body["cases"]} - {"pending", "eligible"}, set())

    def test_ids_are_the_same_in_a_run_that_is_repeated(self):
        self.news(NEW, OF_ANOTHER)
        first = sorted(body["id"] for body in self.bodies())
        self.setUp()
        self.news(NEW, OF_ANOTHER)
        self.assertEqual(sorted(body["id"] for body in self.bodies()), first)

    def test_no_notice_is_left_when_all_is_told(self):
        self.news(NEW, OF_ANOTHER)
        self.assertEqual(self.house.rows("SELECT count(*) FROM notice"), [(0,)])
        [(cases,)] = self.house.rows("SELECT cases FROM outbox WHERE uscc = ? AND state = 'released'", CODE["QIFA"])
        self.assertEqual(len(json.loads(cases)), 1)


del Alerts  # is no test of its own

if __name__ == "__main__":
    unittest.main(verbosity=2)
