"""Where everything stands, at 40 applications and 200 links, and at a few."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from pulumi_applinks.estate import Estate
from pulumi_applinks.estate.map import picture_of
from pulumi_applinks.estate.map.curves import NEAR, routed
from pulumi_applinks.estate.map.frame import LETTER, PORT, framed
from pulumi_applinks.estate.map.svg import drawn, fitting
from tests.unit.estate_map.estates import application, both, large, small

FEW = tuple(application(f"a{number}", f"https://a{number}.example.com", "jira") for number in range(6))
ESTATES = {
    "none": Estate((), ()),
    "one": Estate(FEW[:1], ()),
    "two": Estate(FEW[:2], (both("a0", "a1"),)),
    "one site": Estate(FEW, (both("a0", "a1"), both("a1", "a4"))),
    "small": small(),
    "large": large(),
}


@pytest.fixture(params=list(ESTATES))
def picture(request):
    """Of each of the estates."""
    return picture_of(ESTATES[request.param])


def apart(one, other):
    """Whether two boxes have nothing in common."""
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def within(one, other):
    """Whether a box is in another one."""
    return (
        other.x <= one.x
        and other.y <= one.y
        and one.x + one.width <= other.x + other.width + 0.01
        and one.y + one.height <= other.y + other.height + 0.01
    )


def test_no_card_covers_another_one(picture):
    """Each stands in a box of its own site, within the picture."""
    frame = framed(picture)
    cards = list(frame.cards.values())

    assert {card.node.id for card in cards} == {node.id for node in picture.nodes}
    for number, card in enumerate(cards):
        assert all(apart(card.box, other.box) for other in cards[number + 1 :])
        assert any(site.name == card.node.site and within(card.box, site.box) for site in frame.sites)
        assert card.box.x + card.box.width <= frame.width
        assert card.box.y + card.box.height <= frame.height


def test_no_link_runs_across_a_card(picture):
    """Each begins at the edge of one, ends at the edge of another, and is in the middle between."""
    frame = framed(picture)
    for route in routed(picture, frame):
        curve = route.curve
        for step in range(1, 40):
            t = step / 40
            x, y = (
                (1 - t) ** 3 * curve.start[axis]
                + 3 * (1 - t) ** 2 * t * curve.first[axis]
                + 3 * (1 - t) * t**2 * curve.second[axis]
                + t**3 * curve.end[axis]
                for axis in (0, 1)
            )
            for card in frame.cards.values():
                box = card.box
                assert not (box.x < x < box.x + box.width and box.y < y < box.y + box.height)


def test_each_link_has_a_place_of_its_own_at_a_card():
    """No two arrow heads touch, and the marks of near ones do not cover each other."""
    picture = picture_of(large())
    frame = framed(picture)
    ends: dict[str, list[tuple[float, bool]]] = {}
    for route in routed(picture, frame):
        for id_, port in zip(route.line.nodes, route.ends, strict=True):
            axis = 0 if port.side in ("top", "bottom") else 1
            ends.setdefault(id_, []).append((port.at[axis], port.further))
    for places in ends.values():
        places.sort()
        for (one, further), (other, also) in pairwise(places):
            assert other - one > PORT * 0.8
            assert further != also or other - one >= NEAR * 0.99


def test_the_large_one_fits_a_screen():
    """At a size at which its names, of 13 pixels, can be read."""
    frame = framed(picture_of(large()))

    assert frame.width < 1800
    assert 1.2 < frame.width / frame.height < 2.2


def test_a_site_stands_together():
    """Where there are several, none is torn apart."""
    for name in ("small", "large"):
        frame = framed(picture_of(ESTATES[name]))
        names = [site.name for site in frame.sites]
        assert len(names) == len(set(names)), name


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("jira", 4 * LETTER, "jira"),
        ("jira-of-berlin", 5 * LETTER, "jira…"),
        ("漢字漢字", 5 * LETTER, "漢字…"),
        ("", 10, ""),
    ],
)
def test_a_long_name_is_cut(text, room, shown):
    """With an ellipsis; signs that are twice as wide count twice."""
    assert fitting(text, room) == shown


def test_every_direction_is_an_arrow_with_a_mark():
    """Whose colour is not all that tells them apart: shapes differ, and so do the lines."""
    svg = drawn(picture_of(small()), alone=True)

    assert svg.count('<g class="arrow">') == sum(len(line.arrows) for line in picture_of(small()).lines)
    for kind in ("good", "bad", "warned", "unseen", "aside"):
        assert f'href="#mark-{kind}"' in svg
    for style in ("oauth one-way warned", "oauth-impersonation good", "none warned", "legacy warned"):
        assert re.search(rf'class="way {style}"', svg), style
