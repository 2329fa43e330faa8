"""Checks of a link's authentication and status."""

from __future__ import annotations

import uuid

from confirm.instance import Answer
from confirm.reading import APPLINKS, OAUTH
from confirm.trial import TrialEnd, level

_TYPES = "com.atlassian.applinks.api.auth.types"
_THREE_LEGGED = f"{_TYPES}.OAuthAuthenticationProvider"
_TWO_LEGGED = f"{_TYPES}.TwoLeggedOAuthAuthenticationProvider"
_NOBODY = "applinks-confirm-nobody"


def authenticate(end: TrialEnd) -> None:
    """Set OAuth up for both directions of one end."""
    here = end.here
    if not end.has("provider.added"):
        return
    unknown = _add(end, f"{_TYPES}.NoSuchProvider")
    here.see("provider.unknown", unknown.status == 400, unknown.status)
    added = _add(end, _TWO_LEGGED)
    here.see("provider.added", added.status == 201, added.status)
    listed = here.ask("GET", f"{APPLINKS}/2.0/applicationlink/{end.id}/authentication/provider")
    found = {one.get("provider") for one in listed.entries("authenticationProviders")}
    here.see("provider.key", _TWO_LEGGED in found, listed.status)
    _consume(end)
    here.fields("authentication.fields", "authentication", end.authentication().data)
    if not end.has("oauth.set"):
        return
    _refused(end)
    with_user = _user(end) == _NOBODY
    made = end.set_levels(True, True)
    here.see("oauth.set", made.status == 204, made.status)
    if with_user:
        kept = _user(end) == _NOBODY
        here.see("user.kept", kept, "kept" if kept else "not kept")
    else:
        here.miss("user.kept", "the user was not stored")
    # Requests that run as this unknown user would not work.
    end.set_levels(False, True)
    gone = end.authentication().get("consumers") == []
    here.see("incoming.off", gone, "gone" if gone else "still there")
    end.set_levels(True, True)
    told = here.ask("GET", f"{APPLINKS}/3.0/status/{end.id}/oauth", login=None)
    as_set = told.data == {"incoming": level(True), "outgoing": level(True)}
    here.see("oauth.told", as_set, told.status)


def _add(end: TrialEnd, provider: str) -> Answer:
    path = f"{APPLINKS}/2.0/applicationlink/{end.id}/authentication/provider"
    return end.here.ask("PUT", path, body={"provider": provider, "config": {}})


def _consumer(end: TrialEnd, user: str | None) -> Answer:
    return end.here.ask(
        "PUT",
        f"{OAUTH}/applicationlink/{end.id}/authentication/consumer",
        params={"autoConfigure": "true"},
        body={"twoLOAllowed": True, "twoLOImpersonationAllowed": False, "executingTwoLOUser": user},
    )


def _user(end: TrialEnd) -> object:
    consumers = end.authentication().entries("consumers")
    return consumers[0].get("executingTwoLOUser") if consumers else None


def _consume(end: TrialEnd) -> None:
    here = end.here
    made = _consumer(end, _NOBODY)
    stored = made.status == 201 and _user(end) == _NOBODY
    if made.status != 201:
        made = _consumer(end, None)
    if made.status == 500 and not _reaches(end):
        for fact in ("consumer.made", "user.unchecked"):
            here.miss(fact, "it does not reach the other one")
        return
    here.see("consumer.made", made.status == 201, made.status)
    here.see("user.unchecked", stored, "stored" if stored else "refused")


def _reaches(end: TrialEnd) -> bool:
    path = f"{APPLINKS}/1.0/applicationlinkForm/manifest"
    return not end.here.ask("GET", path, params={"url": end.there.url}).get("code")


def _refused(end: TrialEnd) -> None:
    here = end.here
    nothing = str(uuid.uuid4())
    path = f"{APPLINKS}/3.0/status/{nothing}/oauth"
    xml = here.ask("PUT", path, xml="<oauth/>")
    here.see("oauth.json", xml.status == 415, xml.status)
    incomplete = here.ask("PUT", path, body={"incoming": level(True)})
    here.see("oauth.incomplete", incomplete.status == 500, incomplete.status)
    unknown = end.set_levels(True, True, nothing)
    here.see("oauth.unknown", unknown.status == 404, unknown.status)


def status(end: TrialEnd) -> None:
    """Check the status of a link with OAuth in both directions."""
    here = end.here
    if not end.has("status.fields"):
        return
    answer = end.status()
    here.fields("status.fields", "link_status", answer.data)
    error = answer.get("error") or {}
    if not (end.has("status.levels") and _has_status(end.there.generation)):
        why = "the other one has no status"
    elif error.get("category") == "NETWORK_ERROR":
        why = f"it does not reach the other one: {error.get('type')}"
    else:
        both = {"incoming": level(True), "outgoing": level(True)}
        told = answer.get("localAuthentication") == both == answer.get("remoteAuthentication")
        here.see("status.levels", told, "as set" if told else "others")
        here.see("status.working", answer.get("working") is True, error.get("type") or "works")
        return
    here.miss("status.levels", why)
    here.miss("status.working", why)


def _has_status(generation: str) -> bool:
    return generation not in ("3", "5")


def break_off(end: TrialEnd, other: TrialEnd) -> None:
    """Switch off the other end's incoming requests, check this end's status, and restore the other end."""
    here = end.here
    if not (end.has("status.mismatch") and _has_status(end.there.generation)):
        here.miss("status.mismatch", "the other one has no status")
        return
    other.set_levels(False, True)
    found = (end.status().get("error") or {}).get("type")
    here.see("status.mismatch", found == "AUTH_LEVEL_MISMATCH", found)
    other.set_levels(True, True)


def forget(end: TrialEnd) -> None:
    """Remove OAuth with the servlet."""
    here = end.here
    if not end.has("autoconfig.2lo"):
        return
    for provider in (_TWO_LEGGED, _THREE_LEGGED):
        _add(end, provider)
    answer = here.ask("DELETE", f"/plugins/servlet/applinks/auth/conf/oauth/autoconfig/{end.id}", accept="")
    if 300 <= answer.status < 400:
        here.miss("autoconfig.2lo", "it asks for a secure administrator session")
        return
    found = end.authentication()
    left = {one.get("provider") for one in found.entries("configuredAuthProviders")}
    as_told = found.get("consumers") == [] and _TWO_LEGGED in left and _THREE_LEGGED not in left
    html = answer.content_type == "text/html"
    here.see(
        "autoconfig.2lo", answer.status == 200 and html and as_told, f"{answer.status} {answer.content_type}"
    )
