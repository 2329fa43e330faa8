"""Settings for one run that are not in the program: in the environment, or in the stack's configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pulumi_applinks.lifecycle import Declaration
from pulumi_applinks.lifecycle.declaration import WrongInput
from pulumi_applinks.names import PREVIEW_KEY

PREVIEW_VARIABLE = "APPLINKS_PREVIEW"
EXISTING_VARIABLE = "APPLINKS_ON_EXISTING"


class Settings:
    """The settings for one run.

    Args:
        environment: the environment variables.
        preview: the stack's configuration of previews, `online` or `offline`. The environment overrides it.
    """

    def __init__(self, environment: Mapping[str, str], preview: str | None) -> None:
        self._preview = environment.get(PREVIEW_VARIABLE) or preview or "offline"
        self._existing = environment.get(EXISTING_VARIABLE, "")

    @property
    def asks(self) -> bool:
        """Whether a preview asks the applications."""
        return self._preview == "online"

    def findings(self) -> Iterator[WrongInput]:
        """Find invalid settings."""
        if self._preview not in ("online", "offline"):
            told = f"{PREVIEW_KEY} (or {PREVIEW_VARIABLE}) is {self._preview!r}: give online or offline"
            yield WrongInput("", told)
        if self._existing not in ("", "fail", "adopt"):
            yield WrongInput("", f"{EXISTING_VARIABLE} is {self._existing!r}: give fail or adopt")

    def in_this_run(self, declaration: Declaration) -> Declaration:
        """Apply the settings of this run to a declaration. The state keeps what the program says.

        Args:
            declaration: what the program says.
        """
        if self._existing == "adopt":
            return replace(declaration, on_existing="adopt")
        return replace(declaration, on_existing="fail") if self._existing == "fail" else declaration
