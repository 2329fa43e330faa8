"""What every part of an operation needs."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.provider import DynamicProvider
from pulumi_applinks.lab.engine.resources import PROVIDER_TYPE
from pulumi_applinks.lab.engine.state import StateFile
from pulumi_applinks.lab.engine.targets import Targets


@dataclass
class Context:
    """What every part of an operation needs.

    Attributes:
        project: the project's name.
        stack: the stack's name.
        engine: the address of the engine's log.
        provider: the dynamic provider's process.
        display: what the user sees.
        file: where the state is kept; None in a preview, which keeps nothing.
        targets: which resources it is about.
        parallel: how many steps may run at once.
        continue_on_error: whether what does not need a failed resource is done all the same.
    """

    project: str
    stack: str
    engine: str
    provider: DynamicProvider
    display: Display
    file: StateFile | None
    targets: Targets
    parallel: int = 16
    continue_on_error: bool = False

    @property
    def dry_run(self) -> bool:
        """Whether this is a preview."""
        return self.file is None

    @property
    def stack_urn(self) -> str:
        """The root resource's URN."""
        return self.display.stack_urn

    @property
    def provider_urn(self) -> str:
        """The default provider's URN."""
        return f"urn:pulumi:{self.stack}::{self.project}::{PROVIDER_TYPE}::default"
