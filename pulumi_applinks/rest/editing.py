"""The links of one application, changed: made, edited, relocated, deleted."""

from __future__ import annotations

from typing import Any, Literal

from pulumi_applinks.rest import calls
from pulumi_applinks.rest.addresses import same_address
from pulumi_applinks.rest.errors import (
    Conflict,
    Invalid,
    NotTheApplication,
    RelocationNotReachable,
)
from pulumi_applinks.rest.links import LinkResources
from pulumi_applinks.rest.models import Link
from pulumi_applinks.rest.parsing import told_status

Deletion = Literal["deleted", "missing", "unsure"]
"""What an application says of a deletion."""


class EditingResources(LinkResources):
    """Changes the links of one application."""

    def put_link(self, link: Link) -> Literal["created", "updated"]:
        """Make a link, or bring one to what is given. Harmless when repeated [S9].

        Returns:
            What it did: `updated` only when the application says in its own words that the link was there. When the request had
            to be sent again, that is taken for the first one's doing.
        """
        known = self._seen.links
        with (
            self._telling_taken_ids(link.id, link.type_id),
            known.first_alone(link, self.deadline),
            known.changing(link.id, primary="made" if link.primary else None) as becomes,
        ):
            answer = self._send(calls.MAKE, link.id, json=_body(link))
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
        """
        refusal = None
        if self._shared.has_v3 is None:
            self.links(primary=False)
        if self._shared.has_v3:
            try:
                self._put_v3(link_id, name=name, rpcUrl=rpc_url, displayUrl=display_url)
                return
            except Invalid as error:
                # 3.0 refuses every edit of a link beside a duplicate of its addresses; 1.0 does not look at those [S9].
                refusal = error
        before = self.link(link_id, primary=False)
        if before is None:
            return  # a PUT of 1.0 makes a link that is not there, which an edit never should
        if refusal is not None and not same_address(before.rpc_url or "", rpc_url):
            raise refusal
        changed = before.model_copy(
            # An update takes no place away for `false`; without a value some versions fail [S3].
            update={"name": name, "rpc_url": rpc_url, "display_url": display_url, "primary": False}
        )
        with self._telling_taken_ids(link_id), self._seen.links.changing(link_id):
            self._send(calls.OLDER_EDIT, link_id, json=_body(changed))

    def _put_v3(self, link_id: str, doing: str | None = None, **body: str) -> None:
        with self._telling_taken_ids(link_id), self._seen.links.changing(link_id):
            self._send(calls.EDIT, link_id, doing=doing, json=body)

    def make_primary(self, link_id: str) -> None:
        """Make a link the primary one of its type."""
        with self._seen.links.changing(link_id, primary="made"):
            self._send(calls.MAKE_PRIMARY, link_id)

    def relocate(self, link_id: str, new_url: str, *, without_contact: bool = False) -> None:
        """Tell the application that the remote one moved. Takes a system administrator [S9].

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
            with self._telling_taken_ids(link_id), self._seen.links.changing(link_id, primary="kept"):
                params = {"newUrl": new_url, "nowarning": "true" if without_contact else "false"}
                self._send(calls.RELOCATE, link_id, params=params, needs="a system administrator")
        except Conflict as error:
            raise RelocationNotReachable(error.asked, error.said, new_url) from None
        except NotTheApplication:
            # A firewall that lets no address through as a parameter. 3.0 takes it in the body, and looks at nothing there [S9].
            link = self.link(link_id, primary=False) if self._shared.has_v3 is not False else None
            if link is None or not self._shared.has_v3:
                raise
            display_url = new_url if same_address(link.display_url, link.rpc_url or "") else link.display_url
            self._put_v3(
                link_id, calls.RELOCATE.doing, name=link.name, rpcUrl=new_url, displayUrl=display_url
            )

    def delete_link(self, link_id: str) -> Deletion:
        """Delete a link here alone. One that is not there is no error.

        Returns:
            What the application says in its own words: that it deleted the link, or that it knows no such link [S9]; `unsure` for
            anything less, such as a bare 404, which could be a proxy's.
        """
        with self._seen.links.changing(link_id) as becomes:
            answer = self._send(calls.DELETE, link_id)
            if told_status(answer.body) == answer.status:
                becomes(None)
                return "missing" if answer.status == 404 else "deleted"
        return "unsure"

    def upgrade(self, link_id: str, new_id: str) -> None:
        """Give a link that was made while the remote application was down the id that this one turned out to have [S9].

        Args:
            link_id: the link's id so far, derived from the URL.
            new_id: the id that it is to get: the remote application's server id.
        """
        with self._seen.links.changing(link_id), self._seen.links.changing(new_id):
            self._send(calls.UPGRADE, link_id, json=_NO_TWO_WAY)


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
