"""A picture as SVG, HTML, Mermaid and DOT: names that applications give are text in it, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
from defusedxml import ElementTree

from pulumi_applinks.estate import Estate
from pulumi_applinks.estate.map import as_dot, as_html, as_mermaid, as_svg, picture_of
from tests.unit.estate_map.estates import HOSTILE, hostile, large, small

SVG = "{http://www.w3.org/2000/svg}"


class Tags(HTMLParser):
    """The elements of a page, and the addresses in it.

    Args:
        page: to read.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [(name, value or "") for name, value in attrs]


def test_the_example_in_the_documents_is_what_is_drawn():
    """After a change of the drawing it is written again. Another Graphviz may place things a little elsewhere."""
    shown = (Path(__file__).parents[3] / "docs" / "map.svg").read_text(encoding="utf-8")
    drawn = as_svg(picture_of(small()))

    assert re.sub(r"[-\d.,]+", "", shown) == re.sub(r"[-\d.,]+", "", drawn)


@pytest.mark.parametrize("number", [0, 1, 2, 15, 40])
def test_any_estate_is_drawn(number):
    """Each application has a card, and each direction an arrow with a sign in its colour; no card covers another one."""
    estate = large(number, number * 2) if number > 2 else Estate(large(15, 0).applications[:number], ())
    picture = picture_of(estate)
    root = ElementTree.fromstring(as_svg(picture))
    cards = [one for one in root.iter(f"{SVG}rect") if one.get("class") == "card"]
    boxes = [[float(one.get(name) or 0) for name in ("x", "y", "width", "height")] for one in cards]
    signs = [one.get("class") for one in root.iter(f"{SVG}circle")]
    arrows = [arrow for line in picture.lines for arrow in line.arrows]

    assert len(cards) == len(picture.nodes)
    for (x, y, width, height), (left, top, *_) in combinations(boxes, 2):
        assert abs(left - x) >= min(width, 150) or abs(top - y) >= height
    for kind, number_of_kind in Counter(arrow.kind for arrow in arrows).items():
        in_legend = bool(picture.counted()[kind])
        assert signs.count(f"badge {kind}") == number_of_kind + in_legend


def test_a_line_shows_how_requests_are_authenticated():
    """Each half in its own way, so that colours are not the only difference."""
    root = ElementTree.fromstring(as_svg(picture_of(small())))
    ways = [one.get("class") for one in root.iter(f"{SVG}path")]

    for look in (
        "oauth one-way warned",
        "oauth-impersonation good",
        "none warned",
        "legacy warned",
        "oauth bad",
    ):
        assert f"way {look}" in ways, look


def test_svg_is_well_formed_whatever_the_names_are():
    """They come out as they went in, less what can't be shown."""
    root = ElementTree.fromstring(as_svg(picture_of(hostile())))
    texts = [element.text or "" for element in root.iter(f"{SVG}title")]

    assert not list(root.iter(f"{SVG}script"))
    assert not [element.tag for element in root.iter() if not element.tag.startswith(SVG)]
    for name in HOSTILE[:4]:
        assert any(name in text for text in texts), name


@pytest.mark.parametrize("write", [as_svg, as_html])
def test_addresses_in_it_are_the_applications_own(write):
    """Links are to them, and nothing is fetched: no source, no import, no other reference."""
    page = write(picture_of(small()))
    found = Tags(page)
    outside = [(name, value) for name, value in found.attributes if "//" in value and name != "xmlns"]

    assert {name for name, _ in outside} == {"href"}
    assert all(
        re.match(r"https://[a-z.-]+\.(example\.(com|org)|partner\.net)", value) for _, value in outside
    )
    assert not {"src", "srcset", "data", "action", "background"} & {name for name, _ in found.attributes}
    assert "@import" not in page
    assert "url(" not in page


def test_hostile_names_make_no_element_of_a_page():
    """It has the elements of a page with plain names; no address is a script, no attribute an event's."""
    found = Tags(as_html(picture_of(hostile())))

    assert found.tags["script"] == 1
    assert {"img", "b"} & set(found.tags) <= {"b"}
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert not [value for _, value in found.attributes if value.lower().startswith("javascript:")]


def test_the_page_allows_its_own_script_alone():
    """By its hash; everything else is refused by the browser."""
    (policy,) = re.findall(
        r'http-equiv="Content-Security-Policy" content="(.*?)">', unescape(as_html(picture_of(small())))
    )

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert re.search(r"script-src 'sha256-[\w+/]{43}='", policy)


def test_mermaid_has_subgraphs_and_arrows():
    """Both directions are one arrow where they are alike; colour, mark and line show its state."""
    lines = as_mermaid(picture_of(small())).splitlines()

    assert lines[0] == "flowchart LR"
    assert '  subgraph s1["example.com"]' in lines
    assert '  n1 <==>|"OAuth with impersonation ✓"| n2' in lines
    assert '  n1 -->|"OAuth ✓"| n3' in lines
    assert '  n3 -->|"OAuth ✗"| n1' in lines
    assert '  n1 -->|"OAuth ! one-way"| n4' in lines
    assert '  n3 ---|"generic ·"| n7' in lines
    edges = [line for line in lines if re.match(r"  n\d+ \S+\|", line)]
    dashed = next(line for line in lines if "stroke:#b85a00" in line and "dasharray" in line)
    assert edges[int(dashed.split()[1])] == '  n1 -->|"OAuth ! one-way"| n4'


def test_a_large_estate_stays_below_what_forges_draw():
    """500 arrows, 50,000 signs."""
    text = as_mermaid(picture_of(large()))

    assert len(re.findall(r"^  n\d+ \S+\|", text, re.M)) < 500
    assert len(text) < 50_000


def test_hostile_names_are_text_in_mermaid():
    """Within quotes there is nothing but letters, digits, and signs that mean nothing; others are reported by number."""
    for line in as_mermaid(picture_of(hostile())).splitlines():
        outside = re.sub(r'"[^"]*"', '""', line)
        assert re.fullmatch(r"[\w\s\[\]<>|.:,#&-]*(\"\"[\w\s\[\]<>|.:,#&-]*)*", outside), line
        for quoted in re.findall(r'\["([^"]*)"\]', line):
            plain = re.sub(r"#\d+;|<br>", "", quoted)
            assert re.fullmatch(r"[\w .:/-]*", plain), quoted


def test_dot_has_clusters_and_arrows():
    """A line that is dotted, double or dashed shows authentication and one-way; colour and mark show the state."""
    text = as_dot(picture_of(small()))

    assert text.startswith("digraph applinks {")
    assert 'label="example.com";' in text
    assert re.search(r'n1 -> n2 \[color="#22845d:invis:#22845d".*label="OAuth with impersonation ✓"', text)
    assert re.search(r'n3 -> n1 \[color="#c9372c".*style=solid.*label="OAuth ✗"', text)
    assert re.search(r"n1 -> n4 \[.*style=dashed", text)
    assert 'URL="https://jira.example.com/plugins/servlet/applinks/listApplicationLinks"' in text


def test_hostile_names_are_text_in_dot():
    """No quotation ends early, and nothing in one is an escape, an entity or a line break of its own."""
    for line in as_dot(picture_of(hostile())).splitlines():
        quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        assert '"' not in outside.replace('""', ""), line
        assert re.fullmatch(r'[\w\s{}\[\]=,;>"-]*', outside), line
        assert all(re.fullmatch(r"(?:[^&<>\\]|&(?:amp|lt|gt|quot);|\\\\|\\n)*", one) for one in quoted), line
