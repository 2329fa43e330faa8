"""`python benchmarks/null_plugin.py`: the plugin with hooks that do nothing. It shows what the engine and the protocol cost."""

from __future__ import annotations

from typing import Any
from unittest import mock

from pulumi.dynamic import ReadResult

from benchmarks.null import OUTPUTS, NullProvider
from pulumi_applinks.plugin import serving


class NullHooks(NullProvider):
    """The null provider, with the methods that the plugin calls besides."""

    def __init__(self, *_arguments: Any, **_more: Any) -> None:
        pass

    def close(self) -> None:
        """Close nothing."""

    def interrupt(self) -> None:
        """Interrupt nothing."""

    def look_ahead(self, *_arguments: Any) -> None:
        """Foresee nothing."""

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the given properties, and the inputs among them."""
        result = super().read(id_, props)
        result.inputs = {key: value for key, value in props.items() if key not in OUTPUTS}
        return result


if __name__ == "__main__":
    with mock.patch("pulumi_applinks.plugin.servicer.Hooks", NullHooks):
        serving.main()
