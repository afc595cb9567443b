#!/usr/bin/python3
"""Draft, release, live: what waits for a person, what he lets go, and that nothing is lost when the configuration changes."""
import json
import unittest

from alerts_test import DAY, NEW, OF_ANOTHER, Alerts
from demo_records import CODE

CONF = """alerts = {{
    mode = "{mode}";
    digest = {{ at = "{digest}"; days = "all"; }};
    desk = {{ name = "医药健康产业处"; phone = "010-5555-0100"; mail = "desk@example.cn"; address = "通州区"; }};
    {channels}
}};
"""
ARCHIVE = 'channels = {{ {name} = {{ kind = "file"; to = ["firm", "desk"]; path = "{path}"; }}; }};'


class Modes(Alerts):
    """In mode release, with one channel: a file."""

    mode = "release"

    def setUp(self):
        super().setUp()
        configuration = self.house.folder / "alerts.conf"
        self.addCleanup(configuration.write_text, configuration.read_text())
        self.is_configured("release")

    def is_configured(self, mode, name="archive", path="alerts.ndjson", digest="08:00"):
        channels = ARCHIVE.format(name=name, path=path)
        (self.house.folder / "alerts.conf").write_text(CONF.format(mode=mode, digest=digest, channels=channels))

    def orders(self, *arguments):
        return self.house.ctl("alerts", *arguments)

    def told(self):
        """Firm and numbers of each message that has left for a firm, in order."""
        if not self.archive.exists():
            return []
        messages = [json.loads(line) for line in self.archive.read_bytes().splitlines()]
        return [(message["firm"]["uscc"], [case["number"] for case in message["cases"]]) for message in messages
                if message["audience"] == "firm"]

    def states(self):
        return self.house.rows("SELECT uscc, state FROM outbox WHERE state <> 'cancelled' ORDER BY uscc, id")


class WhatAPersonLetsGo(Modes):
    def test_held_lead_goes_when_it_is_released_and_is_his_who_did_it(self):
        self.news(OF_ANOTHER)
        self.assertEqual(self.told(), [])
        self.orders("release", CODE["QIFA"])
        self.later(60)
        self.assertEqual(self.told(), [(CODE["QIFA"], ["K262003"])])
        [(actor, entries)] = self.house.rows(
            "SELECT decided_by, (SELECT count(*) FROM journal WHERE kind = 'alert' AND actor = decided_by) "
            "FROM outbox WHERE state = 'released'")
        self.assertTrue(actor)
        self.assertEqual(entries, 1)

    def test_of_each_firm_one_message_waits_however_many_days_brought_it(self):
        self.news(OF_ANOTHER)
        self.turn += DAY
        self.news(OF_ANOTHER, dict(OF_ANOTHER, k_number="K262004", product_code="DQA"))
        waiting = [json.loads(cases) for uscc, cases in self.house.rows("SELECT uscc, cases FROM outbox WHERE state = 'held'")
                   if uscc == CODE["QIFA"]]
        self.assertEqual([len(cases) for cases in waiting], [2])

    def test_what_is_withdrawn_while_it_waits_is_not_to_be_released_any_more(self):
        self.news(OF_ANOTHER)
        self.turn += DAY
        self.news(dict(OF_ANOTHER, decision_code="RE"))
        self.assertEqual([uscc for uscc, state in self.states() if state == "held"], [CODE["CHEN"]])
        self.assertNotIn(CODE["QIFA"], [uscc for uscc, _ in self.told()])


class WhatChangesMeanwhile(Modes):
    def test_draft_is_released_when_the_mode_is_another(self):
        self.is_configured("draft")
        self.news(OF_ANOTHER)
        self.is_configured("live")
        self.later(DAY)
        self.assertEqual(self.told(), [])
        self.orders("release", CODE["QIFA"])
        self.later(60)
        self.assertEqual(self.told(), [(CODE["QIFA"], ["K262003"])])

    def test_delivery_of_a_channel_that_is_gone_waits_until_it_is_back(self):
        self.is_configured("live", path="no-such-folder/alerts.ndjson")
        self.news(OF_ANOTHER)
        self.assertEqual(self.house.rows("SELECT state FROM delivery"), [("waiting",)])
        self.is_configured("live", name="other", path="other.ndjson")
        self.later(DAY)
        self.assertEqual(self.house.rows("SELECT channel, state FROM delivery"), [("archive", "waiting")])
        self.is_configured("live")
        self.later(DAY)
        self.assertEqual(self.told(), [(CODE["QIFA"], ["K262003"])])

    def test_notice_that_waits_for_the_digest_keeps_the_new_hour_and_mode(self):
        self.is_configured("live", digest="12:00")
        self.news(OF_ANOTHER)
        self.assertEqual(self.states(), [(CODE["CHEN"], "held")])
        self.is_configured("live", digest="10:00")
        self.later(2 * 3600)
        self.assertEqual(self.told(), [(CODE["QIFA"], ["K262003"])])

    def test_notice_of_mode_live_is_held_when_its_hour_comes_in_mode_release(self):
        self.is_configured("live", digest="12:00")
        self.news(OF_ANOTHER, NEW)
        self.is_configured("release", digest="12:00")
        self.later(4 * 3600)
        self.assertEqual(self.told(), [])
        self.assertIn((CODE["QIFA"], "held"), self.states())


del Alerts, Modes  # they are no tests of their own

if __name__ == "__main__":
    unittest.main(verbosity=2)
