"""Whoever compares addresses compares them as addresses: a scheme or a host in capitals, a default port and slashes make no other one."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_applinks import hooks, properties
from pulumi_applinks.estate import (
    ApplicationIdentity,
    Estate,
    EstateApplication,
    EstateEnd,
    EstateLink,
    Named,
)
from pulumi_applinks.estate.managing import with_managed
from pulumi_applinks.estate.map import picture_of
from pulumi_applinks.estate.moving import patch, pointing
from pulumi_applinks.estate.sources import together
from pulumi_applinks.estate.stacks import ManagedEnd
from pulumi_applinks.lifecycle.declaration import declare
from pulumi_applinks.rest import Sessions, normalised_url, same_address

HOSTS = {
    "wiki.example.com": ["wiki.example.com", "WIKI.example.COM"],
    "bücher.example": ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example", "XN--bcher-kva.example"],
    "[fe80::a]": ["[fe80::a]", "[FE80::A]"],
    "10.0.0.1": ["10.0.0.1"],
}
SCHEMES = {"http": (["http", "HTTP", "Http"], ":80"), "https": (["https", "HTTPS", "hTTps"], ":443")}
OTHER = "https://jira.example.org"
RULES = Path(__file__).parents[2] / "examples" / "policy_pack" / "rules.py"


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Two spellings of one address."""
    scheme, host = draw(st.sampled_from(sorted(SCHEMES))), draw(st.sampled_from(sorted(HOSTS)))
    schemes, default = SCHEMES[scheme]
    port, path = (
        draw(st.sampled_from([[""], ["", default], [":8443"]])),
        draw(st.sampled_from(["", "/wiki", "/Wiki/x"])),
    )

    def one() -> str:
        parts = (schemes, ["://"], HOSTS[host], port, [path], ["", "/", "//"])
        return "".join(draw(st.sampled_from(part)) for part in parts)

    return one(), one()


def declared(url: str) -> dict[str, Any]:
    """The inputs of a link to it."""
    return {"source": {"url": OTHER, "credentials": "jira"}, "target": {"url": url, "credentials": "wiki"}}


def estate(url: str) -> Estate:
    """A Jira that has a link to it."""
    seen = ApplicationIdentity("1", "jira", "Jira", OTHER)
    link = EstateLink(
        (EstateEnd("jira", "2", display_url=url, rpc_url=url),), "working", "", "wiki", "not-named"
    )
    return Estate((EstateApplication(Named("jira", OTHER), seen),), (link,))


def found_in_program(tmp: Path, one: str, other: str) -> bool:
    """Whether a program with it is patched."""
    (tmp / "__main__.py").write_text(f'wiki = Application("{one}", credentials="wiki")\n', encoding="utf-8")
    return "+wiki = Application(" in patch(tmp, other, "https://new.example.com")


def drawn_once(one: str, other: str) -> bool:
    """Whether a link is drawn to the application that is named."""
    named = EstateApplication(Named("wiki", other))
    found = estate(one)
    picture = picture_of(Estate((*found.applications, named), found.links))
    return len(picture.nodes) == 2


def managed_by_addresses(one: str, other: str) -> bool:
    """Whether a state without ids marks the end."""
    end = ManagedEnd("r", None, None, (OTHER,), (other,), urn="urn")
    return with_managed(estate(one), [end]).links[0].managed_by == "r"


def known_as(one: str, other: str) -> bool:
    """Whether the hooks take two declarations for that of one resource."""
    first, second = (hooks._declares(declare(declared(url))) for url in (one, other))
    return first == second


def shared(one: str, other: str) -> bool:
    """Whether what is known about the application is shared."""
    applications = Sessions()
    try:
        return applications.at(one) is applications.at(other)
    finally:
        applications.close()


DECIDERS = {
    "same_address": same_address,
    "normalised": lambda one, other: normalised_url(one) == normalised_url(other),
    "together": lambda one, other: len(together([Named("a", one)], [Named("b", other)])) == 1,
    "pointing": lambda one, other: len(pointing(estate(one), other, OTHER, None)) == 1,
    "drawn": drawn_once,
    "managed": managed_by_addresses,
    "hooks": known_as,
    "inputs": lambda one, other: properties.changed_inputs(declared(one), declared(other)) == set(),
    "shared": shared,
}


@pytest.mark.parametrize("decider", DECIDERS)
@given(both=spellings())
@settings(max_examples=60)
def test_two_spellings_are_one_address(decider: str, both: tuple[str, str]):
    """For each place that decides on it."""
    assert DECIDERS[decider](*both)


@given(both=spellings())
@settings(max_examples=60)
def test_a_program_is_patched_however_it_spells_an_address(
    tmp_path_factory: pytest.TempPathFactory, both: tuple[str, str]
):
    """And another address in it is left as it is."""
    one, other = both
    folder = tmp_path_factory.mktemp("program")
    assert found_in_program(folder, one, other)
    longer = [] if one.rstrip("/").endswith("]") else [f"{one.rstrip('/')}x"]
    for text in (f"{one.rstrip('/')}/below", one.replace("://", "://user:word@"), *longer):
        assert not found_in_program(folder, text, other)


@pytest.mark.parametrize("decider", DECIDERS)
@pytest.mark.parametrize(
    "other", ["http://wiki.example.com", "https://wiki.example.com:8443", "https://wiki.example.com/Wiki"]
)
def test_another_address_is_another_one(decider: str, other: str):
    """By its scheme, its port, or its path, in which capitals matter."""
    one = "https://wiki.example.com" + ("/wiki" if other.endswith("/Wiki") else "")
    assert not DECIDERS[decider](one, other)


def test_the_policy_pack_compares_addresses_too(monkeypatch: pytest.MonkeyPatch):
    """It will be copied, so it has a comparison of its own."""
    pack: Any = SimpleNamespace(
        EnforcementLevel=SimpleNamespace(MANDATORY=1),
        PolicyPack=lambda **_: None,
        ReportViolation=object,
        ResourceValidationArgs=object,
        ResourceValidationPolicy=lambda **_: None,
    )
    monkeypatch.setitem(sys.modules, "pulumi_policy", pack)
    rules = runpy.run_path(str(RULES))

    assert rules["_same"]("HTTPS://Wiki.example.com:443/", "https://wiki.example.com")
    assert not rules["_same"]("https://wiki.example.com/wiki", "https://wiki.example.com/Wiki")
    told: list[str] = []
    properties = {**declared("HTTPS://Wiki.example.com"), "two_way": True}
    args = SimpleNamespace(resource_type="pulumi-python:dynamic/company:Link", props=properties)
    rules["https_only"](args, lambda text, _: told.append(text))
    assert told == []
