"""Contracts with people's stacks: a change here needs a migration, not a new expectation."""

import base64
import dataclasses
import functools
import inspect
import json
import operator
from collections.abc import Awaitable
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import dill
import pulumi
import pytest
from pulumi.dynamic.dynamic import serialize_provider

import pulumi_applinks
from pulumi_applinks import Application, ApplicationLink, names
from pulumi_applinks.lifecycle import LinkObservation
from pulumi_applinks.lifecycle.declaration import Declaration, Party
from pulumi_applinks.outputs import LevelSeen, LinkEnd
from pulumi_applinks.provider import ApplicationLinkProvider
from pulumi_applinks.resources import DeclaredLink
from pulumi_applinks.rest import Level
from pulumi_applinks.rest.products import PRODUCTS


def test_what_a_program_imports():
    """The public names."""
    assert sorted(pulumi_applinks.__all__) == [
        "Application",
        "ApplicationLink",
        "Authentication",
        "Credentials",
        "Difference",
        "Impersonating",
        "Kind",
        "Legacy",
        "LinkEnd",
        "LinkStatus",
        "NoAuthentication",
        "NonImpersonating",
        "PerDirection",
    ]


def test_the_type_token_is_part_of_every_urn():
    """The token in the state."""
    assert ApplicationLink._resource_type_name == "dynamic/applinks:ApplicationLink"


class OfTheCompany(ApplicationLink):
    """What a team with many links writes first."""


class OfATeam(OfTheCompany):
    """Derived from that."""


class Named(ApplicationLink, module="company", name="Link"):
    """With a token of its own."""


class OfANamed(Named):
    """Derived from one with a token of its own."""


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        (OfTheCompany, "dynamic/applinks:ApplicationLink"),
        (OfATeam, "dynamic/applinks:ApplicationLink"),
        (Named, "dynamic/company:Link"),
        (OfANamed, "dynamic/company:Link"),
    ],
)
def test_a_derived_class_keeps_the_token_unless_it_names_one(kind: type[ApplicationLink], token: str):
    """With another one its links would be other resources: deleted and recreated, and not found by the command or by policies."""
    assert kind._resource_type_name == token


def test_a_state_stores_the_provider_by_its_dotted_path():
    """A reference, not frozen code: an old stack is destroyed by today's provider."""
    stored = base64.b64decode(serialize_provider(ApplicationLinkProvider()))

    assert b"pulumi_applinks.provider" in stored
    assert b"ApplicationLinkProvider" in stored
    assert len(stored) < 100
    assert isinstance(dill.loads(stored), ApplicationLinkProvider)


def test_the_cli_looks_for_no_plugin():
    """A package whose name begins with pulumi- has one to be downloaded at each run, unless it says otherwise."""
    told = json.loads(
        Path(pulumi_applinks.__file__).with_name("pulumi-plugin.json").read_text(encoding="utf-8")
    )

    assert told["resource"] is False


RELEASED_INPUTS = {
    "source": dataclasses.MISSING,
    "target": dataclasses.MISSING,
    "authentication": None,
    "two_way": True,
    "manage": "both",
    "on_existing": "fail",
    "on_unreachable_create": "fail",
    "on_unreachable_relocate": "fail",
    "on_unreachable_delete": "fail",
    "on_duplicate": "report",
    "primary": None,
    "reverse_primary": None,
    "wait_for_target": 0,
    "timeout_seconds": 120,
}
ADDED_INPUTS = {"on_broken": "warn", "on_legacy": "report", "watch_drift": False}
APPLICATION = ("url", "rpc_url", "api_url", "credentials", "name", "kind", "cloud", "manifest_needs_login")
RELEASED_OUTPUTS = {
    "link_id",
    "reverse_link_id",
    "source_type",
    "target_type",
    "source_name",
    "target_name",
    "source_server_id",
    "target_server_id",
    "source_link",
    "target_link",
    "managed_ends",
    "status",
    "status_detail",
    "drift",
}
ADDED_OUTPUTS = {"legacy", "state_version"}
POLICIES = {
    "source.credentials",
    "target.credentials",
    "source.manifest_needs_login",
    "target.manifest_needs_login",
    "on_existing",
    "on_unreachable_create",
    "on_unreachable_relocate",
    "on_unreachable_delete",
    "on_broken",
    "watch_drift",
    "wait_for_target",
    "timeout_seconds",
}


def defaults(table: type[Any]) -> dict[str, object]:
    """The fields of a table, with their defaults."""
    return {row.name: row.default for row in dataclasses.fields(table)}


def test_the_inputs_and_their_defaults():
    """What a program's declaration is called in the state, and what a program gets that says nothing."""
    assert defaults(names.LinkInputs) == {**RELEASED_INPUTS, **ADDED_INPUTS}
    assert set(names.INPUTS) == {*RELEASED_INPUTS, *ADDED_INPUTS}
    assert defaults(names.ApplicationInputs) == dict.fromkeys(APPLICATION)


def test_the_inputs_that_change_nothing_on_an_application():
    """A program that changes these alone sends no request that writes."""
    assert names.POLICIES == POLICIES


def test_the_outputs():
    """What a link gives other resources: each is an attribute of the resource."""
    assert set(names.OUTPUTS) == RELEASED_OUTPUTS | ADDED_OUTPUTS
    assert set(names.OUTPUTS) <= set(DeclaredLink.__annotations__)


def test_the_types_of_the_outputs_are_what_is_stored():
    """Each word of a status, each level, and each part of what an application says of its end."""
    kept = LinkObservation(id="a", name="b", display_url="c", rpc_url="d", execute_as="e")

    assert set(get_args(LevelSeen)) == {level.value for level in Level}
    assert set(kept.model_dump(mode="json")) == set(LinkEnd.__annotations__)


def test_the_types_of_applications_are_the_products():
    """A program can name each product that is known, and no other."""
    assert set(get_args(names.TypeId)) == set(PRODUCTS)


def plain(annotation: object) -> object:
    """The type of a value, where a program may give an output of it instead."""
    kinds = [kind for kind in get_args(annotation) if get_origin(kind) not in (Awaitable, pulumi.Output)]
    return (
        functools.reduce(operator.or_, kinds) if get_origin(annotation) in (Union, UnionType) else annotation
    )


def test_what_a_program_gives_is_what_the_table_has():
    """Names, order, types and defaults, of a link and of an application."""
    for given, table in ((ApplicationLink, names.LinkInputs), (Application, names.ApplicationInputs)):
        signature = inspect.signature(given).parameters
        types = get_type_hints(given.__init__, localns={"Output": pulumi.Output, "T": Any})
        stored = get_type_hints(table)
        rows = defaults(table)
        assert [name for name in signature if name not in ("resource_name", "opts")] == list(rows)
        for name, default in rows.items():
            parameter = signature[name]
            if parameter.default is not inspect.Parameter.empty:
                assert parameter.default == default, name
            if name not in ("source", "target", "authentication", "url", "credentials", "kind"):
                assert plain(types[name]) == stored[name], name


def test_the_declaration_has_the_fields_of_the_table():
    """With the same defaults: nothing is declared that a program can't give, and nothing is dropped."""
    link, application = defaults(Declaration), defaults(Party)

    assert application == defaults(names.ApplicationInputs)
    assert set(link) - set(names.INPUTS) == {"unknown"}
    assert {name: link[name] for name in names.INPUTS if name != "authentication"} == {
        name: default for name, default in defaults(names.LinkInputs).items() if name != "authentication"
    }
