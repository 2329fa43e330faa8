"""A sample of orders of events on the real CLI, with the same rules, world and judge as the model."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Tried
from tests.reliability.network import KINDS, Network
from tests.reliability.orders import Event, play
from tests.reliability.real_engine import CliStack
from tests.reliability.world import BY_HAND, World
from tests.unit.lifecycle.forms import FORMS

ORDERS = 40
SHORT_ORDERS = 10
"""The number of orders in the short form: each takes five seconds."""
LINES = (
    "up",
    "up --refresh",
    "up --refresh",
    "up --refresh --replace a",
    "up --replace a",
    "up --refresh --target-replace a",
    "refresh",
    "refresh --run-program",
    "preview --refresh",
    "destroy",
    "destroy --refresh",
    "destroy --refresh",
    "destroy --refresh --run-program",
    "destroy --refresh --target a",
    "destroy --refresh --exclude b",
    "up --refresh --exclude b",
)


def order(number: int) -> list[Event]:
    """An order with two links, some events that concern them, and two operations."""
    chosen = random.Random(number)
    one, other, third = chosen.sample(tuple(KINDS), 3)
    form = chosen.choice([form for form in FORMS if form != "none"])
    options: dict[str, Any] = chosen.choice(
        ({}, {}, {"on_broken": "fail"}, {"on_unreachable_delete": "leave"})
    )
    troubles: list[list[Event]] = [
        [],
        [("by_hand", one, other, chosen.choice([*BY_HAND, "to a copy"]))],
        [("by_hand", other, one, chosen.choice([*BY_HAND, "to a copy"])), ("run", "one", "refresh")],
        [("unlink", one, other), ("run", "one", "refresh")],
        [("move", other), ("follow", "one")],
        [("move", other)],
        [("restore", one)],
        [("outage", other, "down")],
        [("tell_environment", other, "admin")],
        [("drop", "one", "a")],
        [("rename", "one", "a", "c", {"alias": True})],
        [("tell_engine", "one", "a", {"protect": True}), ("run", "one", "up")],
        [("tell_engine", "one", "a", {"retain": True}), ("run", "one", "up")],
        [("tell_engine", "one", "a", {"subclass": True})],
        [("tell_engine", "one", "a", {"ignore": ("target.url",)}), ("by_hand", one, other, "to a copy")],
        [
            ("tell_engine", "one", "a", {"ignore": ("authentication",)}),
            ("by_hand", one, other, "no_outgoing"),
        ],
        [("declare", "two", "a", one, other, form), ("run", "two", "up")],
    ]
    trouble = troubles[number % len(troubles)]
    return [
        ("declare", "one", "a", one, other, form, options),
        ("declare", "one", "b", one, third, form),
        ("run", "one", "up"),
        *trouble,
        ("run", "one", chosen.choice(LINES)),
        *([("recover", other)] if trouble and trouble[0][0] == "outage" else []),
        ("run", "one", chosen.choice(("up", "up --refresh", "destroy --refresh"))),
    ]


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="`pulumi` is not on PATH: the driver alone ran")
@pytest.mark.usefixtures("warm_start")
@pytest.mark.parametrize("number", range(ORDERS))
def test_a_sample_on_the_cli(
    network: Network, tmp_path: Path, warnings: list[str], tried: Tried, soak: bool, number: int
):
    """Everything holds after each operation."""
    if number >= SHORT_ORDERS and not soak:
        pytest.skip(f"{SHORT_ORDERS} orders run on the CLI here: `make soak` runs all {ORDERS}")

    def make(name: str) -> CliStack:
        return CliStack(name, tmp_path / name, warnings)

    world = World(network, warnings, make=make, looks_again=False)
    play(world, order(number))
    for goal in world.goals:
        tried("model, on the CLI", goal)
