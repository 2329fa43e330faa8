"""Copies of applications, as staging is made from production."""

import json

from werkzeug.test import EnvironBuilder

from pulumi_applinks.lab.applications import Lab
from pulumi_applinks.lab.applications.__main__ import _controlled
from tests.unit.lab_applications.conftest import link_both_ways


def test_a_copy_s_requests_are_its_original_s(lab, ask):
    """It signs with the same key, so the original's links let it in: a copy talks to production until somebody changes that."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    copy = lab.copy(jira)
    status = ask(copy, "GET", f"/rest/applinks/3.0/status/{wiki.server_id}").json()

    assert status["working"]
    assert copy.url != jira.url
    assert copy.manifest()["id"] == jira.server_id


def test_keys_are_given_back_once():
    """No two applications that are started later have the same ones."""
    with Lab() as lab:
        jira = lab.start("jira")
        lab.copy(jira)
    with Lab() as lab:
        first, second = lab.start("jira"), lab.start("jira")

        assert first.keys != second.keys


def test_whoever_has_the_control_key_copies(lab):
    """The copy is reported with the others."""
    applications = [lab.start("jira", name="Production")]
    request = EnvironBuilder(
        "/0/copy", method="POST", headers=[("Authorization", "Bearer key")]
    ).get_request()
    told = json.loads(_controlled(request, lab, applications, "key").get_data())["applications"]

    assert [one["name"] for one in told] == ["Production", "Production"]
    assert told[0]["server_id"] == told[1]["server_id"]
    assert told[0]["url"] != told[1]["url"]
