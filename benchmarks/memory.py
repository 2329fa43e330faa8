"""One provider process that reads all links again and again: what it keeps."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks import watch
from benchmarks.stacks import PASSPHRASE, MeasuredStack
from pulumi_applinks.lab.engine.plugin import PLUGIN, Child, DynamicProvider
from pulumi_applinks.lab.engine.state import Resource

_AT_ONCE = 16
"""As many calls as the engine makes at once on four cores; the process serves four."""


def resources_of(stack: MeasuredStack) -> list[Resource]:
    """What the stack's state has of the links, without secrets."""
    found = stack.project.export()["deployment"]["resources"]
    return [
        Resource(
            one["urn"], one["type"], custom=True, id=one["id"], inputs=one["inputs"], outputs=one["outputs"]
        )
        for one in found
        if one.get("custom") and not one["type"].startswith("pulumi:providers:")
    ]


def refreshes(stack: MeasuredStack, rounds: int) -> list[float]:
    """The memory of one provider process after each round of reading all links, in MiB; nothing where it is not reported.

    Args:
        stack: of links that are there.
        rounds: how many.
    """
    if not watch.available():
        return []
    links = resources_of(stack)
    environment = {**stack.environment, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    provider = DynamicProvider(lambda: Child([PLUGIN, ""], stack.folder, environment, lambda *_: None))
    provider.configure({})
    found = []
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in range(rounds):
                for read in pool.map(partial(provider.read), links):
                    if read is None:
                        raise RuntimeError("a link that was just made is gone")
                pid = watch.provider_below(os.getpid())
                if pid is not None:
                    found.append(watch.memory(pid, "VmRSS"))
    finally:
        provider.stop()
    return found
