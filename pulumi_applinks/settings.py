"""What is set for one run, beside the program: in the environment, or in the stack's configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pulumi_applinks.lifecycle import Declaration
from pulumi_applinks.lifecycle.declaration import WrongInput
from pulumi_applinks.names import PREVIEW_KEY

PREVIEW_VARIABLE = "APPLINKS_PREVIEW"
EXISTING_VARIABLE = "APPLINKS_ON_EXISTING"


class Settings:
    """How one run goes.

    Args:
        environment: the environment's variables.
        preview: the stack's configuration of how a preview looks; the environment wins.
    """

    def __init__(self, environment: Mapping[str, str], preview: str | None) -> None:
        self._preview = environment.get(PREVIEW_VARIABLE) or preview or "offline"
        self._existing = environment.get(EXISTING_VARIABLE, "")

    @property
    def asks(self) -> bool:
        """Whether a preview asks the applications."""
        return self._preview == "online"

    def findings(self) -> Iterator[WrongInput]:
        """What is wrong with them."""
        if self._preview not in ("online", "offline"):
            told = f"{PREVIEW_KEY} (or {PREVIEW_VARIABLE}) is {self._preview!r}: give online or offline"
            yield WrongInput("", told)
        if self._existing not in ("", "fail", "adopt"):
            yield WrongInput("", f"{EXISTING_VARIABLE} is {self._existing!r}: give fail or adopt")

    def in_this_run(self, declaration: Declaration) -> Declaration:
        """A declaration under what is said for this run; the state keeps what the program says.

        Args:
            declaration: what the program says.
        """
        if self._existing == "adopt":
            return replace(declaration, on_existing="adopt")
        return replace(declaration, on_existing="fail") if self._existing == "fail" else declaration
