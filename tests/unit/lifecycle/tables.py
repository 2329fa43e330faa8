"""Short ways to write what the pure parts of the lifecycle work on: no application, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle import BOTH, Declaration, End, Ends, Role
from pulumi_applinks.lifecycle.declaration import declare
from pulumi_applinks.lifecycle.link import Desired, Identity, LinkObservation, Recorded, desired_end
from pulumi_applinks.lifecycle.survey import EndSeen, Survey
from pulumi_applinks.rest import (
    ApplinksError,
    Authentication,
    Deadline,
    Level,
    Link,
    Manifest,
    Message,
    OAuthConfig,
)
from tests.unit.lifecycle.recorder import noting

JIRA_ID = "11111111-1111-4111-8111-111111111111"
WIKI_ID = "22222222-2222-4222-8222-222222222222"
IDS: dict[Role, str] = {"source": JIRA_ID, "target": WIKI_ID}
URLS: dict[Role, str] = {"source": "https://jira.example.com", "target": "https://wiki.example.com"}
TYPES: dict[Role, str] = {"source": "jira", "target": "confluence"}
NAMES: dict[Role, str] = {"source": "Jira", "target": "Wiki"}
CONFIG = OAuthConfig(incoming=Level.OAUTH, outgoing=Level.OAUTH)
OTHER_ID = "33333333-3333-4333-8333-333333333333"
NEITHER: dict[str, Any] = {"outgoing": {"level": "none"}, "incoming": {"level": "none"}}
AS_BOT: dict[str, Any] = {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth", "execute_as": "bot"}}
IMPERSONATING: dict[str, Any] = {
    "outgoing": {"level": "oauth-impersonation"},
    "incoming": {"level": "oauth-impersonation"},
}
BOTH_OAUTH = Authentication(incoming=Level.OAUTH, outgoing=Level.OAUTH)


class Silent:
    """A client that must not be asked anything."""

    writes = ()


def declared(**inputs: Any) -> Declaration:
    """A declaration: OAuth in both directions, if nothing else is said."""
    both = {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}}
    given = {
        "source": {"url": URLS["source"], "credentials": "jira"},
        "target": {"url": URLS["target"], "credentials": "wiki"},
        "authentication": both,
        **inputs,
    }
    return declare(given)


def ends(declaration: Declaration, told: list[str] | None = None) -> Ends:
    """Both ends, with clients that must not be asked."""
    client: Any = Silent()
    source, target = (End(role, declaration.party(role), client) for role in BOTH)
    return Ends(declaration, source, target, Deadline(None), _noting(told))


def clients(
    declaration: Declaration, *, source: dict[str, Any], target: dict[str, Any], told: list[str] | None = None
) -> Ends:
    """Both ends, with clients that note what they are asked: two applications that have their links, if nothing else is said.

    Args:
        declaration: what the program says.
        source: what the source's client answers, by method: a value, an error to raise, or a function.
        target: the same for the target.
        told: what a message says so.
    """
    found: dict[Role, End] = {}
    given: dict[Role, dict[str, Any]] = {"source": source, "target": target}
    for role, answers in given.items():
        client = noting()
        client.deadline, client.writes, client.follows = Deadline(0.01), (), Deadline(0)
        usual = {
            "manifest": manifest(role),
            "links": [entry(role)],
            "link": None,
            "delete_link": "deleted",
            "put_link": "created",
            "legacy": None,
            "user": None,
        }
        for name, answer in {**usual, **answers}.items():
            method = getattr(client, name)
            if callable(answer) or isinstance(answer, Exception):
                method.side_effect = answer
            else:
                method.return_value = answer
        found[role] = End(role, declaration.party(role), client)
    return Ends(declaration, found["source"], found["target"], Deadline(0.01), _noting(told))


def _noting(told: list[str] | None) -> Callable[[Message], None]:
    """Notes what a message says so, each in one line."""
    return lambda one: None if told is None else told.append(one.flat)


def asked(both: Ends, role: Role, *methods: str) -> list[Any]:
    """The requests of these kinds that an end's client was asked for, in order; all that change something if none is named."""
    client: Any = both[role].client
    wanted = methods or (
        "put_link",
        "edit_link",
        "relocate",
        "make_primary",
        "migrate",
        "set_oauth",
        "set_execute_as",
        "delete_link",
        "upgrade",
    )
    return [one for one in client.method_calls if one[0] in wanted]


def far(role: Role) -> Role:
    """The other end."""
    return "target" if role == "source" else "source"


