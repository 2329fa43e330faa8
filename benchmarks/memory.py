"""Measure the memory of one provider process that reads all links again and again."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks import watch
from benchmarks.stacks import PASSPHRASE, MeasuredStack
from pulumi_applinks.lab.engine.plugin import PLUGIN, Child, DynamicProvider
from pulumi_applinks.lab.engine.state import Resource

_AT_ONCE = 16
"""The calls that the engine makes at once on four cores. The process serves four at a time."""


def resources_of(stack: MeasuredStack) -> list[Resource]:
    """The links in the stack's state, without secrets."""
    found = stack.project.export()["deployment"]["resources"]
    return [
        Resource(
            one["urn"], one["type"], custom=True, id=one["id"], inputs=one["inputs"], outputs=one["outputs"]
        )
        for one in found
        if one.get("custom") and not one["type"].startswith("pulumi:providers:")
    ]


def refreshes(stack: MeasuredStack, rounds: int) -> list[float]:
    """The memory of one provider process after each round of reading all links, in MiB; empty if the machine does not report it.

    Args:
        stack: a stack with existing links.
        rounds: how many rounds to read.
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
