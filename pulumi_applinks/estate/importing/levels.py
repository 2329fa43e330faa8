"""How a link is authenticated, as a program declares it. Pure."""

from __future__ import annotations

from pulumi_applinks.estate.model import EstateEnd
from pulumi_applinks.lifecycle import Direction, Directions
from pulumi_applinks.outputs import LevelSeen
from pulumi_applinks.rest import Level


class CantTake(Exception):
    """Raised if a link can't be taken over.

    Args:
        why: the reason in one word.
        reason: the reason in a sentence.
        next_: what to do; None if there is nothing to do.
    """

    def __init__(self, why: str, reason: str, next_: str | None = None) -> None:
        super().__init__(reason)
        self.why = why
        self.reason = reason
        self.next = next_


def authentication_of(first: EstateEnd, back: EstateEnd | None) -> Directions | None:
    """Return how both directions are authenticated; None if that is the default.

    Args:
        first: the source's end.
        back: the target's end; None if it has none.

    Raises:
        CantTake: if a program cannot declare it.
    """
    outgoing = _level(first, first.outgoing, first.legacy_outgoing)
    incoming = _level(first, first.incoming, first.legacy_incoming)
    if back is None:
        if (outgoing, incoming) != ("none", "none"):
            raise CantTake(
                "one-way",
                f"{first.application} has authentication for it (outgoing {outgoing}, incoming {incoming}), and the other application has "
                f"no link back: a program declares authentication for both ends or for none.",
                'Declare it with on_existing="adopt" and run `pulumi up`, which completes it; or remove the authentication, and scan.',
            )
        return None
    theirs = (
        _level(back, back.incoming, back.legacy_incoming),
        _level(back, back.outgoing, back.legacy_outgoing),
    )
    if (outgoing, incoming) != theirs:
        raise CantTake(
            "levels-differ",
            f"the two ends are set to different authentication: {first.application} says outgoing {outgoing} and incoming {incoming}, "
            f"{back.application} says incoming {theirs[0]} and outgoing {theirs[1]}.",
            'Set both alike, and scan again; or declare it with on_existing="adopt" and the authentication that it should have, and run '
            "`pulumi up`.",
        )
    ways = Directions(
        outgoing=Direction.model_validate({"level": outgoing, "execute_as": _user(back, outgoing)}),
        incoming=Direction.model_validate({"level": incoming, "execute_as": _user(first, incoming)}),
    )
    usual = Direction(level="oauth")
    return None if ways == Directions(outgoing=usual, incoming=usual) else ways


def _level(end: EstateEnd, level: LevelSeen | None, legacy: tuple[LevelSeen, ...]) -> str:
    """Return a level that a program can declare. Legacy authentication is not declared, so it counts as none."""
    if level is not None and Level(level).makeable:
        return level
    if level in ("trusted-applications", "basic-access") or (level is None and legacy):
        return "none"
    if level is None:
        raise CantTake(
            "unknown", f"{end.application} does not report how it is authenticated.", "Look at its page."
        )
    raise CantTake(
        "authentication",
        f"{end.application} has {level} for it, which a program cannot declare.",
        'Set it to OAuth there, and scan again; or declare it with on_existing="adopt", and run `pulumi up`, which sets it.',
    )


def _user(end: EstateEnd, level: str) -> str | None:
    """Return the user that requests run as on the application that accepts them."""
    return end.execute_as or None if level == "oauth" else None
