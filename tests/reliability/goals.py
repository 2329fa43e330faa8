"""The goals that a search must reach at least once; otherwise it has missed what matters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.driver import DrivenStack, Operation, Resource, Run
from tests.reliability.judge import BROKEN, Before

if TYPE_CHECKING:
    from tests.reliability.world import World

GOALS = (
    "destroy deleted both ends",
    "destroy --refresh deleted both ends",
    "destroy --refresh --target deleted one of several",
    "up deleted what had left the program",
    "up --refresh deleted what had left the program",
    "--replace replaced",
    "up --refresh --replace replaced",
    "--target-replace replaced",
    "a tainted one was replaced",
    "another application answered, and the link was replaced",
    "a replacement failed half way, and a later run made the link again",
    "a protected one was not deleted",
    "one that the engine retains was left",
    "a resource got another name, and kept its link",
    "a resource got another class, and kept its link",
    "drift stayed over two refreshes, then up repaired it",
    "drift of an input that is ignored was repaired",
    "an end that a hand had deleted was made again",
    "up relocated a link",
    "up --refresh relocated a link",
    "a broken link was spoken of",
    "on_broken made an up fail",
    "a link whose keys were stale works again",
    "a change failed and was undone",
    "an error named what it left",
    "a warning named what it left",
    "another login was refused",
    "a link was made one-way for now, then completed",
    "a link was adopted",
    "two stacks wanted the same pair, and the second one was refused",
    "a lagging node was asked to delete",
    "an address of a copy was repaired without a login to it",
    "the run was cut while it made a link, and the next one adopted it",
    "one end was deleted, the run cut, and the next one deleted the other",
    "a preview with --refresh showed drift",
    "one failed, and the rest continued",
)

_LEFT = re.compile(r"link [0-9a-f-]{36} on (?:source|target) \(")


def reached(
    world: World, stack: DrivenStack, asked: Operation, run: Run, before: Before, told: list[str]
) -> set[str]:
    """The goals that an operation reached.

    Args:
        world: the world.
        stack: the stack.
        asked: the operation.
        run: its result.
        before: the state before it.
        told: its errors and warnings, each in one line.
    """
    found: set[str] = set()

    def note(goal: str, condition: object) -> None:
        if condition:
            found.add(goal)

    errors = " ".join(run.errors.values())
    links = world.books.links()
    ended = run.ended.values()
    for name, how in run.ended.items():
        was, now = before.resources.get(name), stack.resources.get(name)
        goal = stack.program.get(name)
        tags = world.tags.setdefault((stack.name, name), set())
        ends = world.books.ends_of(was) if was else set()
        stood = {end for end in ends if end in before.links}
        if how == "deleted" and len(stood) == 2 and not any(end in links for end in ends):
            options = " --refresh" * asked.refresh
            if asked.verb == "destroy":
                note(f"destroy{options} deleted both ends", True)
                note(
                    "destroy --refresh --target deleted one of several",
                    asked.refresh and asked.targets and stack.resources,
                )
            elif asked.verb == "up":
                note(f"up{options} deleted what had left the program", True)
            note("a lagging node was asked to delete", any(world.network[end[0]].cluster for end in ends))
        if how == "deleted" and "cut" in tags and len(stood) == 1:
            note("one end was deleted, the run cut, and the next one deleted the other", True)
        if how == "replaced" and not asked.preview:
            note("--replace replaced", name in asked.replaces and not asked.refresh)
            note("up --refresh --replace replaced", name in asked.replaces and asked.refresh)
            note("--target-replace replaced", name in asked.replaces and name in asked.targets)
            note("a tainted one was replaced", was and was.tainted)
            forced = name in asked.replaces or (was and (was.tainted or was.pending))
            note("another application answered, and the link was replaced", not forced)
            note("a replacement failed half way, and a later run made the link again", was and was.pending)
        if asked.preview:
            drifts = asked.refresh and how == "updated" and was is not None and not was.outputs["drift"]
            note("a preview with --refresh showed drift", drifts)
            continue
        note("one that the engine retains was left", how == "kept")
        note("a protected one was not deleted", name in run.refused)
        if how == "same" and was is None and now is not None:
            note(
                "a resource got another name, and kept its link",
                goal and set(goal.aliases) & set(before.resources),
            )
        note("a resource got another class, and kept its link", how == "same" and goal and goal.own_class)
        if how == "read" and now is not None:
            if now.outputs["drift"]:
                tags.add("drifted twice" if "drifted" in tags else "drifted")
            else:
                tags -= {"drifted", "drifted twice"}
        if how == "updated" and was is not None and now is not None:
            note("drift stayed over two refreshes, then up repaired it", "drifted twice" in tags and run.ok)
            note(
                "an end that a hand had deleted was made again",
                len(stood) == 1 and all(end in links for end in ends),
            )
            for role in ("source", "target"):
                if _url(was, role) != now.outputs[role]["url"] and now.outputs["status"] == "working":
                    note(f"up{' --refresh' * asked.refresh} relocated a link", True)
            note(
                "a link was made one-way for now, then completed",
                was.outputs.get("target_server_id") is None and len(now.outputs["managed_ends"]) == 2,
            )
            note(
                "an address of a copy was repaired without a login to it",
                "to a copy" in tags and now.outputs["status"] == "working",
            )
            note(
                "a link whose keys were stale works again",
                "stale" in tags and now.outputs["status"] == "working",
            )
            tags -= {"drifted", "drifted twice"}
        ignoring = how == "updated" and goal is not None and goal.ignore
        note(
            "drift of an input that is ignored was repaired",
            ignoring and was is not None and was.outputs["drift"],
        )
        failing = asked.verb == "up" and goal is not None and goal.inputs.get("on_broken") == "fail"
        note(
            "on_broken made an up fail",
            failing and name in run.errors and was and was.outputs["status"] in BROKEN,
        )
        if how == "created" and now is not None:
            adopted = world.books.ends_of(now) & set(before.links)
            note("a link was adopted", adopted)
            note(
                "the run was cut while it made a link, and the next one adopted it", adopted and "cut" in tags
            )
        tags.discard("cut")
        if run.cut and how == "failed":
            tags.add("cut")
    if asked.preview:
        return found
    broken = [one for one in stack.resources.values() if one.outputs["status"] in BROKEN]
    note("a broken link was spoken of", run.ok and broken and "[applinks/does-not-work]" in " ".join(told))
    note("a change failed and was undone", "undone" in errors)
    note("an error named what it left", _LEFT.search(" ".join(errors.split())))
    note(
        "a warning named what it left", run.ok and any("left" in line and _LEFT.search(line) for line in told)
    )
    note(
        "another login was refused",
        any(code in errors for code in ("login-lacks-rights", "not-permitted", "needs-system-administrator")),
    )
    pairs = {one: world.books.pairs(one) for one in world.stacks}
    others = {pair for one, known in pairs.items() if one != stack.name for pair in known.values()}
    refused = [
        name
        for name, error in run.errors.items()
        if "link-exists" in error and name in world.programs[stack.name]
    ]
    note(
        "two stacks wanted the same pair, and the second one was refused",
        any(world.programs[stack.name][name].pair in others for name in refused),
    )
    note(
        "one failed, and the rest continued",
        "failed" in ended and asked.going_on and len(set(ended) - {"failed", "same"}) > 0,
    )
    return found


def _url(resource: Resource, role: str) -> str:
    drift = resource.outputs["drift"].get(f"{role}.url")
    return str((drift or {}).get("declared") or resource.outputs[role]["url"])
