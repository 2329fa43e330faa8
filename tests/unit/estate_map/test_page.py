"""The page in a browser: opened, searched, clicked, used by the keyboard, read aloud, in the dark, printed."""

from __future__ import annotations

import re

import pytest

from pulumi_applinks.estate.map import as_html, picture_of
from tests.unit.estate_map.estates import hostile, large, small

ESTATES = {"small": small, "large": large, "hostile": hostile}


@pytest.fixture
def show(browser, tmp_path):
    """Opens the page of an estate from a file. It may ask nobody for anything, and nothing in it may fail."""
    contexts, asked, failed = [], [], []

    def opened(name="small", scheme="light"):
        file = tmp_path / f"{name}.html"
        file.write_text(as_html(picture_of(ESTATES[name]())), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": 1500, "height": 950}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("console", lambda message: failed.append(message.text))
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert failed == []


def card(page, name):
    """An application's card, as a screen reader names it."""
    return page.locator("#picture").get_by_role("button", name=re.compile(f"^{name}, "))


def heading(page):
    """What the details are about."""
    return page.locator("#details h2").inner_text()


def lit(page, what):
    """What is not dimmed."""
    return page.locator(f"#picture svg .{what}.lit").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["small", "large"])
def test_it_shows_the_whole_estate(show, screenshots, name, scheme):
    """Every application and link is there, and nothing stands out of the window to the right."""
    page = show(name, scheme)
    picture = picture_of(ESTATES[name]())

    assert page.locator("#picture .node[id]").count() == len(picture.nodes)
    assert page.locator("#picture .link").count() == len(picture.lines)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    file = screenshots / f"map-{name}-{scheme}.png"
    page.screenshot(path=file, full_page=True)
    assert file.stat().st_size > 20_000


def test_names_fit_their_cards(show):
    """No text runs out of its card; at 40 applications a name is at least eight pixels high on the screen."""
    for name in ("small", "large"):
        page = show(name)
        over = page.evaluate(
            """() => [...document.querySelectorAll("#picture .node[id]")].filter((node) => {
                const card = node.querySelector(".card").getBoundingClientRect();
                return [...node.querySelectorAll("text")].some((text) => text.getBoundingClientRect().right > card.right);
            }).map((node) => node.textContent)"""
        )
        assert over == []
        scale = page.evaluate(
            "(() => { const svg = document.querySelector('#picture svg'); return svg.getScreenCTM().a; })()"
        )
        assert 13 * scale > 8


def test_a_click_shows_an_application_and_leads_to_its_page(show):
    """Its links stay lit, everything else steps back; a click beside it ends that."""
    page = show()
    card(page, "git").click()

    assert heading(page) == "git"
    link = page.locator("#details").get_by_role("link", name="Open the links page of git")
    assert (
        link.get_attribute("href") == "https://git.example.com/plugins/servlet/applinks/listApplicationLinks"
    )
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert page.locator("#details li").count() == 4
    assert (lit(page, "link"), lit(page, "node")) == (4, 5)
    assert page.url.endswith("#n3")

    page.locator("#picture svg").click(position={"x": 5, "y": 5})
    assert lit(page, "node") == 0
    assert page.locator("#details .hint").is_visible()


def test_a_card_leads_to_the_admin_page_at_once(show):
    """By the arrow on it; the page of the map stays as it is."""
    page = show()
    page.context.route("https://jira.example.com/**", lambda route: route.fulfill(body="links"))
    with page.context.expect_page() as opened:
        page.locator("#n1 a").click()

    opened.value.wait_for_url("https://jira.example.com/plugins/servlet/applinks/listApplicationLinks")
    assert page.locator("#details .hint").is_visible()


def test_a_click_shows_a_link(show):
    """Its state, why, each direction, what was found and what mends it, and both applications."""
    page = show()
    page.locator("#lists").get_by_role("button", name="jira ⇄ git").click()
    told = page.locator("#details").inner_text()

    assert "jira ⇄ git" in heading(page)
    for part in (
        "not working",
        "oauth, works",
        "oauth, fails",
        "It is not-working.",
        "→ applinks doctor jira wiki",
    ):
        assert part in told
    assert lit(page, "link") == 1
    page.locator("#details").get_by_role("button", name="git", exact=True).click()
    assert heading(page) == "git"


def test_a_link_can_be_clicked_in_the_picture(show):
    """A few pixels beside its line will do."""
    page = show()
    x, y = page.evaluate(
        """() => { const path = document.querySelector("#l1 .reach"), matrix = path.getScreenCTM();
            const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(matrix); return [at.x, at.y + 3]; }"""
    )
    page.mouse.click(x, y)

    assert "jira ⇄ wiki" in heading(page)


def test_searching_lights_what_fits(show):
    """Every word has to be there; the lists show the same, and the number is told to a screen reader, too."""
    page = show()
    search = page.get_by_role("searchbox", name="Search")
    search.fill("confluence")

    assert page.get_by_role("status").inner_text() == "Found: 1 application, 3 links"
    assert page.locator("#picture .node.lit .name").all_text_contents() == ["jira", "wiki", "git", "Docs"]
    assert page.locator("#lists tbody tr:visible").count() == 4
    search.fill("example.org asked")
    assert page.get_by_role("status").inner_text().startswith("Found: 0 applications, ")
    search.fill("nothing like it")
    assert page.get_by_role("status").inner_text() == "Found: 0 applications, 0 links"
    search.fill("")
    assert page.locator("#lists tbody tr:visible").count() == 15


