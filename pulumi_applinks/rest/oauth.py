"""The authentication of one application's links: read it, and set it at once, or piece by piece in applinks 5.0 and 5.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_applinks.rest import endpoints
from pulumi_applinks.rest.addresses import shown_url
from pulumi_applinks.rest.answer import Answer, came_too_late
from pulumi_applinks.rest.endpoints import Endpoint
from pulumi_applinks.rest.errors import (
    ApplinksError,
    Asked,
    Conflict,
    ConsumerFault,
    ConsumerUnavailable,
    NotTheApplication,
    OnlyByHand,
    RedirectedElsewhere,
    ServerFault,
)
from pulumi_applinks.rest.levels import (
    IMPERSONATING,
    PROVIDERS,
    THREE_LEGGED,
    TWO_LEGGED,
    Level,
    known_providers,
    legacy_of_providers,
    level_of_flags,
    level_of_providers,
)
from pulumi_applinks.rest.models import Authentication, Consumer, Legacy, OAuthConfig, PublicKey
from pulumi_applinks.rest.parsing import entries, told_status
from pulumi_applinks.rest.products import admin_page
from pulumi_applinks.rest.version import MISSING

if TYPE_CHECKING:
    from pulumi_applinks.rest.client import ApplicationClient


class OAuth:
    """The authentication of one application's links.

    Args:
        client: the application's client.
    """

    def __init__(self, client: ApplicationClient) -> None:
        self._client = client

    def get(self, link_id: str) -> Authentication:
        """The authentication of both directions.

        The resource moved from applinks 2.0 to applinks-oauth in version 5 [S9]. Before version 4, only the administration
        page's list shows the authentication [S3].
        """
        return self._read(link_id)[0]

    def _read(self, link_id: str) -> tuple[Authentication, frozenset[str]]:
        """The authentication, and the provider classes of outgoing requests."""
        for call in (endpoints.AUTHENTICATION, endpoints.OLDER_AUTHENTICATION):
            answer = self._client.send(call, link_id)
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
        """The public key of the application's signed requests. Anyone may read it [S9].

        Returns:
            The key; None from versions that do not report it.

        Raises:
            ApplinksError: if the application can't be reached.
        """
        answer = self._client.send(endpoints.OWN_KEY, anonymous=True)
        return None if answer.status in MISSING else answer.record(PublicKey)

    def accepted_keys(self, link_id: str) -> tuple[PublicKey, ...] | None:
        """The public keys with which it verifies the requests over a link [S9].

        Returns:
            The keys; None from versions that do not report them.
        """
        answer = self._client.send(endpoints.AUTHENTICATION, link_id)
        if answer.status in MISSING:
            return None
        found = _entries_within(answer.data(), "consumers", "consumer")
        return tuple(answer.record(PublicKey, one) for one in found)

    def legacy(self, link_id: str) -> Legacy | None:
        """Trusted applications and basic access of both directions, also if OAuth is set up [S9].

        This is slow, because the application asks every remote application before it answers.

        Returns:
            The levels; None if the application does not report them: it omits links whose remote application does not answer, or does
            not answer in time itself.
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
        """The class names of the authenticators of incoming and outgoing requests; None if the list does not have the link."""
        answer = self._client.send(endpoints.AUTHENTICATORS)
        if answer.status in MISSING:
            return None
        for entry in entries(answer.data(), "list"):
            application = entry.get("application") if isinstance(entry, dict) else None
            if isinstance(application, dict) and application.get("id") == link_id:
                inbound = entries(entry, "configuredInboundAuthenticators")
                outbound = entries(entry, "configuredOutboundAuthenticators")
                return tuple(map(str, inbound)), tuple(map(str, outbound))
        return None

    def set_levels(self, link_id: str, config: OAuthConfig) -> None:
        """Set the OAuth levels of both directions. Impersonation needs a system administrator [S9].

        Args:
            link_id: the link's id in this application.
            config: the levels.

        Raises:
            ConsumerUnavailable: if the application could not read the other one's public key.
            OnlyByHand: if a program can't set them there.
            IdTaken: if it fails because of an id that its list does not have.
            ApplinksError: if it can't be reached or refuses.
            ValueError: for a level that is not an OAuth level.
        """
        impersonates = Level.OAUTH_IMPERSONATION in (config.incoming, config.outgoing)
        needs = "a system administrator" if impersonates else "an administrator"
        with self._client.links.naming_taken_ids(link_id):
            try:
                answer = self._client.send(
                    endpoints.SET_LEVELS,
                    link_id,
                    json=config.as_wire(),
                    allow=self._client.version.lacks_levels,
                    needs=needs,
                )
            except Conflict as error:
                raise ConsumerUnavailable(error.asked, error.said) from None
            if answer.status in MISSING:
                self._set_piecewise(link_id, config, needs)

    def _set_piecewise(self, link_id: str, config: OAuthConfig, needs: str) -> None:
        """Set what differs. The interface can only add. The client removes first, because the removal may be refused [S9]."""
        before, providers = self._read(link_id)
        wanted = frozenset(PROVIDERS[config.outgoing])
        too_much = providers & {THREE_LEGGED, TWO_LEGGED, IMPERSONATING} - wanted
        closes = config.incoming is Level.NONE and before.incoming is not Level.NONE
        if closes or too_much:
            self._take_away(link_id, config, too_much, closes=closes)
            before, providers = self._read(link_id)
        if config.incoming not in (Level.NONE, before.incoming):
            self.set_execute_as(link_id, config.incoming, before.execute_as)
        for provider in PROVIDERS[config.outgoing]:
            if provider not in providers:
                self._client.send(
                    endpoints.ADD_PROVIDER, link_id, json={"provider": provider, "config": {}}, needs=needs
                )

    def _take_away(
        self, link_id: str, config: OAuthConfig, too_much: frozenset[str], *, closes: bool
    ) -> None:
        """Remove levels with the administration's pages. Their answers say little, so the client reads the outcome [S3][S9].

        For a login with a user name and password these pages require a secure administrator session, even if the interface does not.
        """
        wanted = PROVIDERS[config.outgoing]
        answered = ""
        try:
            if closes:  # also removes outgoing 3LO
                self._client.send(endpoints.FORGET_CONSUMER, link_id)
            elif THREE_LEGGED in too_much:
                self._visit(endpoints.SWITCH_3LO, link_id, {"enable-oauth": False})
            if too_much - {THREE_LEGGED}:
                both = {
                    "enable-outgoing-2lo": TWO_LEGGED in wanted,
                    "enable-outgoing-2loi": IMPERSONATING in wanted,
                }
                self._visit(endpoints.SWITCH_2LO, link_id, both)
        except NotTheApplication as error:
            answered = error.said.of(error.asked)
        except RedirectedElsewhere as error:
            answered = f"{error.asked.line} redirects to {error.redirected_to}"
        after, providers = self._read(link_id)
        if (closes and after.incoming is not Level.NONE) or too_much & providers:
            asked = Asked(
                self._client.label,
                "GET",
                shown_url(self._client.base_url + endpoints.PAGES),
                endpoints.SET_LEVELS.doing,
            )
            page = admin_page(self._client.base_url)
            raise OnlyByHand(asked, answered, page, link_id, config.incoming.value, config.outgoing.value)

    def _visit(self, page: Endpoint, link_id: str, switches: dict[str, bool]) -> None:
        """Use a page that redirects to an address of the caller's choice. The client chooses one whose answer it can read."""
        params = {name: str(on).lower() for name, on in switches.items()}
        callback = self._client.base_url + endpoints.MANIFEST.path
        self._client.send(page, link_id, params={"callback": callback, **params})

    def set_execute_as(self, link_id: str, level: Level, execute_as: str | None) -> bool:
        """Set the user that incoming 2LO requests run as. The application does not check whether the user exists [S9]; `Users.get` does.

        Args:
            link_id: the link's id in this application.
            level: the level of incoming requests.
            execute_as: the user; if not given, no user, so that requests get anonymous answers.

        Returns:
            Whether the application's own answer says that it did so: it created a consumer (201), or its body repeats the status of
            the success [S9]. Any other answer could come from a proxy.

        Raises:
            ConsumerFault: if it fails, for example because it can't read the other one's public key.
            IdTaken: if it fails because of an id that its list does not have.
            ApplinksError: if the application can't be reached or refuses.
        """
        try:
            with self._client.links.naming_taken_ids(link_id):
                answer = self._client.send(
                    endpoints.SET_CONSUMER,
                    link_id,
                    doing=f"letting incoming requests run as {execute_as!r}" if execute_as else None,
                    params={"autoConfigure": "true"},
                    json={
                        "twoLOAllowed": level in (Level.OAUTH, Level.OAUTH_IMPERSONATION),
                        "executingTwoLOUser": execute_as or "",
                        "twoLOImpersonationAllowed": level is Level.OAUTH_IMPERSONATION,
                    },
                )
        except ServerFault as error:
            if error.status != 500:
                raise
            fault = ConsumerFault(error.asked, error.said)
            fault.tries, fault.maybe_done = error.tries, error.maybe_done
            raise fault from None
        return answer.status == 201 or told_status(answer.body) == answer.status

    def migrate(self, link_id: str) -> bool:
        """Replace trusted applications or basic access with OAuth, or remove them if OAuth is already set up [S9].

        Returns:
            Whether the application's version supports that.
        """
        return self._client.send(endpoints.MIGRATE, link_id).status not in MISSING


def _authentication(answer: Answer) -> tuple[Authentication, frozenset[str]]:
    """Levels and class names. The answer contains the password of a link with basic access in plain text [KB], which is dropped here."""
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
    """The objects under any of the keys, also if they have a second wrapper, as in XML and in some versions."""
    found = entries(data, *keys)
    if len(found) == 1 and isinstance(found[0], dict):
        inner = entries(found[0], *keys, "authenticationProvider", "provider")
        if inner and all(isinstance(one, dict) for one in inner):
            return inner
    return [one for one in found if isinstance(one, dict)]
