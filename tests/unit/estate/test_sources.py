"""Which applications there are: from a command line, a file, a stack's state."""

from __future__ import annotations

import json
import textwrap

import pytest

from pulumi_applinks.estate import EstateError, Named
from pulumi_applinks.estate.managing import with_managed
from pulumi_applinks.estate.sources import named, of_file, together
from pulumi_applinks.estate.stacks import StackError, exported, of_state
from pulumi_applinks.names import DYNAMIC_TYPE
from tests.unit.estate.scene import SOMEBODY

WRAPPED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:secret"}


def test_a_name_is_the_name_of_the_credentials():
    """As a person types it."""
    assert named("jira=https://jira.example.com/") == Named(
        "jira", "https://jira.example.com", credentials="jira"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://jira.example.com", "not NAME=URL"),
        ("https://jira.example.com/?a=b", "not NAME=URL"),
        ("jira", "not NAME=URL"),
        ("jira=jira.example.com", "not an absolute http or https URL"),
        ("jira=https://user:planted@jira.example.com", "a user or a password"),
        ("a b=https://jira.example.com", "letters, digits"),
    ],
)
def test_what_is_no_application_is_told(text, says):
    """Without what could be a password."""
    with pytest.raises(EstateError, match=says) as error:
        named(text)

    assert "planted" not in str(error.value)


