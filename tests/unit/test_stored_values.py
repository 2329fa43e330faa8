"""What stacks have stored stays readable: each value that an input or an output could have, it can have still."""

from typing import Any, get_args

import pytest

from pulumi_applinks import properties
from pulumi_applinks.lifecycle import LinkObservation
from pulumi_applinks.lifecycle.declaration import SCHEMA
from pulumi_applinks.names import LinkStatus
from pulumi_applinks.rest import Level

TEXT = {"string"}
KINDS = {"jira", "confluence", "stash", "bamboo", "crowd", "fecru", "refapp"}
LEVELS = {"none", "oauth", "oauth-impersonation"}
APPLICATION = {
    "url": TEXT,
    "rpc_url": TEXT,
    "api_url": TEXT,
    "credentials": TEXT,
    "credentials.username": TEXT,
    "credentials.password": TEXT,
    "credentials.token": TEXT,
    "name": TEXT,
    "kind": KINDS,
    "cloud": {"boolean"},
}
STORED_INPUTS: dict[str, set[str]] = {
    **{f"{role}.{key}": kinds for role in ("source", "target") for key, kinds in APPLICATION.items()},
    "authentication.outgoing.level": LEVELS,
    "authentication.outgoing.execute_as": TEXT,
    "authentication.incoming.level": LEVELS,
    "authentication.incoming.execute_as": TEXT,
    "two_way": {"boolean"},
    "manage": {"both", "source"},
    "on_existing": {"fail", "adopt"},
    "on_unreachable_create": {"fail", "one_way"},
    "on_unreachable_relocate": {"fail", "relocate"},
    "on_unreachable_delete": {"fail", "leave"},
    "on_duplicate": {"report", "remove"},
    "primary": {"boolean"},
    "reverse_primary": {"boolean"},
    "wait_for_target": {"number"},
    "timeout_seconds": {"number"},
}
ENTRY = {"declared": "declared", "observed": "observed", "on": "source"}


def accepted(schema: dict[str, Any]) -> dict[str, set[str]]:
    """Each path of a JSON schema, with the types or the words that it takes."""
    found: dict[str, set[str]] = {}

    def walk(part: dict[str, Any], path: str) -> None:
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
        for choice in part.get("anyOf", ()):
            walk(choice, path)
        for name, inner in part.get("properties", {}).items():
            walk(inner, f"{path}.{name}" if path else name)
        words = {*part.get("enum", ()), *([part["const"]] if "const" in part else [])}
        if not words and part.get("type") not in (None, "object", "null"):
            words = {part["type"]}
        if words:
            found.setdefault(path, set()).update(words)

    walk(schema, "")
    return found


@pytest.mark.parametrize("path", STORED_INPUTS)
def test_an_input_takes_what_it_took(path):
    """Its name, nested names too, its type, and each word of a closed set: programs and states have them."""
    assert STORED_INPUTS[path] <= accepted(SCHEMA.json_schema())[path]


def test_no_input_has_become_required():
    """Two applications are enough, and of those nothing that a program omitted."""
    declaration, findings = properties.parse({"source": {}, "target": {}})

    assert findings == []
    assert declaration is not None


def test_the_words_that_outputs_have():
    """Programs compare them."""
    assert set(get_args(LinkStatus)) >= {
        "working", "one-way", "no-authentication", "incomplete", "not-working", "unreachable", "unknown",
    }  # fmt: skip
    assert {level.value for level in Level} >= {
        *LEVELS, "oauth-3lo-only", "trusted-applications", "basic-access",
    }  # fmt: skip


def test_what_an_end_was_seen_as_is_read_again():
    """`source_link` and `target_link`, with everything that a state may have, and with the least."""
    whole = {
        "id": "8f6e", "name": "Docs", "display_url": "http://wiki", "rpc_url": "http://wiki", "primary": True,
        "outgoing": "oauth", "incoming": "trusted-applications", "execute_as": "bot", "duplicates": ["a"],
        "other_entries": ["An OAuth 2.0 client"],
    }  # fmt: skip
    least = {"id": "8f6e", "name": "Docs", "display_url": "http://wiki"}

    assert LinkObservation.model_validate(whole).model_dump(mode="json", exclude_none=True) == whole
    assert LinkObservation.model_validate(least).duplicates == ()


@pytest.mark.parametrize(
    "path",
    [
        "target.name",
        "target.url",
        "target.rpc_url",
        "source.name",
        "source.url",
        "source.rpc_url",
        "authentication.outgoing.level",
        "authentication.incoming.level",
        "authentication.outgoing.execute_as",
        "authentication.incoming.execute_as",
    ],
)
def test_what_a_program_declared_is_found_in_recorded_drift(path):
    """An entry has what is declared, what was observed and on which end; `added` when the program had not said anything."""
    top, *rest = path.split(".")
    observed: Any = "observed"
    for part in reversed(rest):
        observed = {part: observed}

    def declared(entry: dict[str, Any]) -> Any:
        value: Any = properties.inputs_of({top: observed, "drift": {path: entry}})[top]
        for part in rest:
            value = value.get(part)
        return value

    assert declared(ENTRY) == "declared"
    assert declared({**ENTRY, "added": True}) is None


def test_what_a_state_knows_of_the_applications():
    """Who they are, which ends were made, and under which ids."""
    state = {
        "source_server_id": "one", "source_type": "jira", "source_name": "Jira",
        "target_server_id": "two", "target_type": "confluence", "target_name": "Wiki",
        "link_id": "two", "reverse_link_id": "one", "managed_ends": ["source", "target"], "drift": {},
    }  # fmt: skip
    known = properties.recorded_in(state, "one/two", ("source",))

    assert {role: identity.server_id for role, identity in known.identities.items()} == {
        "source": "one",
        "target": "two",
    }
    assert set(known.managed) == {"source", "target"}
    assert known.link_ids == {"source": "two", "target": "one"}
