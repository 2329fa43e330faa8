"""The page in a browser: opened, searched, clicked, used by the keyboard, read aloud, in the dark, printed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from pulumi_applinks.estate.glossary import MARKS
from pulumi_applinks.estate.map import as_html, picture_of
from tests.unit.estate_map.estates import hostile, large, small

ESTATES = {"small": small, "large": large, "hostile": hostile}
INSIDE = """(selector) => { const view = document.querySelector("#matrix"), box = view.getBoundingClientRect();
    const one = [...view.querySelectorAll(selector)].find((one) => one.getClientRects().length).getBoundingClientRect();
    return one.left >= box.left && one.right <= box.right + 1 && one.top >= box.top && one.bottom <= box.bottom + 1; }"""
"""Whether something of the matrix is all in sight."""


@pytest.fixture
def show(browser, tmp_path):
    """Opens the page of an estate from a file. It may ask nobody for anything, and nothing in it may fail."""
    contexts, asked, failed = [], [], []

    def opened(name="small", scheme="light", fragment=""):
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
        page.goto(file.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert failed == []


def heading(page):
    """What the details are about."""
    return page.locator("#details .detail:visible h2").inner_text()


def cell(page, sender, receiver):
    """The sign of a direction, by what a screen reader says of it."""
    name = re.compile(f"^{re.escape(sender)} → {re.escape(receiver)}: ")
    return page.locator("#matrix").get_by_role("link", name=name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["small", "large"])
def test_the_whole_estate_is_on_one_screen(show, screenshots, name, scheme):
    """All of the matrix is in sight, in letters that can be read; a few applications are drawn, too."""
    page = show(name, scheme)
    drawn = page.locator("#drawing .node")

    assert page.evaluate(INSIDE, "table")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    letters = "parseFloat(getComputedStyle(document.querySelector('.matrix [scope=row]')).fontSize)"
    assert page.evaluate(letters) >= 10
    assert drawn.count() == (len(picture_of(small()).nodes) if name == "small" else 0)
    file = screenshots / f"map-{name}-{scheme}.png"
    page.screenshot(path=file)
    assert file.stat().st_size > 20_000


@pytest.mark.parametrize("group", ["site", "product"])
@pytest.mark.parametrize("name", ["small", "large"])
def test_each_direction_has_a_cell(show, name, group):
    """In the row of who asks, and in the column of who answers: its sign, its colour, and a label that says all of it."""
    page = show(name)
    picture = picture_of(ESTATES[name]())
    page.get_by_role("radio", name=group).check()
    told = page.evaluate(
        """() => { const table = [...document.querySelectorAll(".matrix")].find((one) => one.getClientRects().length);
            const columns = [...table.querySelectorAll("[scope=col]")].map((one) => one.dataset.id), colours = {};
            for (const kind of ["good", "bad", "warned", "unseen", "aside"]) {
                const sign = document.body.appendChild(document.createElement("i"));
                sign.style.color = `var(--${kind})`; colours[getComputedStyle(sign).color] = kind; sign.remove(); }
            return [...table.querySelectorAll("td .cell")].map((one) => { const td = one.closest("td"), row = td.parentElement;
                return [row.dataset.id, columns.at(td.cellIndex - row.children.length), one.dataset.id, one.textContent,
                    one.getAttribute("aria-label"),
                    colours[getComputedStyle(one)[one.matches(".bad") ? "backgroundColor" : "color"]]]; }); }"""
    )
    names = {node.id: node.name for node in picture.nodes}
    wanted = []
    for line in picture.lines:
        for arrow in line.arrows:
            words = f"{names[arrow.sender]} → {names[arrow.receiver]}: {arrow.words}"
            label = words + (", no link back" if line.one_way else "")
            wanted.append([arrow.sender, arrow.receiver, line.id, MARKS[arrow.kind], label, arrow.kind])
        if not line.arrows:
            wanted.append([*line.nodes, line.id, MARKS[line.kind], f"{line.title}: {line.state}", line.kind])

    assert sorted(told) == sorted(wanted)


def test_a_cell_shows_its_link(show):
    """Its state, why, both directions, the next step and both applications; their rows and columns are lit."""
    page = show()
    cell(page, "git", "jira").click()
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
    assert page.locator("#matrix .cell.lit:visible").count() == 2
    assert page.locator("#matrix tr.own:visible").evaluate_all("all => all.map((one) => one.dataset.id)") == [
        "n1",
        "n3",
    ]
    assert page.locator(".by-site col.own").evaluate_all("all => all.map((one) => one.dataset.id)") == [
        "n1",
        "n3",
    ]
    expect(page.locator("#drawing .link.lit")).to_have_count(1)
    page.locator("#details").get_by_role("link", name="git", exact=True).click()
    assert heading(page) == "git"


def test_an_application_shows_its_links(show):
    """From its card, its row or its column; and points to its own page, beside this one. Back goes back."""
    page = show()
    for name in ("#drawing", ".by-site thead", ".by-site tbody"):
        page.locator(name).get_by_role("link", name="git, Bitbucket 9.12.4, example.com").click()
        assert heading(page) == "git"
        expect(page.locator("#drawing .link.lit")).to_have_count(4)
        page.locator(".back:visible").click()
        assert page.locator("#causes").is_visible()
    page.locator("#drawing").get_by_role("link", name="git, Bitbucket").click()
    out = page.locator("#details").get_by_role("link", name="Links page of git")

    assert (
        out.get_attribute("href") == "https://git.example.com/plugins/servlet/applinks/listApplicationLinks"
    )
    assert (out.get_attribute("rel"), out.get_attribute("target")) == ("noopener noreferrer", "_blank")


def test_a_line_of_the_drawing_shows_its_link(show):
    """A few pixels beside it will do; and no text runs out of its card."""
    page = show()
    x, y = page.evaluate(
        """() => { const path = document.querySelector("#drawing .link .reach"), matrix = path.getScreenCTM();
            const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(matrix); return [at.x + 3, at.y]; }"""
    )
    page.mouse.click(x, y)
    over = page.evaluate(
        """() => [...document.querySelectorAll("#drawing .node")].filter((node) => { const card = node.querySelector(".card");
            const right = (one) => one.getBoundingClientRect().right;
            return [...node.querySelectorAll("text")].some((text) => right(text) > right(card)); })"""
    )

    assert "jira ⇄ wiki" in heading(page)
    assert over == []


def test_what_is_to_be_looked_at_is_grouped_by_cause(show):
    """The worst first, each with its next step once; and beside it the day of the reading."""
    page = show("small")
    causes = page.locator("#causes details")

    assert page.locator("#read").inner_text() == "Read 2026-11-30 09:15:00 UTC."
    assert "ci-lab does not answer." in page.locator("#causes").inner_text()
    assert causes.locator("summary").all_inner_texts()[0].endswith("not working: 1 link")
    assert causes.locator("summary").all_inner_texts()[-2].endswith("could not be asked: ci-lab (1 link)")
    assert causes.locator("summary").all_inner_texts()[-1].endswith("not asked: 1 link")
    assert causes.locator(".step").all_inner_texts() == ["→ applinks doctor jira wiki"] * (causes.count() - 1)
    assert causes.last.get_by_role("link").all_inner_texts() == ["wiki → Docs"]


def test_searching_shows_what_fits(show):
    """Every word has to be there; the lists show the same, and the number is also announced by a screen reader."""
    page = show()
    search = page.get_by_role("searchbox", name="Search")
    for words, told, rows in (
        ("confluence", "Found: 1 application, 3 links", 4),
        ("docs legacy", "Found: 0 applications, 0 links", 0),
        ("GIT legacy", "Found: 0 applications, 1 link", 1),
        ("", "", 15),
    ):
        search.fill(words)
        assert page.get_by_role("status").inner_text() == told
        assert page.locator("#lists tbody tr:visible").count() == rows


def test_searching_centres_what_it_finds(show):
    """However large the matrix is shown; Enter chooses it."""
    page = show("large")
    for _ in range(7):
        page.get_by_role("button", name="Larger").click()
    assert not page.evaluate(INSIDE, "[data-id=n40] a")
    page.get_by_role("searchbox").fill("eye-acme-39 fisheye")
    assert page.evaluate(INSIDE, "[data-id=n40] a")
    page.get_by_role("searchbox").fill("eu-6 ops-33")
    page.keyboard.press("Enter")

    assert heading(page).endswith("crowd-eu-6 ⇄ wiki-ops-33")
    assert page.evaluate(INSIDE, ".picked")


def test_fit_fits(show):
    """After any size, whatever the grouping is."""
    page = show("large")
    for group in ("site", "product"):
        page.get_by_role("radio", name=group).check()
        for _ in range(4):
            page.get_by_role("button", name="Larger").click()
        assert not page.evaluate(INSIDE, "table")
        page.get_by_role("button", name="Fit").click()
        assert page.evaluate(INSIDE, "table")
    page.get_by_role("button", name="Smaller").click()
    assert page.evaluate(INSIDE, "table")


def test_kinds_of_links_can_be_left_out(show):
    """In the drawing, the matrix and the list."""
    page = show()
    page.get_by_role("checkbox", name="working 1", exact=False).first.uncheck()

    assert not cell(page, "jira", "wiki").is_visible()
    assert cell(page, "jira", "git").is_visible()
    assert (
        page.locator("#drawing .link").evaluate_all(
            "all => all.filter((one) => getComputedStyle(one).display != 'none').length"
        )
        == 7
    )
    assert page.locator("#lists tbody").first.locator("tr:visible").count() == 7


def test_it_can_be_used_by_the_keyboard_alone(show):
    """One stop of the tabulator for each view, arrow keys within, Enter chooses, Escape goes back to where one was."""
    page = show()
    focus = "document.activeElement.getAttribute('aria-label')"
    page.keyboard.press("/")
    page.keyboard.type("jira-lab")
    page.keyboard.press("Enter")
    assert heading(page) == "jira-lab"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    assert (
        page.locator("#matrix a[tabindex='0']").count()
        == page.locator("#drawing a[tabindex='0']").count()
        == 1
    )
    page.locator("#matrix a[tabindex='0']").focus()
    assert page.evaluate(focus) == "jira, Jira 9.12.4, example.com"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focus).startswith("wiki, ")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focus) == "jira → wiki: oauth-impersonation, works"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focus) == "wiki → git: anonymous"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    assert "wiki ⇄ git" in heading(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#details').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert page.evaluate(focus) == "wiki → git: anonymous"
    assert page.locator("#causes").is_visible()


def test_a_screen_reader_is_told_everything(show):
    """The matrix is a table with names of rows and columns, each sign a link with a name; the drawing has a name, too."""
    page = show()
    tree = page.locator("body").aria_snapshot()

    assert (
        'group "Map of application links: 5 applications (1 could not be asked), 8 links: 1 generic' in tree
    )
    assert 'table "Who asks in rows, who answers in columns, by site"' in tree
    assert 'columnheader "jira, Jira 9.12.4, example.com"' in tree
    assert 'rowheader "ci-lab, not asked, lab.example.org"' in tree
    assert 'link "git → jira: oauth, fails"' in tree
    assert re.search(r'row "✗? ?not working jira ⇄ git ✓ oauth, works ✗ oauth, fails CONNECTED"', tree), tree
    assert 'complementary "Details"' in tree


def test_an_address_with_a_fragment_shows_it(show):
    """So a choice can be sent to somebody."""
    assert heading(show(fragment="#n2")) == "wiki"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_stands_out_from_its_ground(show, scheme):
    """Texts by 4.5 to 1, lines and signs by 3 to 1, as WCAG asks, in the light and in the dark."""
    page = show("small", scheme)
    colours = page.evaluate(
        """() => { const style = getComputedStyle(document.documentElement);
            return Object.fromEntries(["paper", "site", "card", "ink", "soft", "pick", "good", "bad", "warned", "unseen", "aside", "edge"]
                .map((name) => [name, style.getPropertyValue("--" + name).trim()])); }"""
    )

    for text, ground in (
        ("ink", "paper"),
        ("soft", "paper"),
        ("pick", "paper"),
        ("soft", "site"),
        ("ink", "card"),
    ):
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for line in ("good", "bad", "warned", "unseen", "aside"):
        tint = [
            round(0.16 * own + 0.84 * paper)
            for own, paper in zip(parts(colours[line]), parts(colours["paper"]), strict=True)
        ]
        for ground in (colours["paper"], colours["site"], f"#{bytes(tint).hex()}"):
            assert contrast(colours[line], ground) >= 3, (line, ground)
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert (luminance(colours["paper"]) < 0.1) == (scheme == "dark")


def contrast(one, other):
    """As WCAG defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    """How bright a colour is, as WCAG defines it."""
    linear = [
        one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4
        for one in (at / 255 for at in parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def parts(colour):
    """Of red, green and blue."""
    return bytes.fromhex(colour[1:])


@pytest.mark.parametrize("name", ["small", "large"])
def test_it_prints(show, screenshots, name):
    """Light, whatever the screen is: the matrix across one sheet at most, the causes and the lists, and no controls."""
    page = show(name, "dark", "#n3")
    page.emulate_media(media="print")

    for selector, printed in (
        ("form", False),
        (".detail", False),
        ("#causes", True),
        (".by-site", True),
        ("#lists", True),
    ):
        assert page.locator(selector).first.is_visible() is printed, selector
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')").strip()
        == "#ffffff"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('.cell')).opacity") == "1"
    assert (
        page.evaluate("document.querySelector('.matrix').offsetWidth") < 1045
    )  # A4 on its side, less its margins
    paper = page.pdf(path=screenshots / f"map-{name}.pdf", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")


def test_hostile_names_are_shown_as_they_are(show):
    """In the drawing, the matrix, the lists, the details and the search; no script of theirs runs, and no address points to one."""
    page = show("hostile")
    page.get_by_role("searchbox").fill("onerror=")
    page.keyboard.press("Enter")
    assert heading(page) == '"><img src=x onerror=alert(1)>'
    page.get_by_role("searchbox").fill("")
    for id_ in page.locator(".detail").evaluate_all("all => all.map((one) => one.id)"):
        page.locator(f"#lists a[href='#{id_}']").click()
        assert page.locator(f"#{id_}").is_visible()
    assert page.title() == "Application links"
    assert page.locator("img").count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('a')].every((one) => /^(https:|#)/.test(one.getAttribute('href')))"
    )


def test_it_works_on_a_narrow_screen(show):
    """The details stand below, and nothing but the views themselves is wider than the window."""
    page = show("large")
    page.set_viewport_size({"width": 420, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
