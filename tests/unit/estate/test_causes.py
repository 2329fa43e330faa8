"""`applinks status` and `applinks doctor` name the same causes as the hooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_applinks.estate.diagnosis import Diagnosis
from pulumi_applinks.estate.examining import examine
from pulumi_applinks.lab.applications import Lab
from tests.unit.estate.scene import Scene
from tests.unit.refusals import CAUSES, NAMED, OFF, TOKEN


def examined(scene: Scene) -> Diagnosis:
    """What an examination of the two finds."""
    jira, wiki = scene.named("jira", "wiki")
    return examine(jira, wiki, scene.credentials)


@pytest.mark.parametrize("type_id", ["jira", "confluence", "stash"])
@pytest.mark.parametrize("cause", CAUSES)
def test_why_a_login_is_refused(scene: Scene, cause: str, type_id: str) -> None:
    """Named as far as it is known, with every candidate otherwise."""
    application = scene.start("jira", type_id)
    scene.start("wiki", "bamboo")
    scene.link("jira", "wiki")
    spoil, causes = CAUSES[cause]
    spoil(application, scene.environment)
    (status,) = [one for one in scene.read().applications if one.name == "jira"]
    diagnosis = examined(scene)
    (check,) = [one for one in diagnosis.failed if one.application == "jira" and one.name != "manifest"]
    for told in (status.told or "", check.words):
        assert {one for one in NAMED if one in told} == causes, told
        assert (TOKEN in told) is (OFF in causes)
    assert status.failure == "login"


def test_an_application_that_does_not_trust_the_other_one(scene: Scene, tmp_path: Path, monkeypatch) -> None:
    """The status, the sight and what to do name trust, among what else it can be."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence", tls=True)
    scene.link("jira", "wiki")
    strange = scene.lab.strange_ca_file
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(Path(scene.lab.ca_file).read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    jira.caller._pools.connection_pool_kw["ca_certs"] = strange
    jira.caller._pools.clear()
    link = scene.only()
    assert link.state == "not-working"
    (finding,) = [one for one in link.findings if one.code == "not-working"]
    assert "usually it does not trust the certificate" in finding.words
    assert "import the certificate of the authority of wiki into the Java truststore of jira" in finding.mend
    diagnosis = examined(scene)
    (sight,) = [one for one in diagnosis.failed if one.name == "wiki as seen from there"]
    assert "Or it does not trust the certificate" in sight.words
    assert (
        "behind a firewall or a proxy, give the address at which jira reaches it as wiki.rpc_url"
        in sight.next
    )
    assert "into the Java truststore of jira" in sight.next
    assert wiki.requests.all("client")


def test_a_base_url_with_http_behind_https(lab: Lab, monkeypatch) -> None:
    """Nobody is advised to name the application with http."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", lab.ca_file)
    scene = Scene(lab)
    jira = scene.start("jira", "jira", tls=True)
    scene.start("wiki", "confluence")
    scene.link("jira", "wiki")
    jira.base_url = jira.url.replace("https:", "http:")
    (check,) = [one for one in examined(scene).failed if one.name == "base URL"]
    assert "http://" not in check.next
    assert 'scheme="https", proxyName and proxyPort' in check.next


def test_a_request_that_can_not_be_sent(scene: Scene, tmp_path: Path, monkeypatch) -> None:
    """Passes no check of the way to an application: nothing was sent on it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    scene.start("jira", "jira", tls=True)
    scene.start("wiki", "confluence")
    way = [(one.name, one.outcome) for one in examined(scene).checks if one.application == "jira"][:2]
    assert way[0] == ("request", "failed")
    assert ("TLS", "passed") not in way
