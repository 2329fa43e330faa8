"""Contracts with people's stacks: a change here needs a migration, not a new expectation."""

import base64
import json
from pathlib import Path

import dill
from pulumi.dynamic.dynamic import serialize_provider

import pulumi_applinks
from pulumi_applinks import ApplicationLink, properties
from pulumi_applinks.provider import ApplicationLinkProvider


def test_what_a_program_imports():
    """The public names."""
    assert sorted(pulumi_applinks.__all__) == [
        "Application",
        "ApplicationLink",
        "Credentials",
        "Impersonating",
        "NoAuthentication",
        "NonImpersonating",
        "PerDirection",
    ]


def test_the_type_token_is_part_of_every_urn():
    """The token in the state."""
    assert ApplicationLink._resource_type_name == "dynamic/applinks:ApplicationLink"


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


def test_the_keys_of_the_inputs():
    """What a program's declaration is called in the state."""
    assert properties.INPUTS == (
        "source",
        "target",
        "authentication",
        "two_way",
        "manage",
        "on_existing",
        "on_unreachable_create",
        "on_unreachable_relocate",
        "on_unreachable_delete",
        "on_duplicate",
        "primary",
        "reverse_primary",
        "wait_for_target",
        "timeout_seconds",
    )


def test_the_keys_of_the_outputs():
    """What a link tells other resources."""
    assert properties.OUTPUTS == (
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
    )
    assert set(properties.OUTPUTS) <= set(ApplicationLink.__annotations__)
