"""The links of one application: listed, made, edited, relocated, deleted, tried; and what it sees at an address."""

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
"""What an application says of a deletion."""


class Links:
    """The links of one application.

    Args:
        client: of the application.
    """

    def __init__(self, client: ApplicationClient) -> None:
        self._client = client
        self._looked = 0

    def all(self, *about: str, primary: bool = True, doubted: bool = False) -> list[Link]:
        """All links, which needs an administrator: read once for all who share what is known about the application.

        3.0 is asked first, because 1.0 hides the RPC URL of links that belong to the system [S9].

        Args:
            about: ids of links that have to be as they are now: the list is read again if this program has changed one of them
                since. The others are as they were read, or as this program wrote them.
            primary: whether it matters which links are primary: the list is read again if this program may have changed that.
            doubted: whether what this client was shown last is not believed: it is shown a list that was read after that, or else after
                all nodes have had the time to follow, by whoever shares it.
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
            # Whoever took it for an empty list would say that a link is gone, and forget it.
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
            # An OAuth 2.0 client without a redirect URL makes this list fail, and no other [S9].
            version.has_v3 = True
            return None
        version.has_v3 = answer.status not in MISSING
        return answer if version.has_v3 else None

    def _has_v3(self) -> bool:
        """Whether changes can go to 3.0: the list is read where that is not known."""
        if self._client.version.has_v3 is None:
            self.all(primary=False)
        return bool(self._client.version.has_v3)

    def get(self, link_id: str, *, primary: bool = True) -> Link | None:
        """One link, out of the list: for an unknown id versions answer 404 or 500 [S9].

        Args:
            link_id: its id there.
            primary: whether it matters which links are primary.

        Returns:
            The link; None when there is none.
        """
        return next((link for link in self.all(link_id, primary=primary) if link.id == link_id), None)

    def oauth2_entries(self) -> frozenset[str]:
        """The ids of OAuth 2.0 clients and connections among its links: 3.0 lists them as generic ones, and 1.0 does not [S9]."""
        generic = {link.id for link in self.all(primary=False) if link.what == "generic"}
        if not generic or not self._client.version.lists_oauth2:
            return frozenset()
        found = listed(self._client.send(endpoints.OLDER_LINKS).data(), "applicationLinks", "list")
        older = None if found is None else {link.id for link in map(Link.of, found) if link is not None}
        return frozenset() if older is None else frozenset(generic - older)

    def let_nodes_follow(self, *link_ids: str) -> None:
        """Wait, for a few seconds, before a link is looked for or made that this program has deleted here.

        A node of a cluster that has not followed still shows it, takes changes of it, and loses them when it follows.
        """
        for link_id in link_ids:
            self._client.cache.links.let_nodes_follow(link_id, self._client.deadline)

    def doubt(self, *link_ids: str) -> None:
        """Read links again when they are next asked for: somebody else may have changed them since they were read."""
        self._client.cache.links.doubt(link_ids)

    def put(self, link: Link) -> Literal["created", "updated"]:
        """Make a link, or bring one to what is given. Harmless when repeated [S9].

        Returns:
            What it did: `updated` only when the application says in its own words that the link was there. When the request had
            to be sent again, that is taken for the first one's doing.
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
        """Change a link that is there.

        Args:
            link_id: its id there.
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
                # 3.0 refuses every edit of a link beside a duplicate of its addresses; 1.0 does not look at those [S9].
                refusal = error
        before = self.get(link_id, primary=False)
        if before is None:
            return  # a PUT of 1.0 makes a link that is not there, which an edit never should
        if refusal is not None and not same_address(before.rpc_url or "", rpc_url):
            raise refusal
        changed = before.model_copy(
            # An update takes no place away for `false`; without a value some versions fail [S3].
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
            link_id: the link's id there.
            new_url: where the remote one is now.
            without_contact: whether to do so although nothing answers there.

        Raises:
            RelocationNotReachable: if nothing answers there. Where something before the application lets no address through as a
                parameter, the link is edited instead, and the application does not look at what answers.
            ApplinksError: if the application can't be asked or refuses.
        """
        try:
            with self.naming_taken_ids(link_id), self._client.cache.links.changing(link_id, primary="kept"):
                params = {"newUrl": new_url, "nowarning": "true" if without_contact else "false"}
                self._client.send(endpoints.RELOCATE, link_id, params=params, needs="a system administrator")
        except Conflict as error:
            raise RelocationNotReachable(error.asked, error.said, new_url) from None
        except NotTheApplication:
            # A firewall that lets no address through as a parameter. 3.0 takes it in the body, and looks at nothing there [S9].
            link = self.get(link_id, primary=False) if self._has_v3() else None
            if link is None:
                raise
            display_url = new_url if same_address(link.display_url, link.rpc_url or "") else link.display_url
            self._put_v3(
                link_id, endpoints.RELOCATE.doing, name=link.name, rpcUrl=new_url, displayUrl=display_url
            )

    def delete(self, link_id: str) -> Deletion:
        """Delete a link here alone. One that is not there is no error.

        Returns:
            What the application says in its own words: that it deleted the link, or that it knows no such link [S9]; `unsure` for
            anything less, such as a bare 404, which could be a proxy's.
        """
        known = self._client.cache.links
        with known.changing(link_id) as becomes:
            answer = self._client.send(endpoints.DELETE, link_id)
            sure = told_status(answer.body) == answer.status
            if sure:
                becomes(None)
        if sure and answer.status == 404:
            return "missing"
        known.has_deleted(link_id)
        return "deleted" if sure else "unsure"

    def upgrade(self, link_id: str, new_id: str) -> None:
        """Give a link that was made while the remote application was down the id that this one turned out to have [S9].

        Args:
            link_id: the link's id so far, derived from the URL.
            new_id: the id that it is to get: the remote application's server id.
        """
        with self._client.cache.links.changing(link_id), self._client.cache.links.changing(new_id):
            self._client.send(endpoints.UPGRADE, link_id, json=_NO_TWO_WAY)

    def status(self, link_id: str) -> Status | None:
        """Whether a link works: the application tries it [S9].

        Returns:
            What it says, or that it did not say so in time; None from versions that have no status, or when there is no such link.
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
        """What the application itself finds at an address: what the wizard asks first [S9]."""
        began = time.monotonic()
        try:
            answer = self._client.send(endpoints.SIGHT, params={"url": url})
        except ApplinksError as error:
            if came_too_late(error):
                late = f"it did not answer within {time.monotonic() - began:.3g} s when it was asked to look there."
                return Sighting(kind="not_told", message=late)
            if not isinstance(error, NotTheApplication) or error.status >= 500:
                raise
            return Sighting(kind="not_told")  # a firewall that lets no address through as a parameter
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
        """Around a request about a link: says when its id was listed but can't be used.

        Args:
            link_id: its id there.
            type_id: of a link that will be made: whether the application knows that type is asked first.

        Raises:
            IdTaken: if the application fails over an id that its list does not have.
        """
        try:
            yield
        except (Invalid, ServerFault, NotTheApplication) as error:
            # What an application says when it fails over such an id is not known: it may be its server's own page.
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
            return False  # the first refusal says more than this one
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
