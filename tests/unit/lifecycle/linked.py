"""Both ends of a link, with clients that note what they are asked: for the operations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle import BOTH, Claims, Ends, Register, Report, Role, create, update
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.rest import ApplinksError, Message, OAuthConfig, Sighting
from tests.unit.lifecycle.tables import (
    BOTH_OAUTH,
    CONFIG,
    asked,
    clients,
    declared,
    entry,
    far,
    manifest,
    recorded,
)


def status(role: Role, reason: str | None = None, *, local: OAuthConfig | None = CONFIG) -> Any:
    """What an end says after trying its link."""
    told = f"it is {reason}"
    return SimpleNamespace(working=reason is None, local=local, link=entry(role), reason=reason, told=told)


def raising(kind: type[ApplinksError], told: str) -> ApplinksError:
    """What an application refused."""
    words = {"__init__": lambda error: Exception.__init__(error, told), "told": Message(Code.REFUSED, told)}
    error: ApplinksError = type(kind.__name__, (kind,), {**words, "may_pass": False, "maybe_done": False})()
    return error


class Linked:
    """Both ends, whose clients remember what is written: an application as far as the operations look."""

    def __init__(self, *there: Role, told: list[str] | None = None, **inputs: Any) -> None:
        self.told: list[str] = told if told is not None else []
        self.ends: Ends = clients(declared(**inputs), source={}, target={}, told=self.told)
        for role in BOTH:
            client: Any = self.ends[role].client
            client.links.return_value = [entry(role)] if role in there else []
            client.authentication.return_value = BOTH_OAUTH
            client.status.return_value = status(role)
            client.sees.return_value = Sighting(kind="application", manifest=manifest(far(role)))
            client.put_link.side_effect = self._noted(role, "created")
            client.delete_link.side_effect = self._noted(role, "deleted")
            for name in ("set_oauth", "edit_link", "relocate", "make_primary", "set_execute_as"):
                getattr(client, name).side_effect = self._noted(role, True)

    def _noted(self, role: Role, answer: Any) -> Any:
        def write(*arguments: Any, **_named: Any) -> Any:
            client: Any = self.ends[role].client
            client.writes = (*client.writes, "a write")
            if answer == "created":
                client.links.return_value = [entry(role)]
            elif answer == "deleted":
                client.links.return_value = []
            return answer

        return write

    def answers(self, role: Role, **answers: Any) -> Linked:
        """Let an end answer these instead."""
        for name, answer in answers.items():
            method = getattr(self.ends[role].client, name)
            method.side_effect, method.return_value = (
                (answer, None) if isinstance(answer, Exception) else (None, answer)
            )
        return self

    def written(self, role: Role) -> list[str]:
        """What an end was asked to change."""
        return [one[0] for one in asked(self.ends, role)]

    def create(self, register: Register | None = None) -> Report:
        """Make the link."""
        return create(self.ends, Claims(register or Register(), "it"))

    def update(self, known: Recorded | None = None) -> Report:
        """Change it."""
        return update(self.ends, known or recorded(), Claims(Register(), "it"))
