"""How an application's links are authenticated, in both directions, and whether they work: what is read of it."""

from __future__ import annotations

import time
from typing import Any

from pulumi_applinks.rest import calls
from pulumi_applinks.rest.answer import Answer
from pulumi_applinks.rest.errors import ApplinksError
from pulumi_applinks.rest.interpretation import MISSING
from pulumi_applinks.rest.levels import (
    known_providers,
    legacy_of_providers,
    level_of_flags,
    level_of_providers,
)
from pulumi_applinks.rest.links import LinkResources
from pulumi_applinks.rest.models import Authentication, Consumer, Legacy, PublicKey
from pulumi_applinks.rest.parsing import entries
from pulumi_applinks.rest.status import Status, Unanswered
from pulumi_applinks.rest.transport import came_too_late


class AuthenticationResources(LinkResources):
    """The authentication of one application's links."""

    @property
    def tells_status(self) -> bool:
        """Whether it tells of links after trying them; as far as is known, when its list was read: both came together [ind]."""
        return self._shared.has_v3 is not False

    def status(self, link_id: str) -> Status | None:
        """Whether a link works: the application tries it [S9].

        Returns:
            What it says, or that it did not say so in time; None from versions that have no status, or when there is no such link.
        """
        began = time.monotonic()
        try:
            answer = self._send(calls.STATUS, link_id)
        except ApplinksError as error:
            if came_too_late(error):
                return Unanswered(seconds=time.monotonic() - began)
            raise
        return None if answer.status in MISSING else answer.record(Status)

    def authentication(self, link_id: str) -> Authentication:
        """How both directions are authenticated.

        The resource moved from applinks 2.0 to applinks-oauth with version 5 [S9]; before version 4 only the list of the
        administration page tells [S3].
        """
        return self._authentication(link_id)[0]

    def _authentication(self, link_id: str) -> tuple[Authentication, frozenset[str]]:
        """The same, with the provider classes of outgoing requests."""
        for call in (calls.AUTHENTICATION, calls.OLDER_AUTHENTICATION):
            answer = self._send(call, link_id)
            if answer.status not in MISSING:
                return _authentication(answer)
        inbound, outbound = self._authenticators(link_id) or ((), ())
        found = Authentication(
            incoming=level_of_providers(inbound),
            outgoing=level_of_providers(outbound),
            user_told=False,
            legacy_outgoing=legacy_of_providers(outbound),
        )
        return found, known_providers(outbound)

    def own_key(self) -> PublicKey | None:
        """The key that its signed requests are made with: anyone may ask [S9].

        Returns:
            The key; None from versions that do not tell.

        Raises:
            ApplinksError: if the application can't be asked.
        """
        answer = self._send(calls.OWN_KEY, anonymous=True)
        return None if answer.status in MISSING else answer.record(PublicKey)

    def accepted_keys(self, link_id: str) -> tuple[PublicKey, ...] | None:
        """The keys that it knows the requests over a link by [S9].

        Returns:
            The keys; None from versions that do not tell.
        """
        answer = self._send(calls.AUTHENTICATION, link_id)
        if answer.status in MISSING:
            return None
        found = _entries_within(answer.data(), "consumers", "consumer")
        return tuple(answer.record(PublicKey, one) for one in found)

    def legacy(self, link_id: str) -> Legacy | None:
        """Trusted applications and basic access of both directions, also beside OAuth [S9].

        The application asks every remote one before it answers, so this is slow.

        Returns:
            The levels; None when the application does not tell: it leaves links out whose remote application does not answer, or does
            not answer itself in time.
        """
        try:
            found = self._authenticators(link_id)
        except ApplinksError as error:
            if came_too_late(error):
                return None
            raise
        if found is None:
            return None
        incoming, outgoing = map(legacy_of_providers, found)
        return Legacy(incoming=incoming, outgoing=outgoing)

    def _authenticators(self, link_id: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Class names of what authenticates incoming and outgoing requests; None when the list has no such link."""
        answer = self._send(calls.AUTHENTICATORS)
        if answer.status in MISSING:
            return None
        for entry in entries(answer.data(), "list"):
            application = entry.get("application") if isinstance(entry, dict) else None
            if isinstance(application, dict) and application.get("id") == link_id:
                inbound = entries(entry, "configuredInboundAuthenticators")
                outbound = entries(entry, "configuredOutboundAuthenticators")
                return tuple(map(str, inbound)), tuple(map(str, outbound))
        return None


def _authentication(answer: Answer) -> tuple[Authentication, frozenset[str]]:
    """Levels and class names: the answer holds the password of a link with basic access in clear [KB], which goes no further."""
    data = answer.data()
    consumers = [answer.record(Consumer, one) for one in _entries_within(data, "consumers", "consumer")]
    accepted = [consumer for consumer in consumers if not consumer.outgoing]
    providers = [
        str(one["provider"])
        for one in _entries_within(data, "configuredAuthProviders", "authenticationProviders")
        if one.get("provider")
    ]
    found = Authentication(
        incoming=level_of_flags(
            enabled=bool(accepted),
            two_lo=any(consumer.two_lo_allowed for consumer in accepted),
            impersonation=any(consumer.impersonation_allowed for consumer in accepted),
        ),
        outgoing=level_of_providers(providers),
        execute_as=next((consumer.execute_as for consumer in accepted if consumer.execute_as), None),
        legacy_outgoing=legacy_of_providers(providers),
    )
    return found, known_providers(providers)


def _entries_within(data: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects under any of the keys, also when they are wrapped once more, as XML and some versions have it."""
    found = entries(data, *keys)
    if len(found) == 1 and isinstance(found[0], dict):
        inner = entries(found[0], *keys, "authenticationProvider", "provider")
        if inner and all(isinstance(one, dict) for one in inner):
            return inner
    return [one for one in found if isinstance(one, dict)]
