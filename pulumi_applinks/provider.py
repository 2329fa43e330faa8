"""The provider class that a stack's state stores, and that the engine calls. The dotted path of the class is frozen.

A program makes an instance for each of its links, and only pickles it. So this module is light. The work is in `hooks.py`, which uses the
lifecycle and the REST interface. It is imported at the first call of the engine, in the plugin's process. The engine calls from several
threads at once: the first one imports under a lock, and the others wait for it.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from pulumi_applinks.codes import Code
from pulumi_applinks.names import CONFIGURATION_KEY, PREVIEW_KEY

if TYPE_CHECKING:
    from pulumi_applinks.hooks import Hooks

P = ParamSpec("P")
R = TypeVar("R")

_beginning = threading.Lock()
"""The lock under which the engine's first call makes what all calls share. An instance can't have its own lock, because it is pickled."""


class _Frames:
    """The switch that hides or shows the frames of tracebacks.

    For each exception of a hook, the SDK prints the traceback before the message. An error with a message needs no traceback, so the frames
    are hidden until the SDK has formatted the error. A fault of this program, or of another dynamic provider in this process, shows them.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._hiding = 0

    def hide(self) -> None:
        """Hide the frames until `show` has been called as many times as this."""
        with self._lock:
            self._hiding += 1
            sys.tracebacklimit = 0

    def show(self, *, at_once: bool = False) -> None:
        """Show the frames again.

        Args:
            at_once: whether to show them even while an error with a message is being formatted.
        """
        with self._lock:
            self._hiding = 0 if at_once else max(0, self._hiding - 1)
            if not self._hiding and hasattr(sys, "tracebacklimit"):
                del sys.tracebacklimit


_frames = _Frames()


class ApplicationLinkError(Exception):
    """Raised to the engine, which shows it to a person. Its last line says what to do."""

    __module__ = "builtins"  # so that a traceback's last line begins with the bare name

    def __init__(self, message: str) -> None:
        super().__init__(message)
        _frames.hide()

    def __del__(self) -> None:
        # The SDK has now formatted the error and released it.
        _frames.show()


def fault() -> str:
    """Make the message about a fault of this program."""
    from importlib.metadata import version

    from pulumi_applinks.rest import Message

    versions = f"pulumi-applinks {version('pulumi-applinks')}, Python {sys.version.split()[0]}"
    told = Message(
        Code.FAULT,
        "this is a fault of pulumi-applinks, not of your program",
        changed="What it had changed by then is not known: look at the link on both applications.",
        do=(
            f"Report it to the maintainers of pulumi-applinks, with the traceback and these versions: {versions}. "
            "Look through the traceback for anything that should stay private first."
        ),
    )
    return str(told)


def _told(hook: Callable[P, R]) -> Callable[P, R]:
    """Pass an error to the engine as one message, without its chain of exceptions."""

    @functools.wraps(hook)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hook(*args, **kwargs)
        except Exception as error:
            from pulumi_applinks.messages import TOLD, text_of

            if not isinstance(error, TOLD):
                _frames.show(at_once=True)
                pulumi.log.warn(fault())
                raise
            message = text_of(error)
        raise ApplicationLinkError(message)

    return telling


class ApplicationLinkProvider(ResourceProvider):
    """The provider of `ApplicationLink`.

    An instance has no pickled state, so that all links of a stack share one configured provider.
    """

    serialize_as_secret_always = False
    _configuration: str | None = None
    _preview: str | None = None
    _made: Hooks | None = None

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's configuration for this process.

        Args:
            req: the stack's configuration.
        """
        self.close()
        self._configuration = req.config.get(CONFIGURATION_KEY)
        self._preview = req.config.get(PREVIEW_KEY)

    def close(self) -> None:
        """Close all connections and forget what was read, because another operation follows."""
        with _beginning:
            if self._made is not None:
                self._made.close()
            self._made = None

    @property
    def _hooks(self) -> Hooks:
        with _beginning:
            if self._made is None:
                from pulumi_applinks.hooks import Hooks

                self._made = Hooks(self._configuration, self._preview)
            return self._made

    @_told
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the program's inputs, as far as that is possible without asking an application. An online preview asks them as well."""
        return self._hooks.check(_olds, news)

    @_told
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Find out what an update would do. Ask a changed address whether the same application answers there, or another one."""
        return self._hooks.diff(_id, _olds, _news)

    @_told
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the link on both ends. If that fails, undo what was done."""
        return self._hooks.create(props)

    @_told
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read both ends. The resource is gone if no end has the link any more."""
        return self._hooks.read(id_, props)

    @_told
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change both ends so that they match the program."""
        return self._hooks.update(_id, _olds, _news)

    @_told
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete both ends. Each deletion is confirmed by the application, or the end is read again."""
        self._hooks.delete(_id, _props)