def observed(role: Role, **changes: Any) -> LinkObservation:
    """What an end says that is as declared."""
    remote = far(role)
    values = {
        "id": IDS[remote],
        "name": NAMES[remote],
        "display_url": URLS[remote],
        "rpc_url": URLS[remote],
        "outgoing": "oauth",
        "incoming": "oauth",
        **changes,
    }
    return LinkObservation.model_validate(values)


def entry(role: Role, **changes: Any) -> Link:
    """An end's entry in the list."""
    remote = far(role)
    values = {
        "id": IDS[remote],
        "type_id": TYPES[remote],
        "name": NAMES[remote],
        "display_url": URLS[remote],
        "rpc_url": URLS[remote],
        **changes,
    }
    return Link.model_validate(values)


def manifest(role: Role, **changes: Any) -> Manifest:
    """What an application says of itself."""
    values = {
        "id": IDS[role],
        "name": NAMES[role],
        "type_id": TYPES[role],
        "url": URLS[role],
        "applinks_version": "9.1.4",
        **changes,
    }
    return Manifest.model_validate(values)


def identity(role: Role, **changes: Any) -> Identity:
    """Who an application is."""
    return Identity.model_validate(
        {"server_id": IDS[role], "type_id": TYPES[role], "name": NAMES[role], **changes}
    )


def stands(role: Role, *more: Link, **changes: Any) -> EndSeen:
    """An end that has its link."""
    seen = observed(role, **changes)
    link = entry(role, id=seen.id, name=seen.name)
    return EndSeen((link, *more), link, seen)


def surveyed(
    both: Ends | None = None,
    *,
    source: EndSeen | None = None,
    target: EndSeen | None = None,
    failures: dict[Role, ApplinksError] | None = None,
    strangers: dict[Role, str] | None = None,
    manifests: dict[Role, Manifest] | None = None,
    known: Recorded | None = None,
    waited: dict[Role, float] | None = None,
) -> Survey:
    """What was read: both applications answered, if nothing else is said. And what the state knows: nothing then."""
    answered = manifests or {role: manifest(role) for role in BOTH if role not in (failures or {})}
    found: dict[Role, EndSeen] = {}
    if target is not None:
        found["target"] = target
    if source is not None:
        found["source"] = source
    identities = {role: identity(role) for role in BOTH}
    return Survey(
        both or ends(declared()),
        known or Recorded(),
        answered,
        identities,
        failures or {},
        strangers or {},
        found,
        waited or {},
    )


class Failed(ApplinksError):
    """Says that an application is down."""

    def __init__(self, role: Role, passes: bool) -> None:
        Exception.__init__(self)
        object.__setattr__(self, "passes", passes)
        object.__setattr__(self, "role", role)

    @property
    def may_pass(self) -> bool:
        """Whether it may be over after a while."""
        return bool(vars(self)["passes"])

    @property
    def told(self) -> Message:
        """That the application is down."""
        return Message(Code.CONNECTION_REFUSED, f"{vars(self)['role']} is down")


def failed(role: Role, *, may_pass: bool = True) -> ApplinksError:
    """Why an application could not be asked."""
    return Failed(role, may_pass)


def recorded(*managed: Role, **changes: Any) -> Recorded:
    """What a state knows of a link that works."""
    values: dict[str, Any] = {
        "identities": {role: identity(role) for role in BOTH},
        "managed": managed or ("target", "source"),
        "link_ids": {"source": WIKI_ID, "target": JIRA_ID},
        "links": {role: observed(role) for role in BOTH},
        "working": True,
        **changes,
    }
    return Recorded(**values)


NONE, OAUTH, IMPERSONATION = Level.NONE, Level.OAUTH, Level.OAUTH_IMPERSONATION


def same(found: Iterable[Message | str], expected: list[str]) -> None:
    """Each message holds the words that are expected of it, and there is none besides."""
    told = [one if isinstance(one, str) else one.flat for one in found]
    assert len(told) == len(expected), told
    for sentence, words in zip(told, expected, strict=True):
        assert words in sentence


def desired(role: Role) -> Desired:
    """What should be on an end."""
    return desired_end(declared(), role, identity(far(role)))


def status(reason: str | None = None, *, local: OAuthConfig | None = CONFIG, link: Any = None) -> Any:
    """What an application says after trying a link."""
    return SimpleNamespace(
        working=reason is None, local=local, link=link, reason=reason, told=f"it is {reason}"
    )
