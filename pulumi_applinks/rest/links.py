"""The links of one application, read; and what it says of the login and of other applications."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from pulumi_applinks.rest import calls
from pulumi_applinks.rest.answer import Answer
from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.errors import (
    Answered,
    ApplinksError,
    IdTaken,
    Invalid,
    NotPermitted,
    NotTheApplication,
    Refused,
    ServerFault,
    UnexpectedAnswer,
)
from pulumi_applinks.rest.interpretation import MISSING
from pulumi_applinks.rest.models import Link, Manifest, Sighting
from pulumi_applinks.rest.parsing import complaints, listed
from pulumi_applinks.rest.redaction import quoted
from pulumi_applinks.rest.resources import Resources
from pulumi_applinks.rest.single_flight import tick
from pulumi_applinks.rest.transport import came_too_late


class LinkResources(Resources):
    """The links of one application."""

    _looked = 0

    @property
    def follows(self) -> Deadline:
        """Until when its nodes, if there are several, may not have followed what was changed before this operation."""
        return self._shared.follows

    def links(self, *about: str, primary: bool = True, doubted: bool = False) -> list[Link]:
        """All links, which takes an administrator: read once for all who share what is known of the application.

        3.0 is asked first, because 1.0 hides the RPC URL of links that belong to the system [S9].

        Args:
            about: ids of links that have to be as they are now: the list is read anew if this program has changed one of them
                since. The others are as they were read, or as this program wrote them.
            primary: whether it matters which links are primary: the list is read anew if this program may have changed that.
            doubted: whether what this client was shown last is not believed: it is shown a list that was read after that, or else after
                all nodes have had the time to follow, by whoever shares it.
        """
        since = (self._shared.followed() or self._looked) if doubted else 0
        read, deadline = self._seen.links, self.deadline
        found = read.get(self._read_links, deadline, self.label, about, primary=primary, since=since)
        self._looked = tick()
        return found

    def _read_links(self) -> list[Link]:
        answer = self._list_of_v3()
        if answer is None:
            answer = self._send(calls.OLDER_LINKS)
        found = listed(answer.data(), "applicationLinks", "list")
        if found is None:
            # Whoever took it for an empty list would say that a link is gone, and forget it.
            raise UnexpectedAnswer(answer.asked, "is no list of links")
        return [link for link in map(Link.of, found) if link is not None]

    def oauth2_entries(self) -> frozenset[str]:
        """The ids of OAuth 2.0 clients and connections among its links: 3.0 lists them as generic ones, and 1.0 does not [S9]."""
        generic = {link.id for link in self.links(primary=False) if link.what == "generic"}
        if not generic or not self._shared.has_v3:
            return frozenset()
        found = listed(self._send(calls.OLDER_LINKS).data(), "applicationLinks", "list")
        older = None if found is None else {link.id for link in map(Link.of, found) if link is not None}
        return frozenset() if older is None else frozenset(generic - older)

    def _list_of_v3(self) -> Answer | None:
        if self._shared.has_v3 is False:
            return None
        try:
            answer = self._send(calls.LINKS)
        except Answered as error:
            if error.status != 500:
                raise
            # An OAuth 2.0 client without a redirect URL makes this list fail, and no other [S9].
            self._shared.has_v3 = True
            return None
        self._shared.has_v3 = answer.status not in MISSING
        return answer if self._shared.has_v3 else None

    def link(self, link_id: str, *, primary: bool = True) -> Link | None:
        """One link, out of the list: for an unknown id versions answer 404 or 500 [S9].

        Args:
            link_id: its id there.
            primary: whether it matters which links are primary.

        Returns:
            The link; None when there is none.
        """
        return next((link for link in self.links(link_id, primary=primary) if link.id == link_id), None)

    @contextmanager
    def _telling_taken_ids(self, link_id: str, type_id: str | None = None) -> Iterator[None]:
        """Around a request about a link: tells when its id is one that no list shows, and yet can't be used.

        Args:
            link_id: its id there.
            type_id: of a link that is to be made: whether the application knows that type is asked first.

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
            if self.link(link_id, primary=False) is not None:
                return False
            if type_id is not None:
                self._send(calls.LINKS_OF_TYPE, type_id)
        except ApplinksError:
            return False  # the first refusal tells more than this one
        return True

    def doubt(self, *link_ids: str) -> None:
        """Read links anew when they are asked for next: somebody else may have changed them since they were read."""
        self._seen.links.doubt(link_ids)

    def sees(self, url: str) -> Sighting:
        """What the application itself finds at an address: what the wizard asks first [S9]."""
        began = time.monotonic()
        try:
            answer = self._send(calls.SIGHT, params={"url": url})
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

    def is_system_administrator(self) -> bool:
        """Whether the login is a system administrator's.

        No resource tells. Relocation looks at the rights before it looks for the link, so the relocation of a link that does not
        exist tells without changing anything: 403 for an administrator, 404 for a system administrator [S9]. Older versions
        let every administrator relocate and answer 404 [S3].

        Raises:
            NotAuthenticated: if it is not even an administrator's.
            ApplinksError: if the application can't be asked.
        """
        found, _ = self._seen.system_administrator.get(self._try_rights, self.deadline, self.label)
        return found

    def _try_rights(self) -> bool:
        try:
            # No address: there are firewalls that let none through as a parameter.
            params = {"newUrl": "none", "nowarning": "false"}
            self._send(calls.RIGHTS, str(uuid.uuid4()), params=params)
        except NotPermitted as error:
            if error.asked.identifying:
                raise  # that was the manifest, which says nothing of rights
            return False
        except Refused as error:
            if error.status == 401:
                raise
        return True