def test_kinds_of_links_can_be_left_out(show):
    """In the picture and in the list."""
    page = show()
    page.get_by_role("checkbox", name="working 1", exact=False).first.uncheck()

    assert not page.locator("#l1").is_visible()
    assert page.locator("#l2").is_visible()
    assert page.locator("#lists tbody").first.locator("tr:visible").count() == 7


def test_it_can_be_used_by_the_keyboard_alone(show):
    """One stop of the tabulator for all cards, arrow keys between them, Enter chooses, Escape goes back to the card."""
    page = show()
    page.keyboard.press("/")
    page.keyboard.type("lab")
    page.keyboard.press("Enter")
    assert heading(page) == "jira-lab"

    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "n4"
    order = [page.evaluate("document.activeElement.id")]
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        order.append(page.evaluate("document.activeElement.id"))
    assert sorted(order) == [f"n{number}" for number in range(1, 8)]
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "n4"
    assert page.locator("#picture [tabindex='0']").count() == 1

    page.keyboard.press("ArrowLeft")
    chosen = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    assert chosen.startswith(f"{heading(page)}, ")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#details').contains(document.activeElement)")


def test_what_has_the_focus_can_be_seen(show):
    """By the edge of its card."""
    page = show()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('node')"):
            break
    widths = page.evaluate(
        """() => [...document.querySelectorAll("#picture .node[id] .card")].map((card) => getComputedStyle(card).strokeWidth)"""
    )

    assert widths.count("3px") == 1


def test_a_screen_reader_is_told_everything(show):
    """The picture has a name, cards are buttons with names, and the links stand in a table with headings."""
    page = show()
    tree = page.locator("body").aria_snapshot()

    assert (
        'group "Map of application links: 7 applications (1 could not be asked) and 8 links: 1 working'
        in tree
    )
    assert 'button "jira, Jira 9.12.4, example.com"' in tree
    assert 'button "ci-lab, not asked, lab.example.org"' in tree
    assert 'columnheader "State"' in tree
    assert re.search(r'row "✗? ?not working jira ⇄ git ✓ oauth, works ✗ oauth, fails CONNECTED"', tree), tree
    assert 'complementary "Details"' in tree


def test_an_address_with_a_fragment_shows_it(show):
    """So a choice can be sent to somebody."""
    page = show()
    page.goto(page.url.partition("#")[0] + "#n2")
    page.reload()

    assert heading(page) == "wiki"


def test_the_size_can_be_changed(show):
    """Larger, smaller, and back to what fits."""
    page = show("large")
    width = "document.querySelector('#picture svg').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.get_by_role("button", name="Larger").click()
    assert page.evaluate(width) == pytest.approx(before * 1.25, rel=0.01)
    page.get_by_role("button", name="Smaller").click()
    assert page.evaluate(width) == pytest.approx(before, rel=0.01)
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Fit").click()
    assert page.evaluate(width) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_stands_out_from_its_ground(show, scheme):
    """Texts by 4.5 to 1, lines and marks by 3 to 1, as WCAG asks, in the light and in the dark."""
    page = show("small", scheme)
    colours = page.evaluate(
        """() => { const style = getComputedStyle(document.documentElement);
            return Object.fromEntries(["paper", "site", "card", "ink", "soft", "pick", "good", "bad", "warned", "unseen", "aside", "edge"]
                .map((name) => [name, style.getPropertyValue("--" + name).trim()])); }"""
    )

    for text in ("ink", "soft", "pick"):
        assert contrast(colours[text], colours["paper"]) >= 4.5, text
    assert contrast(colours["soft"], colours["site"]) >= 4.5
    for text in ("ink", "soft"):
        assert contrast(colours[text], colours["card"]) >= 4.5, text
    for line in ("good", "bad", "warned", "unseen", "aside"):
        assert contrast(colours[line], colours["paper"]) >= 3, line
        assert contrast(colours[line], colours["site"]) >= 3, line
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert (luminance(colours["paper"]) < 0.1) == (scheme == "dark")


def contrast(one, other):
    """As WCAG defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    """How bright a colour is, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_it_prints(show, screenshots):
    """Light, whatever the screen is; the whole picture with its list, and no controls."""
    page = show("small", "dark")
    card(page, "git").click()
    page.emulate_media(media="print")

    assert not page.locator("form").is_visible()
    assert not page.locator("#details").is_visible()
    assert page.locator("#lists").is_visible()
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')").strip()
        == "#ffffff"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('#l1')).opacity") == "1"
    paper = page.pdf(path=screenshots / "map.pdf", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")


def test_hostile_names_are_shown_as_they_are(show):
    """In the picture, the lists, the details and the search; no script of theirs runs, and no address leads to one."""
    page = show("hostile")

    assert page.title() == "Application links"
    page.get_by_role("searchbox").fill("onerror=")
    page.keyboard.press("Enter")
    assert heading(page) == '"><img src=x onerror=alert(1)>'
    page.get_by_role("searchbox").fill("")
    for id_ in [f"n{number}" for number in range(1, 8)] + [f"l{number}" for number in range(1, 7)]:
        page.locator(f"[data-choose={id_}]").first.click()
        page.locator("#lists").get_by_role("table").first.wait_for()
    assert page.title() == "Application links"
    assert page.locator("img").count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('a')].every((one) => /^https:/.test(one.getAttribute('href')))"
    )


def test_it_works_on_a_narrow_screen(show):
    """The details stand below, and nothing but the picture itself is wider than the window."""
    page = show("large")
    page.set_viewport_size({"width": 420, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
