"""How errors are reported: tables."""

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle import LinkError, Preflight
from pulumi_applinks.lifecycle.errors import NOTHING_WAS_CHANGED, Leftover, MadeMeanwhile
from pulumi_applinks.rest import Message
from tests.unit.lifecycle.tables import declared, ends

END = ends(declared()).source
DOWN = Message(
    Code.CONNECTION_REFUSED, "source is down", ("Nothing listens.",), do="Start it.", request="GET /"
)
LEFT = Leftover(END, "x", "might have changed", DOWN, "look")
BY_HAND = "As its administrator, open https://jira.example.com/plugins/servlet/applinks/listApplicationLinks and look."
TOLD = f"""\
  - the link x on source (https://jira.example.com) might have changed [applinks/not-taken-back]
      Source is down.
      Nothing listens.
      Fix: {BY_HAND} Start it.
      Request: GET /"""
ONE, TWO = Message(Code.NAME_TAKEN, "one"), Message(Code.REMAINS, "two", ("For a reason.",), do="Look.")


def test_what_is_left_is_told_with_where_to_look():
    """The end, the link, the reason, the page."""
    assert LEFT.end.role == "source"
    assert str(LEFT.told).splitlines()[1:3] == ["  Source is down.", "  Nothing listens."]
    unlike = Leftover(END, "x", "is not as it was: it is gone", None, "look").told
    assert (
        unlike.flat
        == f"the link x on source (https://jira.example.com) is not as it was: it is gone. {BY_HAND}"
    )


def test_an_error_has_a_headline_then_what_is_left_then_what_to_do():
    """Each on a line of its own, and nothing where there is none."""
    cause = ValueError("x")
    told = Message(Code.NOT_DELETED, "it failed", changed="Nothing else.", do="Try again.")
    error = LinkError(told, left=[LEFT, LEFT], causes=[cause])
    assert (
        str(error) == f"it failed [applinks/not-deleted]\n{TOLD}\n{TOLD}\n  Nothing else.\n  Fix: Try again."
    )
    assert (error.left, error.causes) == ((LEFT, LEFT), (cause,))
    bare = LinkError(Message(Code.NOT_DELETED, "it failed"))
    assert (str(bare), bare.left, bare.causes) == ("it failed [applinks/not-deleted]", (), ())


def test_what_stands_against_a_change():
    """One reason in the first line, several on lines of their own; what was changed before, and what is left of it."""
    assert str(Preflight("no", [ONE])) == f"no: one [applinks/name-taken]\n  {NOTHING_WAS_CHANGED}"
    several = Preflight("no", iter([ONE, TWO]), left=[LEFT], changed="Much was changed.")
    assert str(several) == "\n".join(
        (
            "no: 2 reasons [applinks/several-reasons]",
            "  - one [applinks/name-taken]",
            "  - two [applinks/remains-of-a-link]",
            "      For a reason.",
            "      Fix: Look.",
            TOLD,
            "  Much was changed.",
        )
    )
    assert (several.reasons, several.left) == ((ONE, TWO), (LEFT,))
    codes = [str(one.code) for one in several.told.all]
    assert codes == ["applinks/name-taken", "applinks/remains-of-a-link", "applinks/not-taken-back"]


def test_a_link_that_somebody_made_meanwhile():
    """Whose it is, and what to do."""
    assert MadeMeanwhile(END, "x").told.flat == (
        "somebody else, such as another stack, has created the link x on source (https://jira.example.com) in the meantime. It is theirs, "
        "with the name and the display URL that this run sent. Declare a link in one stack only; "
        'to take it over, set on_existing="adopt".'
    )
