"""What a stack's state stores of this provider, and the engine calls: the dotted path of the class is frozen.

A program makes an instance for each of its links, and does nothing with it but have it pickled. So this module is light: the work is in
`hooks.py`, with the lifecycle and the REST interface below it, and is imported with the first call of the engine, in the plugin's
process. The engine calls from several threads at once: the first of them imports, under a lock, and the others wait for it.
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
"""Held while the first of the engine's calls makes what all share: an instance, which is pickled, can't hold a lock of its own."""


class _Frames:
    """Whether tracebacks show their frames.

    The SDK puts the traceback of whatever a hook raises before it. An error with a message needs none: as long as one is on its way to
    the engine, no frames are shown. A fault of this program, or of another dynamic provider of this process, keeps them.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._hiding = 0

    def hide(self) -> None:
        """Show none until `show` has been called as often."""
        with self._lock:
            self._hiding += 1
            sys.tracebacklimit = 0

    def show(self, *, at_once: bool = False) -> None:
        """Show them again.

        Args:
            at_once: also while an error with a message is on its way.
        """
        with self._lock:
            self._hiding = 0 if at_once else max(0, self._hiding - 1)
            if not self._hiding and hasattr(sys, "tracebacklimit"):
                del sys.tracebacklimit


_frames = _Frames()


class ApplicationLinkError(Exception):
    """Raised to the engine, which shows it to a person: its last line says what to do."""

    __module__ = "builtins"  # a traceback's last line begins with the bare name then

    def __init__(self, message: str) -> None:
        super().__init__(message)
        _frames.hide()

    def __del__(self) -> None:
        # The SDK has formatted it by now, and has let it go.
        _frames.show()


def fault() -> str:
    """What is said of a fault of this program."""
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
    """Let an error reach the engine as one message, without the chain of exceptions behind it."""

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

    An instance carries nothing that is pickled, so that all links of a stack share one configured provider.
    """

    serialize_as_secret_always = False
    _configuration: str | None = None
    _preview: str | None = None
    _made: Hooks | None = None

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's credentials, for this process.

        Args:
            req: the stack's configuration.
        """
        self.close()
        self._configuration = req.config.get(CONFIGURATION_KEY)
        self._preview = req.config.get(PREVIEW_KEY)

    def close(self) -> None:
        """Close all connections, and forget what was read: what comes next is another operation."""
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
        """What is wrong with the program's inputs, as far as it can be known without asking an application."""
        return self._hooks.check(_olds, news)

    @_told
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """What an update would do; an address that changed is looked at, to distinguish a moved application from another one."""
        return self._hooks.diff(_id, _olds, _news)

    @_told
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the link on both ends; what was done before a failure is undone."""
        return self._hooks.create(props)

    @_told
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Both ends as they are now; gone when no end has the link any more."""
        return self._hooks.read(id_, props)

    @_told
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Bring both ends to what the program says now."""
        return self._hooks.update(_id, _olds, _news)

    @_told
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete both ends, each confirmed by the application or read back."""
        self._hooks.delete(_id, _props)
