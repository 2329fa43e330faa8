"""What every part of one application's interface shares: how it is asked, and who it is."""

from __future__ import annotations

from pulumi_applinks.rest import calls
from pulumi_applinks.rest.cache import Seen
from pulumi_applinks.rest.errors import Answered
from pulumi_applinks.rest.models import Manifest
from pulumi_applinks.rest.transport import Transport


class Resources(Transport):
    """One application, asked over HTTP. A `link_id` is a link's id there.

    Whatever asks it raises an ApplinksError if it can't be asked, refuses, or is not understood.
    """

    @property
    def clock_ahead(self) -> float | None:
        """How far its clock is ahead of this machine's, in seconds; None before it told its manifest, or if it did not tell the time."""
        return self._shared.clock_ahead

    @property
    def _seen(self) -> Seen:
        return self._shared.seen_by(self._account.login)

    def insist(self) -> None:
        """Ask although the application could not be reached before, or did not say who it is."""
        self._shared.forget_failure()

    def manifest(self, *, again: bool = False) -> Manifest:
        """Who the application is: read once for all who share what is known of it, failures included.

        It is asked without a login [S9], before any request with one. Where it refuses to tell then, it is asked with the login only if the
        program says that its manifest needs one.

        Args:
            again: whether to ask although it was asked before.

        Raises:
            NotApplinks: if there is no applinks interface at the address.
            ApplinksError: if it can't be asked or is not understood.
        """
        if again:
            self.insist()
        manifest, _ = self._shared.manifest.get(self._read_manifest, self.deadline, self.label, again=again)
        return manifest

    def _read_manifest(self) -> Manifest:
        try:
            answer = self._send(calls.MANIFEST, anonymous=True, identifying=True, needs="a user")
        except Answered as error:
            if not (error.withheld and self._manifest_needs_login and self._account.login):
                raise
            answer = self._send(calls.MANIFEST, identifying=True, needs="a user")
        return answer.record(Manifest)

    def close(self) -> None:
        """Close the connections."""
        self._shared.session.close()
