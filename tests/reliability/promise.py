"""What the provider promises with any fault: success, or an error that names what is left; and another run gives what the program says."""

from __future__ import annotations

import copy
import re

from pulumi_applinks.provider import ApplicationLinkError
from tests.reliability.operations import Operation
from tests.reliability.scene import Scene
from tests.words import flat

HOW_TO_ADOPT = 'on_existing="adopt"'


def kept(scene: Scene, operation: Operation, told: str, *, lost: bool = False) -> str | None:
    """Run the program again without faults, and check the result.

    Args:
        scene: the scene after the operation.
        operation: the operation that met the fault.
        told: its error message; empty if it succeeded.
        lost: whether its process was killed, so that there could be no message.

    Returns:
        What is wrong, if anything.
    """
    if told and not re.search(r"(source|target) \(http", flat(told)):
        return f"names no application: {told}"
    if operation.verb == "destroy":
        return _is_deleted(scene, told, lost)
    return _gets_there(scene, operation, told, lost)


def _is_deleted(scene: Scene, told: str, lost: bool) -> str | None:
    if not told and not lost and not scene.is_empty:
        return "left something, and said nothing"
    if told and "As its administrator, open http" not in told:
        return f"does not say where to look: {told}"
    if scene.driver.state is not None:
        scene.driver.delete()
    if not scene.is_empty:
        return "a second deletion left something"
    return None if scene.others_are_untouched else "a link of somebody else was changed"


def _gets_there(scene: Scene, operation: Operation, told: str, lost: bool) -> str | None:
    wanted = operation.wanted(scene)
    try:
        scene.driver.up(wanted)
    except ApplicationLinkError as error:
        # A message named what could not be undone, and the provider adopts it if the program says so.
        if HOW_TO_ADOPT not in str(error) or not (lost or "delete that link if it is there" in told):
            return f"the next up says: {error}"
        scene.driver.up({**copy.deepcopy(wanted), "on_existing": "adopt"})
    if scene.driver.refresh() != {}:
        scene.driver.up(wanted)
    if not scene.stands(wanted):
        return f"not as wanted: {scene.what_stands()}"
    if scene.driver.refresh() != {}:
        return f"does not settle: {scene.driver.refresh()}"
    if scene.driver.up(wanted) == "updated" and scene.driver.up(wanted) != "same":
        return "an up with nothing to do changes something"
    if not scene.others_are_untouched:
        return "a link of somebody else was changed"
    scene.driver.delete()
    return None if scene.is_empty else "deleting left something"
