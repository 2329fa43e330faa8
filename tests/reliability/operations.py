"""The operations in the life of a link, each with the state before it and the program after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.reliability.faults import Step, requests_of
from tests.reliability.scene import IMPERSONATING, NONE, OAUTH, ONE_DIRECTION, ONE_WAY, Scene


def _nothing(_scene: Scene) -> None:
    return None


@dataclass(frozen=True)
class Operation:
    """An operation, with the state before it and its program.

    Args:
        program: the inputs in the program, besides the addresses.
        before: prepares the scene for the operation.
        verb: the verb of the engine.
    """

    program: dict[str, Any]
    before: Callable[[Scene], None] = _nothing
    verb: str = "up"

    def wanted(self, scene: Scene) -> dict[str, Any]:
        """The inputs that the program declares."""
        return scene.wanted(**self.program)

    def act(self, scene: Scene) -> None:
        """Carry out the operation."""
        if self.verb == "up":
            scene.driver.up(self.wanted(scene))
        elif self.verb == "refresh":
            scene.driver.refresh()
        else:
            scene.driver.delete()


def _made(**program: Any) -> Callable[[Scene], None]:
    def before(scene: Scene) -> None:
        scene.driver.up(scene.wanted(**program))

    return before


def _moved(which: str) -> Callable[[Scene], None]:
    def before(scene: Scene) -> None:
        scene.driver.up(scene.wanted(authentication=OAUTH))
        getattr(scene, which).move()

    return before


def _by_hand(scene: Scene) -> None:
    scene.jira.link_by_hand(scene.wiki, name="By hand")
    scene.wiki.link_by_hand(scene.jira)


WITH_OAUTH = {"authentication": OAUTH}
OPERATIONS: dict[str, Operation] = {
    "create one-way": Operation(ONE_WAY),
    "create without authentication": Operation({"authentication": NONE}),
    "create with OAuth": Operation(WITH_OAUTH),
    "create with impersonation": Operation({"authentication": IMPERSONATING}),
    "create with one direction": Operation({"authentication": ONE_DIRECTION}),
    "relocate the target": Operation(WITH_OAUTH, _moved("wiki")),
    "relocate the source": Operation(WITH_OAUTH, _moved("jira")),
    "change authentication": Operation({"authentication": IMPERSONATING}, _made(**WITH_OAUTH)),
    "take authentication away": Operation({"authentication": NONE}, _made(**WITH_OAUTH)),
    "complete": Operation(WITH_OAUTH, _made(**ONE_WAY)),
    "go back to one-way": Operation(ONE_WAY, _made(**WITH_OAUTH)),
    "adopt": Operation({**WITH_OAUTH, "on_existing": "adopt"}, _by_hand),
    "read": Operation(WITH_OAUTH, _made(**WITH_OAUTH), "refresh"),
    "delete": Operation(WITH_OAUTH, _made(**WITH_OAUTH), "destroy"),
    "delete one-way": Operation(ONE_WAY, _made(**ONE_WAY), "destroy"),
}


def steps_of(scene: Scene, operation: Operation) -> list[Step]:
    """The requests that an operation sends if nothing goes wrong."""
    scene.clear()
    operation.before(scene)
    for application in scene.applications:
        application.requests.clear()
    operation.act(scene)
    return requests_of(scene)
