"""The interface as a table: which resource answers what, to whom, with which fields, and where that is known from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from werkzeug import Request, Response
from werkzeug.routing import Rule

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.stored import StoredLink
from pulumi_applinks.lab.applications.users import User

if TYPE_CHECKING:
    from pulumi_applinks.lab.applications.application import Application

Guard = Literal["open", "user", "admin"]
"""Who is let in: anyone, anyone who is logged in, administrators."""

Form = Literal["older", "3.0", "page"]
"""How a part of the interface reports an error: a status entity, the errors of 3.0, or a page."""


@dataclass
class Call:
    """A request on its way to a resource.

    Args:
        application: that is asked.
        request: as it came.
        user: who asks, if anybody is logged in.
        version: of the interface, as the request's path has it.
        form: how the resource reports an error.
    """

    application: Application
    request: Request
    user: User | None
    version: str = "1.0"
    form: Form = "older"

    @property
    def is_sysadmin(self) -> bool:
        """Whether a system administrator asks."""
        return self.user is not None and self.user.is_sysadmin

    def link(self, link_id: str) -> StoredLink | None:
        """A link by its id; None when the application has none.

        Args:
            link_id: its id.

        Raises:
            Refused: if the id is taken, by a corrupted link or by one whose type's plugin is gone.
        """
        link = self.application.links.get(link_id)
        if link is None or self.application.is_usable(link):
            return link
        raise Refused(self.wrong(self.application.variants.unusable_link_status, "The link can't be used"))

    def known(self, link_id: str, status: int = 404) -> StoredLink:
        """A link by its id.

        Args:
            link_id: its id.
            status: of the answer when there is none.

        Raises:
            Refused: if there is none, or it can't be used.
        """
        link = self.link(link_id)
        if link is None:
            raise Refused(self.wrong(status, f"No application link with id '{link_id}'"))
        return link

    def body(self) -> dict[str, Any]:
        """What the request brings.

        Raises:
            Refused: if that is no record.
        """
        try:
            return wire.record(self.request.get_data())
        except ValueError:
            raise Refused(self.wrong(400, "The body is no record")) from None

    def answer(self, body: Any, root: str) -> Response:
        """A success, in the form that was asked for.

        Args:
            body: dictionaries, lists and plain values.
            root: the XML root.
        """
        return wire.answer(self.request, 200, body, root=root)

    def wrong(self, status: int, *messages: str, field: str | None = None) -> Response:
        """An answer that reports an error, in the resource's form.

        Args:
            status: of HTTP.
            messages: for people; more than one only for a bad request of the older resources.
            field: of the body that it is about.
        """
        if self.form == "3.0":
            return wire.rest_errors(status, messages[0], field)
        if self.form == "page":
            text = f"<html><title>{messages[0]}</title></html>"
            return Response(text, status, content_type="text/html;charset=UTF-8")
        if status in (400, 409):
            return wire.error_list(self.request, status, *messages, fields=(field,) if field else ())
        return wire.status_entity(self.request, status, messages[0])

    def self_link(self, path: str, *, module: str = "applinks") -> list[dict[str, str]]:
        """The link of an entity to itself: it has the version of the request [ind].

        Args:
            path: below the version.
            module: of the REST interface.
        """
        return [{"href": f"{self.application.base_url}/rest/{module}/{self.version}/{path}", "rel": "self"}]


Handler = Callable[..., Response]


@dataclass(frozen=True)
class Resource:
    """One call of the interface.

    Args:
        method: of HTTP.
        path: below the version, with parameters as werkzeug writes them.
        module: of the REST interface; `/` for a path that is no part of it.
        handler: answers.
        guard: who is let in.
        answers: the entities that a success is, one of them.
        source: where it is known from.
        form: how it reports an error.
        websudo: whether a secure administrator session is asked for.
        checks_forgery: whether the header against forgery is asked for whatever the method.
        writes: whether it changes something.
    """

    method: str
    path: str
    module: str
    handler: Handler
    guard: Guard
    answers: tuple[str, ...]
    source: str
    form: Form
    websudo: bool
    checks_forgery: bool
    writes: bool

    @property
    def what(self) -> str:
        """What it is for, in words."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


class Routes:
    """A part of the interface.

    Args:
        form: how it reports an error.
        module: of the REST interface; `/` for paths that are no part of it.
        source: where it is known from, unless a resource says otherwise.
    """

    def __init__(self, form: Form = "older", module: str = "applinks", source: str = "S9, S3") -> None:
        self.form = form
        self.module = module
        self.source = source
        self.found: list[Resource] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        guard: Guard,
        answers: str,
        source: str | None = None,
        websudo: bool = False,
        checks_forgery: bool = False,
        writes: bool | None = None,
    ) -> Callable[[Handler], Handler]:
        """Let a function answer.

        Args:
            method: of HTTP.
            path: below the version, with parameters as werkzeug writes them.
            guard: who is let in.
            answers: the entities that a success is, one of them, separated by blanks.
            source: where it is known from.
            websudo: whether a secure administrator session is asked for.
            checks_forgery: whether the header against forgery is asked for whatever the method.
            writes: whether it changes something; everything but a GET does unless set otherwise.
        """

        def added(handler: Handler) -> Handler:
            self.found.append(
                Resource(
                    method,
                    path,
                    self.module,
                    handler,
                    guard,
                    tuple(answers.split()),
                    source or self.source,
                    self.form,
                    websudo,
                    checks_forgery,
                    method != "GET" if writes is None else writes,
                )
            )
            return handler

        return added

    def rules(self, *versions: str) -> Iterable[Rule]:
        """The rules of all resources, under some versions.

        Args:
            versions: such as 1.0, latest.
        """
        for resource in self.found:
            if resource.module == "/":
                yield Rule(resource.path, methods=[resource.method], endpoint=resource)
                continue
            for version in versions:
                path = f"/rest/{resource.module}/{version}{resource.path}"
                yield Rule(path, methods=[resource.method], endpoint=resource)
