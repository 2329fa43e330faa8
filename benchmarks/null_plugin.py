"""`python benchmarks/null_plugin.py`: the plugin with hooks that do nothing. It shows what the engine and the protocol cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unittest import mock

from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from benchmarks.null import INPUTS, OUTPUTS
from pulumi_applinks.plugin import serving

Properties = Mapping[str, Any]


class NullHooks:
    """Answers immediately, with as many properties as a link has."""

    def __init__(self, *_arguments: Any, **_more: Any) -> None:
        pass

    def close(self) -> None:
        """Close nothing."""

    def interrupt(self) -> None:
        """Interrupt nothing."""

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Find nothing wrong."""
        return CheckResult(dict(news), [])

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Compare the inputs."""
        return DiffResult(any(olds.get(key) != news.get(key) for key in ("source", "target", *INPUTS)))

    def look_ahead(self, *_arguments: Any) -> None:
        """Foresee nothing."""

    def create(self, props: Properties) -> CreateResult:
        """Create nothing."""
        return CreateResult("jira/wiki", {**props, **OUTPUTS})

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Return the given properties."""
        result = ReadResult(id_, dict(props))
        result.inputs = {key: value for key, value in props.items() if key not in OUTPUTS}
        return result

    def update(self, _id: str, _olds: Properties, news: Properties) -> UpdateResult:
        """Change nothing."""
        return UpdateResult({**news, **OUTPUTS})

    def delete(self, _id: str, _props: Properties) -> None:
        """Delete nothing."""


if __name__ == "__main__":
    with mock.patch("pulumi_applinks.plugin.servicer.Hooks", NullHooks):
        serving.main()
