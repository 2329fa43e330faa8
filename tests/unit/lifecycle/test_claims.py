"""Who may change an end in one operation of the engine."""

import pytest

from pulumi_applinks.lifecycle import Claims, LinkError, Register

ONE, TWO, THREE = ("jira", "1"), ("jira", "2"), ("wiki", "1")


def test_an_end_is_claimed_once():
    """The second resource is refused; both are named, and so is what to do."""
    register = Register()
    Claims(register, "the resource 'a'").take([ONE])
    with pytest.raises(LinkError) as refusal:
        Claims(register, "the resource 'b'").take([ONE])
    assert str(refusal.value) == (
        "the resource 'b' and the resource 'a' declare the same link [applinks/declared-twice]\n"
        "  Nothing was changed for the resource 'b'.\n"
        "  Fix: Declare each link once: remove one of the two resources from the program."
    )


def test_a_resource_claims_its_own_end_again():
    """As an update does after a create in one operation."""
    register = Register()
    claims = Claims(register, "a")
    claims.take([ONE])
    claims.take([ONE, TWO])
    assert register.holders == {ONE: claims, TWO: claims}


def test_all_ends_or_none():
    """What is refused has claimed nothing, whatever its order."""
    register = Register()
    first, second = Claims(register, "a"), Claims(register, "b")
    first.take([TWO])
    for wanted in ([ONE, TWO], [TWO, THREE]):
        with pytest.raises(LinkError):
            second.take(wanted)
    assert register.holders == {TWO: first}


def test_giving_back_frees_the_own_ends_alone():
    """So that the next resource may have them."""
    register = Register()
    first, second = Claims(register, "a"), Claims(register, "b")
    first.take([ONE])
    second.take([TWO])
    first.give_back()
    assert register.holders == {TWO: second}
    second.take(end for end in (ONE, THREE))
    assert register.holders[THREE] is second


def test_an_end_that_is_left_names_who_has_it():
    """A warning names a resource of the program; where none is known, the deletion fails, and the state keeps the end."""
    register, unknown = Register(), "the link from here to there"
    Claims(register, "the resource 'a'").take([ONE])
    register.keep(Claims(register, "the resource 'b'"), [TWO])
    Claims(register, unknown, named=False).take([THREE])
    register.keep(Claims(register, unknown, named=False), [("wiki", "2")])
    leaving = Claims(register, unknown, named=False)

    assert leaving.reason_to_leave(ONE) == "the resource 'a' created it or took it over in the same run"
    assert leaving.reason_to_leave(TWO) == "the resource 'b' of this program also has it"
    assert leaving.reason_to_leave(("wiki", "3")) is None
    for end in (THREE, ("wiki", "2")):
        with pytest.raises(LinkError, match="The resource stays in the stack"):
            leaving.reason_to_leave(end)
