"""The interface as a table: for each resource, its path, who may call it, the fields of its answer, and the source."""

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
"""Who may call a resource: anyone, any logged-in user, or administrators."""

Form = Literal["older", "3.0", "page"]
"""How a part of the interface reports an error: a status entity, the errors of 3.0, or a page."""


@dataclass
class Call:
    """A request to a resource.

    Args:
        application: the application that received the request.
        request: the request.
        user: the user who sent it, if logged in.
        version: the version of the interface in the request's path.
        form: how the resource reports an error.
    """

    application: Application
    request: Request
    user: User | None
    version: str = "1.0"
    form: Form = "older"

    @property
    def is_sysadmin(self) -> bool:
        """Whether a system administrator sent the request."""
        return self.user is not None and self.user.is_sysadmin

    def link(self, link_id: str) -> StoredLink | None:
        """A link by its id; None if there is no such link.

        Args:
            link_id: its id.

        Raises:
            Refused: if the link is corrupted, or the plugin for its type is gone.
        """
        link = self.application.links.get(link_id)
        if link is None or self.application.is_usable(link):
            return link
        raise Refused(self.wrong(self.application.variants.unusable_link_status, "The link can't be used"))

    def known(self, link_id: str, status: int = 404) -> StoredLink:
        """A link by its id.

        Args:
            link_id: its id.
            status: the status of the answer if there is no such link.

        Raises:
            Refused: if there is no such link, or it can't be used.
        """
        link = self.link(link_id)
        if link is None:
            raise Refused(self.wrong(status, f"No application link with id '{link_id}'"))
        return link

    def body(self) -> dict[str, Any]:
        """The record in the request's body.

        Raises:
            Refused: if the body is not a record.
        """
        try:
            return wire.record(self.request.get_data())
        except ValueError:
            raise Refused(self.wrong(400, "The body is no record")) from None

    def answer(self, body: Any, root: str) -> Response:
        """An answer that reports success, in the requested format.

        Args:
            body: dictionaries, lists and plain values.
            root: the name of the XML root.
        """
        return wire.answer(self.request, 200, body, root=root)

    def wrong(self, status: int, *messages: str, field: str | None = None) -> Response:
        """An answer that reports an error, in the resource's form.

        Args:
            status: the HTTP status.
            messages: messages for people; only the older resources can have more than one, for a bad request.
            field: the field of the body that is wrong.
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
        """The link of an entity to itself; it contains the version from the request [ind].

        Args:
            path: the path below the version.
            module: the module of the REST interface.
        """
        return [{"href": f"{self.application.base_url}/rest/{module}/{self.version}/{path}", "rel": "self"}]


Handler = Callable[..., Response]


@dataclass(frozen=True)
class Resource:
    """One resource of the interface.

    Args:
        method: the HTTP method.
        path: the path below the version, with parameters in werkzeug's notation.
        module: the module of the REST interface; `/` for a path outside it.
        handler: the function that answers.
        guard: who may call it.
        answers: the entities that it can answer on success; each answer is one of them.
        source: the source for it.
        form: how it reports an error.
        websudo: whether it asks for a secure administrator session.
        checks_forgery: whether it asks for the header against forgery with any method.
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
        """Its purpose, in words."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


class Routes:
    """A part of the interface.

    Args:
        form: how it reports an error.
        module: the module of the REST interface; `/` for paths outside it.
        source: the source for it, unless a resource names another one.
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
        """Register a function as the handler of a resource.

        Args:
            method: the HTTP method.
            path: the path below the version, with parameters in werkzeug's notation.
            guard: who may call it.
            answers: the entities that it can answer on success, separated by blanks; each answer is one of them.
            source: the source for it.
            websudo: whether it asks for a secure administrator session.
            checks_forgery: whether it asks for the header against forgery with any method.
            writes: whether it changes something; by default, everything except a GET does.
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
        """The routing rules of all resources, under the given versions.

        Args:
            versions: versions such as 1.0 or latest.
        """
        for resource in self.found:
            if resource.module == "/":
                yield Rule(resource.path, methods=[resource.method], endpoint=resource)
                continue
            for version in versions:
                path = f"/rest/{resource.module}/{version}{resource.path}"
                yield Rule(path, methods=[resource.method], endpoint=resource)
