"""Checks with a link, which is created, changed, broken and removed on both ends."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from confirm.authenticating import authenticate, break_off, forget, status
from confirm.instance import Answer, Instance, attempted
from confirm.reading import NOWHERE
from confirm.trial import NAME, PutBack, TrialEnd

_NOT_PERMITTED = "the credentials are no system administrator's"


class NotTried(Exception):
    """Raised when there is no link to try. Its text says why."""


def write(source: Instance, target: Instance, new_url: str | None, put_back: PutBack) -> None:
    """Check everything that needs a link.

    Args:
        source: one application.
        target: the other one.
        new_url: another address of the target.
        put_back: gets each step that restores something, before the change is made.

    Raises:
        NotTried: if a link exists already on either end, or if no link can be created.
    """
    ends = [TrialEnd(source, target), TrialEnd(target, source)]
    for end in ends:
        before = end.listed()
        if before is None:
            raise NotTried(f"the {end.here.role}'s links can't be read")
        if any(_leads_to(end, link) for link in before):
            ours = (
                "by an earlier run, and may be deleted" if end.link().get("name") == NAME else "by somebody"
            )
            raise NotTried(f"the {end.here.role} has a link to the other one, made {ours}")
        put_back.later(f"the {end.here.role}'s list of links is not as it was", _as_before(end, before))
    for end in ends:
        put_back.later(f"the {end.here.role} has the link {end.id}, named “{NAME}”", end.removed)
    _each(ends, _make, _change, _edit, _look_at_rights)
    attempted(_relocate, ends[0], new_url)
    ends[1].here.miss("relocate.moves", "only the source is given a second address")
    ends[1].here.miss("relocate.display", "only the source is given a second address")
    _each(ends, authenticate)
    _each(ends, status)
    for end, other in (ends, ends[::-1]):
        attempted(break_off, end, other)
    _each(ends, forget, _remove, _number)


def _each(ends: Iterable[TrialEnd], *looks: Callable[[TrialEnd], None]) -> None:
    for look in looks:
        for end in ends:
            attempted(look, end)


def _leads_to(end: TrialEnd, link: dict[str, object]) -> bool:
    addresses = (end.there.url, end.there.manifest["url"])
    return link.get("id") == end.id or link.get("rpcUrl") in addresses or link.get("displayUrl") in addresses


def _as_before(end: TrialEnd, before: list[dict[str, object]]) -> Callable[[], bool]:
    def same() -> bool:
        return _seen(end.listed()) == _seen(before)

    return same


def _seen(links: list[dict[str, object]] | None) -> set[tuple[object, ...]] | None:
    if links is None:
        return None
    return {
        tuple(link.get(key) for key in ("id", "name", "displayUrl", "rpcUrl", "isPrimary")) for link in links
    }


def _make(end: TrialEnd) -> None:
    here = end.here
    others = end.others()
    made = end.put()
    end.made = made.status == 201 or bool(end.link())
    if not end.made:  # do not touch an unlisted link with that id, because this run did not create it
        raise NotTried(f"the {here.role} makes no link: it answered {made.status}")
    here.see("put.creates", made.status == 201, made.status)
    here.see("put.tells", made.get("status-code") == 201, made.get("status-code"))
    told = made.entries("resources-created")
    whole = bool(told) and "/applinks/1.0/applicationlink/" in str(told[0].get("href"))
    here.see("put.made", whole, "a list" if told else "no list")
    again = end.put()
    here.see("put.again", (again.status, again.get("status-code")) == (200, 200), again.status)
    link = end.link()
    here.see("id.server", bool(link), "listed" if link else "not listed")
    first = all(other.get("typeId") != end.there.type_id for other in others)
    here.see(
        "primary.first",
        link.get("isPrimary") is first,
        f"the first: {first}, primary: {link.get('isPrimary')}",
    )


def _change(end: TrialEnd) -> None:
    here = end.here
    others = end.others()
    if not others:
        here.miss("name.refused", "there is no other link")
    elif end.has("name.refused"):
        refused = end.put(name=str(others[0]["name"]))
        here.see("name.refused", refused.status == 400, refused.status)
    end.put(displayUrl=f"{NOWHERE}/")
    kept = end.link().get("displayUrl")
    here.see("slash.stripped", kept == NOWHERE, "stripped" if kept == NOWHERE else "not stripped")
    moved = end.put(rpcUrl=NOWHERE)
    taken = end.link().get("rpcUrl") == NOWHERE
    here.see("rpc.kept", moved.status == 400 and not taken, moved.status)
    here.see("rpc.taken", moved.status == 200 and taken, moved.status)
    end.put()


def _edit(end: TrialEnd) -> None:
    here = end.here
    if not end.has("edit3"):
        return
    name = f"{NAME} edited"
    edited = end.put_v3(name=name, rpcUrl=NOWHERE, displayUrl=NOWHERE)
    link = end.link()
    changed = [link.get("name"), link.get("rpcUrl"), link.get("displayUrl")] == [name, NOWHERE, NOWHERE]
    here.see("edit3", edited.status == 200 and changed, edited.status)
    here.fields("edit3.fields", "link3", edited.data)
    broken = end.status()
    told = broken.status == 200 and broken.get("working") is False and isinstance(broken.get("error"), dict)
    here.see("status.broken", told, f"{broken.status} {(broken.get('error') or {}).get('type')}")
    end.put_v3()


def _look_at_rights(end: TrialEnd) -> None:
    here = end.here
    nothing = str(uuid.uuid4())
    rights = end.relocate(nothing, end.there.url)
    here.see("rights.first", rights.status in (403, 404), rights.status)
    if rights.status == 403:
        for fact in ("xsrf.post", "relocate.dead", "relocate.moves", "relocate.display"):
            here.miss(fact, _NOT_PERMITTED)
        return
    forged = end.relocate(nothing, end.there.url, forgery=True)
    stopped = forged.status in (403, 404) and forged.get("status-code") is None
    here.see("xsrf.post", stopped, forged.status)
    dead = end.relocate(end.id, NOWHERE)
    here.see("relocate.dead", dead.status == 409 and not dead.text, _with_body(dead))


def _relocate(end: TrialEnd, new_url: str | None) -> None:
    here = end.here
    if new_url is None:
        for fact in ("relocate.moves", "relocate.display"):
            here.miss(fact, "no second address is given (CONFIRM_TARGET_NEW_URL)")
        return
    if end.has("relocate.display"):
        end.put(displayUrl=NOWHERE)
    moved = end.relocate(end.id, new_url)
    if moved.status == 403:
        return
    link = end.link()
    here.see("relocate.moves", moved.status == 204 and link.get("rpcUrl") == new_url, moved.status)
    shown = link.get("displayUrl") == end.there.manifest["url"]
    here.see("relocate.display", shown, "the manifest's" if shown else "another one")
    end.relocate(end.id, end.there.url)
    end.put()


def _remove(end: TrialEnd) -> None:
    here = end.here
    for fact, code in (("delete.tells", 200), ("delete.again", 404)):
        answer = end.delete()
        here.see(fact, (answer.status, answer.get("status-code")) == (code, code), answer.status)
    listed = end.listed()
    if listed is not None:
        gone = all(link.get("id") != end.id for link in listed)
        here.see("delete.gone", gone, "gone" if gone else "still listed")


def _number(end: TrialEnd) -> None:
    here = end.here
    others = end.others()
    if not others:
        here.miss("name.numbered", "there is no other link")
        return
    taken = str(others[0]["name"])
    made = end.put(name=taken)
    name = str(end.link().get("name"))
    numbered = name != taken and name.startswith(taken)
    here.see(
        "name.numbered",
        made.status == 201 and numbered,
        f"{made.status} {'numbered' if numbered else 'not numbered'}",
    )
    end.removed()


def _with_body(answer: Answer) -> str:
    return f"{answer.status} {'with' if answer.text else 'without'} a body"
