"""How errors are told: tables."""

from pulumi_applinks.lifecycle import LinkError, Preflight
from pulumi_applinks.lifecycle.errors import Leftover, MadeMeanwhile
from tests.unit.lifecycle.tables import declared, ends

END = ends(declared()).source
LEFT = Leftover.on(END, "x", "It is down.", "look")
TOLD = (
    "source (https://jira.example.com), link x: It is down. As its administrator, open "
    "https://jira.example.com/plugins/servlet/applinks/listApplicationLinks and look."
)


def test_what_is_left_is_told_with_where_to_look():
    """The end, the link, the reason, the page."""
    assert (LEFT.role, str(LEFT)) == ("source", TOLD)


def test_an_error_has_a_headline_then_what_is_left_then_what_to_do():
    """Each on a line of its own, and nothing where there is none."""
    cause = ValueError("x")
    error = LinkError("It failed.", left=[LEFT, LEFT], advice="Try again.", causes=[cause])
    assert str(error) == f"It failed.\n  - {TOLD}\n  - {TOLD}\nTry again."
    assert (error.headline, error.left, error.advice, error.causes) == (
        "It failed.",
        (LEFT, LEFT),
        "Try again.",
        (cause,),
    )
    bare = LinkError("It failed.")
    assert (str(bare), bare.left, bare.advice, bare.causes) == ("It failed.", (), "", ())


def test_what_stands_against_a_change():
    """One reason on the same line, several on lines of their own; what was changed before, and what is left of it."""
    assert str(Preflight("no", ["One."])) == "no; nothing was changed on either application. One."
    several = Preflight("no", iter(["One.", "Two."]), left=[LEFT], changed="much was changed")
    assert str(several) == f"no; much was changed:\n  - One.\n  - Two.\n  - {TOLD}"
    assert (several.reasons, several.left) == (("One.", "Two."), (LEFT,))


def test_a_link_that_somebody_made_meanwhile():
    """Whose it is, and what to do."""
    assert str(MadeMeanwhile("source", "x")) == (
        "somebody else, such as another stack, made the link x on source meanwhile. It is theirs, with the name and the display URL "
        'that this run sent. Declare a link in one stack only; to take it over from whoever made it, set on_existing="adopt".'
    )