def test_a_file_names_applications():
    """With a URL alone, or with all there is to say."""
    text = textwrap.dedent(
        """
        applications:
          jira: https://jira.example.com
          wiki:
            url: https://wiki.example.com
            rpc_url: http://wiki.internal:8090
            api_url: https://wiki.admin.example.com
            credentials: confluence
            site: london
        """
    )

    assert of_file(text, "applinks.yaml") == (
        Named("jira", "https://jira.example.com", credentials="jira"),
        Named(
            "wiki",
            "https://wiki.example.com",
            "http://wiki.internal:8090",
            "https://wiki.admin.example.com",
            "confluence",
            "london",
        ),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("applications: [", "not YAML in line 1"),
        ("- jira", "has no applications"),
        ("applications: {}", "has no applications"),
        ("applications: {jira: {}}", "url is not given"),
        ("applications: {jira: 7}", "give the URL"),
        ("applications: {jira: {url: 'https://j.example.com', password: planted}}", "password is not known"),
        ("applications: {jira: {url: j.example.com}}", "jira: url is not an absolute"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(text, says):
    """With the file and the place in it; no value is quoted."""
    with pytest.raises(EstateError, match=says) as error:
        of_file(text, "applinks.yaml")

    assert "applinks.yaml" in str(error.value)
    assert "planted" not in str(error.value)


def resource(name="jira-wiki", **outputs):
    """A link as a state has it."""
    source, target = (
        {"url": "https://jira.example.com", "credentials": "jira"},
        {"url": "https://wiki.example.com", "api_url": "http://wiki.internal"},
    )
    inputs = {
        "source": source,
        "target": target,
        "two_way": True,
        "authentication": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
    }
    return {
        "urn": f"urn:pulumi:dev::story::{DYNAMIC_TYPE}::{name}",
        "type": DYNAMIC_TYPE,
        "id": "aaa/bbb",
        "inputs": inputs,
        "outputs": {
            **inputs,
            "link_id": "bbb",
            "source_server_id": "aaa",
            "target_server_id": "bbb",
            "managed_ends": ["target", "source"],
            **outputs,
        },
    }


def state(*resources):
    """A state with these."""
    return json.dumps(
        {"version": 3, "deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, *resources]}}
    )


def test_a_state_tells_its_applications_and_what_it_manages():
    """By the names of their credentials; else by their hosts."""
    stack = of_state(state(resource()), "a file")

    assert stack.applications == (
        Named("jira", "https://jira.example.com", credentials="jira"),
        Named("wiki", "https://wiki.example.com", api_url="http://wiki.internal", credentials="wiki"),
    )
    assert {(one.server_id, one.link_id, one.resource) for one in stack.managed} == {
        ("aaa", "bbb", "jira-wiki"),
        ("bbb", "aaa", "jira-wiki"),
    }


def test_the_file_of_a_local_backend_is_a_state_too():
    """Not only what `pulumi stack export` writes."""
    deployment = json.loads(state(resource()))["deployment"]
    text = json.dumps({"version": 3, "checkpoint": {"stack": "dev", "latest": deployment}})

    assert of_state(text, "a file") == of_state(state(resource()), "a file")


def test_what_a_state_observed_is_not_what_it_declares():
    """An address that somebody else wrote is no place to send a login to."""
    drift = {
        "target.url": {
            "declared": "https://wiki.example.com",
            "observed": "https://evil.example.com",
            "on": "source",
        }
    }
    observed = {"url": "https://evil.example.com", "api_url": "http://wiki.internal"}
    stack = of_state(state(resource(target=observed, drift=drift)), "a file")

    assert [one.url for one in stack.applications] == ["https://jira.example.com", "https://wiki.example.com"]


def test_a_secret_in_a_state_stays_there():
    """Credentials of the program are no name; the application's name is taken."""
    source = {"url": "https://jira.example.com", "credentials": {"username": "admin", "password": WRAPPED}}
    stack = of_state(state(resource(source=source)), "a file")

    assert stack.applications[0] == Named("jira", "https://jira.example.com", credentials="jira")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"deployment": []}'])
def test_what_is_no_state_is_told(text):
    """With what to give."""
    with pytest.raises(StackError, match="pulumi stack export"):
        of_state(text, "the file")


def test_without_the_cli_a_stack_has_to_be_a_file(monkeypatch, tmp_path):
    """And the message says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="`pulumi` is not on PATH"):
        exported("dev", tmp_path)


def test_sources_come_together():
    """One application by two names is the first one; two by one name are a mistake."""
    jira, again = Named("jira", "https://jira.example.com"), Named("issues", "https://JIRA.example.com/")

    assert together([jira], [again]) == (jira,)
    with pytest.raises(EstateError, match="two applications are named jira"):
        together([jira], [Named("jira", "https://other.example.com")])


def managed(pair, **outputs):
    """The state of a stack that has the link between the two."""
    jira, wiki = pair["jira"], pair["wiki"]
    ids = {
        "link_id": wiki.server_id,
        "source_server_id": jira.server_id,
        "target_server_id": wiki.server_id,
        "source": {"url": jira.url},
        "target": {"url": wiki.url},
    }
    return of_state(state(resource(**{**ids, **outputs})), "a file").managed


def test_what_a_stack_manages_is_marked(pair):
    """Both ends of its link; nothing else."""
    pair["wiki"].link_by_hand(pair["jira"], link_id=SOMEBODY, name="Old Jira")
    estate = with_managed(pair.read(), managed(pair))

    assert {link.state: link.managed_by for link in estate.links} == {
        "working": "jira-wiki",
        "duplicated": None,
    }


def test_a_state_without_ids_knows_its_ends_by_their_addresses(pair):
    """What it may manage is marked rather than not."""
    jira, wiki = pair["jira"], pair["wiki"]
    unknown = resource(source={"url": jira.url}, target={"url": wiki.url}, link_id=None)
    unknown["outputs"] |= {"source_server_id": None, "target_server_id": None, "managed_ends": None}
    ends = of_state(state({**unknown, "id": ""}), "a file").managed
    (link,) = with_managed(pair.read(), ends).links

    assert {(one.server_id, one.link_id) for one in ends} == {(None, None)}
    assert [end.managed_by for end in link.ends] == ["jira-wiki", "jira-wiki"]


def test_what_a_program_means_is_no_finding(scene):
    """A link that is declared one-way is one-way, and all is well."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence")
    jira.link_by_hand(wiki)
    ends = managed(scene, two_way=False, managed_ends=["source"])
    (link,) = with_managed(scene.read(), ends).links

    assert (link.state, link.managed_by, link.findings) == ("one-way", "jira-wiki", ())
