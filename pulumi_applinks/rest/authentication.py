"""How an application's links are authenticated, in both directions, and whether they work."""

from __future__ import annotations

from typing import Any

from pulumi_applinks.rest.answers import entries, told_status
from pulumi_applinks.rest.levels import (
    PROVIDERS,
    Level,
    legacy_of_providers,
    level_of_flags,
    level_of_providers,
)
from pulumi_applinks.rest.links import LinkResources
from pulumi_applinks.rest.models import Authentication, Consumer, Legacy, OAuthConfig
from pulumi_applinks.rest.refusals import Conflict, ConsumerUnavailable, Said
from pulumi_applinks.rest.resources import MISSING, OAUTH, V1, V2, V3, record
from pulumi_applinks.rest.status import Status, StatusAnswer
from pulumi_applinks.rest.transport import Answer

_READING = "reading the link's authentication"
_SETTING = "setting the link's authentication"


class AuthenticationResources(LinkResources):
    """The authentication of one application's links."""

    def status(self, link_id: str) -> Status | None:
        """Whether a link works: the application tries it [S9].

        Args:
            link_id: its id there.

        Returns:
            What it says; None from versions that have no status, or when there is no such link.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        answer = self._transport.send("GET", f"{V3}/status/{link_id}", doing="trying the link", allow=MISSING)
        return None if answer.status in MISSING else record(StatusAnswer, answer.data(), answer).status()

    def oauth(self, link_id: str) -> OAuthConfig | None:
        """The OAuth levels of both directions. Anyone may ask [S9].

        Args:
            link_id: the link's id there.

        Returns:
            The levels; nothing from versions that don't tell, or when there is no such link.

        Raises:
            ApplinksError: if the application can't be asked.
        """
        answer = self._transport.send("GET", f"{V3}/status/{link_id}/oauth", doing=_READING, allow=MISSING)
        return None if answer.status in MISSING else record(OAuthConfig, answer.data(), answer)

    def authentication(self, link_id: str) -> Authentication:
        """How both directions are authenticated.

        The resource moved from applinks 2.0 to applinks-oauth with version 5 [S9]; before version 4 only the list of the
        administration page tells [S3].

        Args:
            link_id: the link's id there.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        for root in (OAUTH, V2):
            answer = self._transport.send(
                "GET",
                f"{root}/applicationlink/{link_id}/authentication",
                doing=_READING,
                allow=MISSING,
            )
            if answer.status not in MISSING:
                return _authentication(answer)
        inbound, outbound = self._authenticators(link_id) or ((), ())
        return Authentication(
            incoming=level_of_providers(inbound),
            outgoing=level_of_providers(outbound),
            user_told=False,
            legacy_outgoing=legacy_of_providers(outbound),
        )

    def legacy(self, link_id: str) -> Legacy | None:
        """Trusted applications and basic access of both directions, also beside OAuth [S9].

        The application asks every remote one before it answers, so this is slow.

        Args:
            link_id: the link's id there.

        Returns:
            The levels; None when the application does not tell: it leaves links out whose remote application does not answer.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        found = self._authenticators(link_id)
        if found is None:
            return None
        incoming, outgoing = map(legacy_of_providers, found)
        return Legacy(incoming=incoming, outgoing=outgoing)

    def _authenticators(self, link_id: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Class names of what authenticates incoming and outgoing requests; None when the list has no such link."""
        answer = self._transport.send("GET", f"{V1}/listApplicationlinks", doing=_READING, allow=MISSING)
        if answer.status in MISSING:
            return None
        for entry in entries(answer.data(), "list"):
            application = entry.get("application") if isinstance(entry, dict) else None
            if isinstance(application, dict) and application.get("id") == link_id:
                inbound = entries(entry, "configuredInboundAuthenticators")
                outbound = entries(entry, "configuredOutboundAuthenticators")
                return tuple(map(str, inbound)), tuple(map(str, outbound))
        return None

    def set_oauth(self, link_id: str, config: OAuthConfig) -> None:
        """Set the OAuth levels of both directions. Impersonation takes a system administrator [S9].

        Args:
            link_id: the link's id there.
            config: the levels.

        Raises:
            ConsumerUnavailable: if the application could not read the other one's public key.
            ApplinksError: if it can't be asked or refuses.
            ValueError: for a level that is no OAuth level.
        """
        needs = (
            "a system administrator"
            if Level.OAUTH_IMPERSONATION in (config.incoming, config.outgoing)
            else "an administrator"
        )
        try:
            with self._telling_taken_ids(link_id):
                answer = self._transport.send(
                    "PUT",
                    f"{V3}/status/{link_id}/oauth",
                    doing=_SETTING,
                    json=config.as_wire(),
                    allow=MISSING,
                    needs=needs,
                )
        except Conflict as error:
            raise ConsumerUnavailable(error.asked, Said(error.status, error.messages, error.fields)) from None
        if answer.status in MISSING:
            self._set_oauth_piecewise(link_id, config, needs)

    def _set_oauth_piecewise(self, link_id: str, config: OAuthConfig, needs: str) -> None:
        """What versions without the status resource take: off altogether, then each part on [S9]."""
        if Level.NONE in (config.incoming, config.outgoing):
            self._transport.send(
                "DELETE",
                f"/plugins/servlet/applinks/auth/conf/oauth/autoconfig/{link_id}",
                doing=_SETTING,
                allow={404},
                needs=needs,
            )
        if config.incoming is not Level.NONE:
            self.set_execute_as(link_id, config.incoming, None)
        for provider in PROVIDERS[config.outgoing]:
            self._transport.send(
                "PUT",
                f"{V2}/applicationlink/{link_id}/authentication/provider",
                doing=_SETTING,
                json={"provider": provider, "config": {}},
                needs=needs,
            )

    def set_execute_as(self, link_id: str, level: Level, execute_as: str | None) -> bool:
        """Set the user that incoming 2LO requests run as.

        Args:
            link_id: the link's id there.
            level: of incoming requests.
            execute_as: the user; nobody, for anonymous answers, when not given.

        Returns:
            Whether the application says in its own words that it did so: it created a consumer (201), or repeats the status of its
            success in the body [S9]. Anything less could be a proxy's.

        Raises:
            ApplinksError: if the application can't be asked or refuses: a user that does not exist, or that is a system
                administrator.
        """
        with self._telling_taken_ids(link_id):
            answer = self._transport.send(
                "PUT",
                f"{OAUTH}/applicationlink/{link_id}/authentication/consumer",
                doing=f"letting incoming requests run as {execute_as!r}" if execute_as else _SETTING,
                params={"autoConfigure": "true"},
                json={
                    "twoLOAllowed": level in (Level.OAUTH, Level.OAUTH_IMPERSONATION),
                    "executingTwoLOUser": execute_as or "",
                    "twoLOImpersonationAllowed": level is Level.OAUTH_IMPERSONATION,
                },
            )
        return answer.status == 201 or told_status(answer.body) == answer.status

    def migrate(self, link_id: str) -> None:
        """Replace trusted applications or basic access by OAuth [S9].

        Args:
            link_id: the link's id there.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        self._transport.send(
            "POST",
            f"{V3}/migration/{link_id}",
            doing="replacing the link's legacy authentication",
            allow=MISSING,
        )


def _authentication(answer: Answer) -> Authentication:
    """The levels alone: the answer holds the password of a link with basic access in clear [KB], which goes no further than this."""
    data = answer.data()
    accepted = [
        consumer
        for consumer in (
            record(Consumer, one, answer)
            for one in _entries_within(data, "consumers", "consumer")
            if isinstance(one, dict)
        )
        if not consumer.outgoing
    ]
    providers = [
        str(one["provider"])
        for one in _entries_within(data, "configuredAuthProviders", "authenticationProviders")
        if isinstance(one, dict) and one.get("provider")
    ]
    return Authentication(
        incoming=level_of_flags(
            enabled=bool(accepted),
            two_lo=any(consumer.two_lo_allowed for consumer in accepted),
            impersonation=any(consumer.impersonation_allowed for consumer in accepted),
        ),
        outgoing=level_of_providers(providers),
        execute_as=next((consumer.execute_as for consumer in accepted if consumer.execute_as), None),
        legacy_outgoing=legacy_of_providers(providers),
    )


def _entries_within(data: Any, *keys: str) -> list[Any]:
    """The entries under any of the keys, also when they are wrapped once more, as XML and some versions have it."""
    found = entries(data, *keys)
    if len(found) == 1 and isinstance(found[0], dict):
        inner = entries(found[0], *keys, "authenticationProvider", "provider")
        if inner and all(isinstance(one, dict) for one in inner):
            return inner
    return found
