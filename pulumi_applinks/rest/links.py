"""The links of one application: list, create, edit, relocate, delete and try them; and ask what the application finds at an address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from pulumi_applinks.rest import endpoints
from pulumi_applinks.rest.addresses import same_address
from pulumi_applinks.rest.answer import Answer, came_too_late
from pulumi_applinks.rest.errors import (
    Answered,
    ApplinksError,
    Conflict,
    IdTaken,
    Invalid,
    NotTheApplication,
    RelocationNotReachable,
    ServerFault,
    UnexpectedAnswer,
)
from pulumi_applinks.rest.models import Link, Manifest, Sighting
from pulumi_applinks.rest.parsing import complaints, listed, told_status
from pulumi_applinks.rest.redaction import quoted
from pulumi_applinks.rest.single_flight import tick
from pulumi_applinks.rest.status import Status, Unanswered
from pulumi_applinks.rest.version import MISSING

if TYPE_CHECKING:
    from pulumi_applinks.rest.client import ApplicationClient

Deletion = Literal["deleted", "missing", "unsure"]
"""What an application says about a deletion."""


class Links:
    """The links of one application.

    Args:
        client: the application's client.
    """

    def __init__(self, client: ApplicationClient) -> None:
        self._client = client
        self._looked = 0

    def all(self, *about: str, primary: bool = True, doubted: bool = False) -> list[Link]:
        """All links. Read once for all who share the session. Needs an administrator.

        The client tries 3.0 first, because 1.0 hides the RPC URL of links that belong to the system [S9].

        Args:
            about: ids of links that must be up to date: the list is read again if the program has changed one of them since. The
                other links are as they were read, or as the program wrote them.
            primary: whether it matters which links are primary: the list is read again if the program may have changed that.
            doubted: whether the caller doubts the list that it got last. It then gets a list that anyone who shares the session read
                later than that; or, once all nodes have had time to update, one that was read after that time.
        """
        since = (self._client.session.followed() or self._looked) if doubted else 0
        read, deadline = self._client.cache.links, self._client.deadline
        found = read.get(self._read_links, deadline, self._client.label, about, primary=primary, since=since)
        self._looked = tick()
        return found

    def _read_links(self) -> list[Link]:
        answer = self._list_of_v3()
        if answer is None:
            answer = self._client.send(endpoints.OLDER_LINKS)
        found = listed(answer.data(), "applicationLinks", "list")
        if found is None:
            # If this counted as an empty list, the provider would report a link as gone, and remove it from the state.
            raise UnexpectedAnswer(answer.asked, "is not a list of links")
        return [link for link in map(Link.of, found) if link is not None]

    def _list_of_v3(self) -> Answer | None:
        version = self._client.version
        if version.has_v3 is False:
            return None
        try:
            answer = self._client.send(endpoints.LINKS)
        except Answered as error:
            if error.status != 500:
                raise
            # An OAuth 2.0 client without a redirect URL makes this list fail, but not the older one [S9].
            version.has_v3 = True
            return None
        version.has_v3 = answer.status not in MISSING
        return answer if version.has_v3 else None

    def _has_v3(self) -> bool:
        """Whether changes can use 3.0. Reads the list if that is not known."""
        if self._client.version.has_v3 is None:
            self.all(primary=False)
        return bool(self._client.version.has_v3)

    def get(self, link_id: str, *, primary: bool = True) -> Link | None:
        """One link, taken from the list, because for an unknown id some versions answer 404 and others 500 [S9].

        Args:
            link_id: its id in this application.
            primary: whether it matters which links are primary.

        Returns:
            The link; None if there is none.
        """
        return next((link for link in self.all(link_id, primary=primary) if link.id == link_id), None)

    def oauth2_entries(self) -> frozenset[str]:
        """The ids of OAuth 2.0 clients and connections in the list of links: 3.0 lists them as generic links, and 1.0 does not [S9]."""
        generic = {link.id for link in self.all(primary=False) if link.what == "generic"}
        if not generic or not self._client.version.lists_oauth2:
            return frozenset()
        found = listed(self._client.send(endpoints.OLDER_LINKS).data(), "applicationLinks", "list")
        older = None if found is None else {link.id for link in map(Link.of, found) if link is not None}
        return frozenset() if older is None else frozenset(generic - older)

    def let_nodes_follow(self, *link_ids: str) -> None:
        """Wait a few seconds before the provider looks for or creates a link that the program has deleted here.

        A cluster node that is not up to date still shows the link and accepts changes to it, and then loses these changes.
        """
        for link_id in link_ids:
            self._client.cache.links.let_nodes_follow(link_id, self._client.deadline)

    def doubt(self, *link_ids: str) -> None:
        """Read these links again when they are next needed, because someone else may have changed them."""
        self._client.cache.links.doubt(link_ids)

    def put(self, link: Link) -> Literal["created", "updated"]:
        """Create a link, or update it. It is safe to repeat this [S9].

        Returns:
            What the application did. `updated` only if the application's own answer says that the link was there already. If the
            request was repeated, the first try may have created the link, so this returns `created`.
        """
        known = self._client.cache.links
        with (
            self.naming_taken_ids(link.id, link.type_id),
            known.first_alone(link, self._client.deadline),
            known.changing(link.id, primary="made" if link.primary else None) as becomes,
        ):
            answer = self._client.send(endpoints.MAKE, link.id, json=_body(link))
            becomes(link)
        was_there = answer.status == 200 and told_status(answer.body) == 200 and answer.tries == 1
        return "updated" if was_there else "created"

    def edit(self, link_id: str, *, name: str, rpc_url: str, display_url: str) -> None:
        """Change an existing link.

        Args:
            link_id: its id in this application.
            name: its new name.
            rpc_url: where requests are sent.
            display_url: where people are sent.
        """
        refusal = None
        if self._has_v3():
            try:
                self._put_v3(link_id, name=name, rpcUrl=rpc_url, displayUrl=display_url)
                return
            except Invalid as error:
                # 3.0 refuses every edit if another link has the same addresses; 1.0 does not check that [S9].
                refusal = error
        before = self.get(link_id, primary=False)
        if before is None:
            return  # a PUT of 1.0 would create a missing link, which an edit must never do
        if refusal is not None and not same_address(before.rpc_url or "", rpc_url):
            raise refusal
        changed = before.model_copy(
            # An update with `false` leaves a primary link primary; without a value some versions fail [S3].
            update={"name": name, "rpc_url": rpc_url, "display_url": display_url, "primary": False}
        )
        with self.naming_taken_ids(link_id), self._client.cache.links.changing(link_id):
            self._client.send(endpoints.OLDER_EDIT, link_id, json=_body(changed))

    def _put_v3(self, link_id: str, doing: str | None = None, **body: str) -> None:
        with self.naming_taken_ids(link_id), self._client.cache.links.changing(link_id):
            self._client.send(endpoints.EDIT, link_id, doing=doing, json=body)

    def make_primary(self, link_id: str) -> None:
        """Make a link the primary one of its type."""
        with self._client.cache.links.changing(link_id, primary="made"):
            self._client.send(endpoints.MAKE_PRIMARY, link_id)

    def relocate(self, link_id: str, new_url: str, *, without_contact: bool = False) -> None:
        """Relocate the link, because the remote application moved. Needs a system administrator [S9].

        Args:
            link_id: the link's id in this application.
            new_url: the remote application's new address.
            without_contact: whether to relocate although nothing answers at the new address.

        Raises:
            RelocationNotReachable: if nothing answers there. If something in front of the application blocks addresses in parameters,
                the client edits the link instead, and the application does not check what answers.
            ApplinksError: if the application can't be reached or refuses.
        """
        try:
            with self.naming_taken_ids(link_id), self._client.cache.links.changing(link_id, primary="kept"):
                params = {"newUrl": new_url, "nowarning": "true" if without_contact else "false"}
                self._client.send(endpoints.RELOCATE, link_id, params=params, needs="a system administrator")
        except Conflict as error:
            raise RelocationNotReachable(error.asked, error.said, new_url) from None
        except NotTheApplication:
            # A firewall blocks addresses in parameters. 3.0 takes the address in the body, and does not check it [S9].
            link = self.get(link_id, primary=False) if self._has_v3() else None
            if link is None:
                raise
            display_url = new_url if same_address(link.display_url, link.rpc_url or "") else link.display_url
            self._put_v3(
                link_id, endpoints.RELOCATE.doing, name=link.name, rpcUrl=new_url, displayUrl=display_url
            )

    def delete(self, link_id: str) -> Deletion:
        """Delete a link in this application only. A missing link is not an error.

        Returns:
            What the application's own answer says: that it deleted the link, or that it has no such link [S9]. `unsure` if the
            answer says neither, such as a 404 without a body, which could come from a proxy.
        """
        known = self._client.cache.links
        with known.changing(link_id) as becomes:
            answer = self._client.send(endpoints.DELETE, link_id)
            sure = told_status(answer.body) == answer.status
            if sure:
                becomes(None)
        if sure and answer.status == 404:
            return "missing"
        known.note_deletion(link_id)
        return "deleted" if sure else "unsure"

    def upgrade(self, link_id: str, new_id: str) -> None:
        """Give a link that was created while the remote application was down that application's real id [S9].

        Args:
            link_id: the link's current id, derived from the URL.
            new_id: the link's new id: the remote application's server id.
        """
        with self._client.cache.links.changing(link_id), self._client.cache.links.changing(new_id):
            self._client.send(endpoints.UPGRADE, link_id, json=_NO_TWO_WAY)

    def status(self, link_id: str) -> Status | None:
        """Whether a link works: the application tries it [S9].

        Returns:
            The status, or that it did not come in time; None from versions without a status, or if there is no such link.
        """
        began = time.monotonic()
        try:
            answer = self._client.send(endpoints.STATUS, link_id)
        except ApplinksError as error:
            if came_too_late(error):
                return Unanswered(seconds=time.monotonic() - began)
            raise
        return None if answer.status in MISSING else answer.record(Status)

    def sees(self, url: str) -> Sighting:
        """What the application itself finds at an address. The wizard asks this first [S9]."""
        began = time.monotonic()
        try:
            answer = self._client.send(endpoints.SIGHT, params={"url": url})
        except ApplinksError as error:
            if came_too_late(error):
                late = f"it did not answer within {time.monotonic() - began:.3g} s when it was asked to look there."
                return Sighting(kind="not_told", message=late)
            if not isinstance(error, NotTheApplication) or error.status >= 500:
                raise
            return Sighting(kind="not_told")  # a firewall blocks addresses in parameters
        if answer.status in MISSING:
            return Sighting(kind="not_told")
        data = answer.data() if answer.body.strip() else {}
        said = data if isinstance(data, dict) else {}
        sentences = (str(said["warning"]),) if said.get("warning") else complaints(said)[0]
        message = quoted("; ".join(sentences)) or None
        if answer.status == 400:
            return Sighting(kind="not_accepted", message=message)
        if answer.status == 409:
            return Sighting(kind="conflict", message=message)
        if said.get("id"):
            return Sighting(kind="application", manifest=answer.record(Manifest, said))
        if not (said.get("code") or said.get("warning")):
            return Sighting(kind="no_manifest")
        params = said.get("params")
        there = params.get("redirectedUrl") if isinstance(params, dict) else None
        if there:
            return Sighting(kind="redirected", redirected_to=quoted(str(there)), message=message)
        return Sighting(kind="unreachable", message=message)

    @contextmanager
    def naming_taken_ids(self, link_id: str, type_id: str | None = None) -> Iterator[None]:
        """Wrap a request about a link, to report an id that no list shows but that can't be used.

        Args:
            link_id: the link's id in this application.
            type_id: the type of a link to create: a refusal counts only if the application knows this type.

        Raises:
            IdTaken: if the application fails because of an id that its list does not have.
        """
        try:
            yield
        except (Invalid, ServerFault, NotTheApplication) as error:
            # It is not known what an application answers for such an id. It may be an error page of its server.
            expected = error.status == 500 or (error.status == 400 and isinstance(error, Invalid))
            if not expected or not self._hides(link_id, type_id if error.status == 400 else None):
                raise
            raise IdTaken(error.asked, error.said, link_id) from None

    def _hides(self, link_id: str, type_id: str | None) -> bool:
        try:
            if self.get(link_id, primary=False) is not None:
                return False
            if type_id is not None:
                self._client.send(endpoints.LINKS_OF_TYPE, type_id)
        except ApplinksError:
            return False  # the first error says more than this one
        return True


_NO_TWO_WAY = {
    "username": "",
    "password": "",
    "createTwoWayLink": False,
    "reciprocateEntityLinks": False,
    "rpcUrl": "",
    "configFormValues": {"trustEachOther": False, "shareUserbase": False},
}


def _body(link: Link) -> dict[str, Any]:
    return {
        "id": link.id,
        "typeId": link.type_id,
        "name": link.name,
        "displayUrl": link.display_url,
        "rpcUrl": link.rpc_url,
        "isPrimary": link.primary,
        "isSystem": False,
    }
