"""The links of one application: read, made, edited, relocated, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from pulumi_applinks.rest.answers import listed, told_status
from pulumi_applinks.rest.errors import ApplinksError
from pulumi_applinks.rest.misunderstandings import NotApplinks, UnexpectedAnswer
from pulumi_applinks.rest.models import Link, Manifest, Sighting
from pulumi_applinks.rest.refusals import (
    IdTaken,
    Invalid,
    NotFound,
    NotPermitted,
    Refused,
    RelocationNotReachable,
    Said,
    ServerFault,
)
from pulumi_applinks.rest.resources import MISSING, V1, V3, Resources, record
from pulumi_applinks.rest.text import quoted

_SYSTEM_ADMINISTRATOR = "a system administrator"


Deletion = Literal["deleted", "missing", "unsure"]
"""What an application says of a deletion."""


class LinkResources(Resources):
    """The links of one application."""

    def manifest(self, *, again: bool = False) -> Manifest:
        """Who the application is: read once for all who share what is known of it. Asked without a login [S9].

        Raises:
            NotApplinks: if there is no applinks interface at the address.
            ApplinksError: if it can't be asked or is not understood.
        """
        manifest, _ = self._shared.manifest.get(self._read_manifest, self.deadline)
        return manifest

    def _read_manifest(self) -> Manifest:
        try:
            answer = self._transport.send(
                "GET", f"{V1}/manifest", doing="telling who it is", anonymous=True, needs="a user"
            )
        except NotFound as error:
            raise NotApplinks(error.asked, error.status) from None
        return record(Manifest, answer.data(), answer)

    def links(self, *about: str, primary: bool = True) -> list[Link]:
        """All links, which takes an administrator: read once for all who share what is known of the application.

        3.0 is asked first, because 1.0 hides the RPC URL of links that belong to the system [S9].

        Args:
            about: ids of links that have to be as they are now: the list is read anew if this program has changed one of them
                since. The others are as they were read, or as this program wrote them.
            primary: whether it matters which links are primary: the list is read anew if this program may have changed that.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        return self._seen.links.get(self._read_links, self.deadline, about, primary=primary)

    def _read_links(self) -> list[Link]:
        doing = "reading its links"
        if self._shared.has_v3 is not False:
            answer = self._transport.send("GET", f"{V3}/applinks", doing=doing, allow=MISSING)
            self._shared.has_v3 = answer.status not in MISSING
        if not self._shared.has_v3:
            answer = self._transport.send("GET", f"{V1}/applicationlink", doing=doing)
        found = listed(answer.data(), "applicationLinks", "list")
        if found is None:
            # Whoever took it for an empty list would say that a link is gone, and forget it.
            raise UnexpectedAnswer(answer.asked, "is no list of links")
        # Newer versions list OAuth 2.0 clients among the links, which are none [S9].
        return [record(Link, one, answer) for one in found if one.get("id")]

    def link(self, link_id: str, *, primary: bool = True) -> Link | None:
        """One link, out of the list: for an unknown id versions answer 404 or 500 [S9].

        Args:
            link_id: its id there.
            primary: whether it matters which links are primary.

        Returns:
            The link; None when there is none.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
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
        except (Invalid, ServerFault) as error:
            if error.status not in (400, 500) or not self._hides(
                link_id, type_id if error.status == 400 else None
            ):
                raise
            raise IdTaken(error.asked, Said(error.status, error.messages, error.fields), link_id) from None

    def _hides(self, link_id: str, type_id: str | None) -> bool:
        try:
            if self.link(link_id, primary=False) is not None:
                return False
            if type_id is not None:
                self._transport.send(
                    "GET", f"{V1}/applicationlink/type/{type_id}", doing="looking for its type"
                )
        except ApplinksError:
            return False  # the first refusal tells more than this one
        return True

    def sees(self, url: str) -> Sighting:
        """What the application itself finds at an address: what the wizard asks first [S9].

        Args:
            url: the address.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        answer = self._transport.send(
            "GET",
            f"{V1}/applicationlinkForm/manifest",
            doing="looking at the other application",
            params={"url": url},
            allow={400, 404, 405, 409, 410},
        )
        if answer.status in MISSING:
            return Sighting(kind="not_told")
        data = answer.data() if answer.body.strip() else {}
        said = data if isinstance(data, dict) else {}
        message = quoted(str(said.get("warning") or said.get("message") or ""), ()) or None
        if answer.status == 400:
            return Sighting(kind="not_accepted", message=message)
        if answer.status == 409:
            return Sighting(kind="conflict", message=message)
        if said.get("id"):
            return Sighting(kind="application", manifest=record(Manifest, said, answer))
        if not (said.get("code") or said.get("warning")):
            return Sighting(kind="no_manifest")
        params = said.get("params")
        there = params.get("redirectedUrl") if isinstance(params, dict) else None
        if there:
            return Sighting(kind="redirected", redirected_to=quoted(str(there), ()), message=message)
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
        found, _ = self._seen.system_administrator.get(self._try_rights, self.deadline)
        return found

    def _try_rights(self) -> bool:
        try:
            self._relocate(str(uuid.uuid4()), self.api_url, "false", "looking up the rights", {404})
        except NotPermitted:
            return False
        except Refused as error:
            if error.status == 401:
                raise
        return True

    def put_link(self, link: Link) -> Literal["created", "updated"]:
        """Make a link, or bring one to what is given. Harmless when repeated [S9].

        Args:
            link: as it should be.

        Returns:
            What it did: `updated` only when the application says in its own words that the link was there. When the request had
            to be sent again, that is taken for the first one's doing.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        known = self._seen.links
        with (
            self._telling_taken_ids(link.id, link.type_id),
            known.first_alone(link, self.deadline),
            known.changing(link.id, primary="made" if link.primary else None) as becomes,
        ):
            answer = self._transport.send(
                "PUT", f"{V1}/applicationlink/{link.id}", doing="making the link", json=_body(link)
            )
            becomes(link)
        was_there = answer.status == 200 and told_status(answer.body) == 200 and answer.tries == 1
        return "updated" if was_there else "created"

    def edit_link(self, link_id: str, *, name: str, rpc_url: str, display_url: str) -> None:
        """Change a link that is there.

        Args:
            link_id: its id there.
            name: what it is to be called.
            rpc_url: where requests are to be sent.
            display_url: where people are to be sent.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        doing = "changing the link"
        refusal = None
        if self._shared.has_v3 is None:
            self.links(primary=False)
        if self._shared.has_v3:
            try:
                self._put_v3(link_id, doing, name=name, rpcUrl=rpc_url, displayUrl=display_url)
                return
            except Invalid as error:
                # 3.0 refuses every edit of a link beside a duplicate of its addresses; 1.0 does not look at those [S9].
                refusal = error
        before = self.link(link_id, primary=False)
        if before is None:
            return  # a PUT of 1.0 makes a link that is not there, which an edit never should
        if refusal is not None and before.rpc_url != rpc_url:
            raise refusal
        changed = before.model_copy(
            # An update takes no place away for `false`; without a value some versions fail [S3].
            update={"name": name, "rpc_url": rpc_url, "display_url": display_url, "primary": False}
        )
        with self._telling_taken_ids(link_id), self._seen.links.changing(link_id):
            self._transport.send("PUT", f"{V1}/applicationlink/{link_id}", doing=doing, json=_body(changed))

    def _put_v3(self, link_id: str, doing: str, **body: str) -> None:
        with self._telling_taken_ids(link_id), self._seen.links.changing(link_id):
            self._transport.send("PUT", f"{V3}/applinks/{link_id}", doing=doing, json=body)

    def make_primary(self, link_id: str) -> None:
        """Make a link the primary one of its type.

        Args:
            link_id: its id there.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        with self._seen.links.changing(link_id, primary="made"):
            self._transport.send(
                "POST",
                f"{V1}/applicationlink/primary/{link_id}",
                doing="making the link primary",
                repeatable=True,
            )

    def relocate(self, link_id: str, new_url: str, *, without_contact: bool = False) -> None:
        """Tell the application that the remote one moved. Takes a system administrator [S9].

        Args:
            link_id: the link's id there.
            new_url: where the remote one is now.
            without_contact: whether to do so although nothing answers there.

        Raises:
            RelocationNotReachable: if nothing answers there.
            ApplinksError: if the application can't be asked or refuses.
        """
        try:
            with self._telling_taken_ids(link_id), self._seen.links.changing(link_id, primary="kept"):
                self._relocate(
                    link_id, new_url, "true" if without_contact else "false", "relocating the link"
                )
        except Refused as error:
            if error.status != 409:
                raise
            said = Said(error.status, error.messages, error.fields)
            raise RelocationNotReachable(error.asked, said, new_url) from None

    def _relocate(
        self, link_id: str, new_url: str, nowarning: str, doing: str, allow: set[int] | None = None
    ) -> None:
        self._transport.send(
            "POST",
            f"{V1}/relocateApplicationlink/{link_id}",
            doing=doing,
            params={"newUrl": new_url, "nowarning": nowarning},
            allow=allow or set(),
            needs=_SYSTEM_ADMINISTRATOR if allow is None else "an administrator",
            repeatable=True,
        )

    def delete_link(self, link_id: str) -> Deletion:
        """Delete a link here alone. One that is not there is no error.

        Args:
            link_id: its id there.

        Returns:
            What the application says in its own words: that it deleted the link, or that it knows no such link [S9]; `unsure` for
            anything less, such as a bare 404, which could be a proxy's.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        with self._seen.links.changing(link_id) as becomes:
            answer = self._transport.send(
                "DELETE", f"{V1}/applicationlink/{link_id}", doing="deleting the link", allow={404}
            )
            if told_status(answer.body) == answer.status:
                becomes(None)
                return "missing" if answer.status == 404 else "deleted"
        return "unsure"

    def user(self, name: str):
        return None

    def upgrade(self, link_id: str, new_id: str) -> None:
        """Give a link that was made while the remote application was down the id that this one turned out to have [S9].

        Args:
            link_id: the link's id so far, derived from the URL.
            new_id: the id that it is to get: the remote application's server id.

        Raises:
            ApplinksError: if the application can't be asked or refuses.
        """
        with self._seen.links.changing(link_id), self._seen.links.changing(new_id):
            self._upgrade(link_id)

    def _upgrade(self, link_id: str) -> None:
        self._transport.send(
            "POST",
            f"{V1}/upgrade/ual/{link_id}",
            doing="giving the link its target's server id",
            json={
                "username": "",
                "password": "",
                "createTwoWayLink": False,
                "reciprocateEntityLinks": False,
                "rpcUrl": "",
                "configFormValues": {"trustEachOther": False, "shareUserbase": False},
            },
            allow={404},
        )


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
