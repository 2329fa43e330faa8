"""How a link is authenticated, set: at once, or piece by piece in applinks 5.0 and 5.1."""

from __future__ import annotations

from pulumi_applinks.rest import calls
from pulumi_applinks.rest.addresses import shown_url
from pulumi_applinks.rest.authentication import AuthenticationResources
from pulumi_applinks.rest.calls import Call
from pulumi_applinks.rest.errors import (
    Asked,
    Conflict,
    ConsumerFault,
    ConsumerUnavailable,
    NotTheApplication,
    OnlyByHand,
    RedirectedElsewhere,
    ServerFault,
)
from pulumi_applinks.rest.interpretation import MISSING
from pulumi_applinks.rest.levels import IMPERSONATING, PROVIDERS, THREE_LEGGED, TWO_LEGGED, Level
from pulumi_applinks.rest.models import OAuthConfig
from pulumi_applinks.rest.parsing import told_status
from pulumi_applinks.rest.products import admin_page


class ConfigurationResources(AuthenticationResources):
    """Sets the authentication of one application's links."""

    def set_oauth(self, link_id: str, config: OAuthConfig) -> None:
        """Set the OAuth levels of both directions. Impersonation takes a system administrator [S9].

        Args:
            link_id: the link's id there.
            config: the levels.

        Raises:
            ConsumerUnavailable: if the application could not read the other one's public key.
            OnlyByHand: if it has no way to set them that a program can use.
            IdTaken: if it fails over an id that its list does not have.
            ApplinksError: if it can't be asked or refuses.
            ValueError: for a level that is no OAuth level.
        """
        impersonates = Level.OAUTH_IMPERSONATION in (config.incoming, config.outgoing)
        needs = "a system administrator" if impersonates else "an administrator"
        with self._telling_taken_ids(link_id):
            try:
                answer = self._send(
                    calls.SET_LEVELS,
                    link_id,
                    json=config.as_wire(),
                    # Where 3.0 is known, a link is missing, not the resource.
                    allow=frozenset() if self._shared.has_v3 else MISSING,
                    needs=needs,
                )
            except Conflict as error:
                raise ConsumerUnavailable(error.asked, error.said) from None
            if answer.status in MISSING:
                self._set_piecewise(link_id, config, needs)

    def _set_piecewise(self, link_id: str, config: OAuthConfig, needs: str) -> None:
        """Set what differs. The interface only adds; what is taken away goes first, for it is what may be refused [S9]."""
        before, providers = self._authentication(link_id)
        wanted = frozenset(PROVIDERS[config.outgoing])
        too_much = providers & {THREE_LEGGED, TWO_LEGGED, IMPERSONATING} - wanted
        closes = config.incoming is Level.NONE and before.incoming is not Level.NONE
        if closes or too_much:
            self._take_away(link_id, config, too_much, closes=closes)
            before, providers = self._authentication(link_id)
        if config.incoming not in (Level.NONE, before.incoming):
            self.set_execute_as(link_id, config.incoming, before.execute_as)
        for provider in PROVIDERS[config.outgoing]:
            if provider not in providers:
                self._send(
                    calls.ADD_PROVIDER, link_id, json={"provider": provider, "config": {}}, needs=needs
                )

    def _take_away(
        self, link_id: str, config: OAuthConfig, too_much: frozenset[str], *, closes: bool
    ) -> None:
        """By the pages of the administration that do it. What they answer says little, so the outcome is read [S3][S9].

        They ask for a secure administrator session, also where the interface does not: for a login by name and password.
        """
        wanted = PROVIDERS[config.outgoing]
        answered = ""
        try:
            if closes:  # takes outgoing 3LO along
                self._send(calls.FORGET_CONSUMER, link_id)
            elif THREE_LEGGED in too_much:
                self._visit(calls.SWITCH_3LO, link_id, {"enable-oauth": False})
            if too_much - {THREE_LEGGED}:
                both = {
                    "enable-outgoing-2lo": TWO_LEGGED in wanted,
                    "enable-outgoing-2loi": IMPERSONATING in wanted,
                }
                self._visit(calls.SWITCH_2LO, link_id, both)
        except NotTheApplication as error:
            answered = error.said.of(error.asked)
        except RedirectedElsewhere as error:
            answered = f"{error.asked.line} leads to {error.redirected_to}"
        after, providers = self._authentication(link_id)
        if (closes and after.incoming is not Level.NONE) or too_much & providers:
            asked = Asked(self.label, "GET", shown_url(self.base_url + calls.PAGES), calls.SET_LEVELS.doing)
            page = admin_page(self.base_url)
            raise OnlyByHand(asked, answered, page, link_id, config.incoming.value, config.outgoing.value)

    def _visit(self, page: Call, link_id: str, switches: dict[str, bool]) -> None:
        """Use a page that leads on to an address of the caller's choice: one whose answer can be read."""
        params = {name: str(on).lower() for name, on in switches.items()}
        callback = self.base_url + calls.MANIFEST.path
        self._send(page, link_id, params={"callback": callback, **params})

    def set_execute_as(self, link_id: str, level: Level, execute_as: str | None) -> bool:
        """Set the user that incoming 2LO requests run as. The application does not look whether it exists [S9]: `user` does.

        Args:
            link_id: the link's id there.
            level: of incoming requests.
            execute_as: the user; nobody, for anonymous answers, when not given.

        Returns:
            Whether the application says in its own words that it did so: it created a consumer (201), or repeats the status of its
            success in the body [S9]. Anything less could be a proxy's.

        Raises:
            ConsumerFault: if it fails, as when it can't read the other one's public key.
            IdTaken: if it fails over an id that its list does not have.
            ApplinksError: if the application can't be asked or refuses.
        """
        try:
            with self._telling_taken_ids(link_id):
                answer = self._send(
                    calls.SET_CONSUMER,
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
        """Replace trusted applications or basic access by OAuth, or remove them beside it [S9].

        Returns:
            Whether the application's version has that.
        """
        return self._send(calls.MIGRATE, link_id).status not in MISSING
