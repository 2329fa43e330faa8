"""A picture as text that other programs draw: Mermaid and DOT. Pure; names come from applications, and are nothing but text in it."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_applinks.estate.map.picture import MARKS, STYLES, WORDS, Kind, Line, Node, Picture, Style

COLOURS: dict[Kind, str] = {
    "good": "#22845d",
    "bad": "#c9372c",
    "warned": "#b85a00",
    "unseen": "#6e5dc6",
    "aside": "#758195",
}
_MERMAID: dict[Style, tuple[str, str]] = {
    "oauth-impersonation": ("<==>", "==>"),
    "none": ("<-.->", "-.->"),
}


def as_mermaid(picture: Picture) -> str:
    """A flowchart that forges and wikis draw.

    Args:
        picture: of an estate.
    """
    lines = ["flowchart LR"]
    for number, (site, nodes) in enumerate(picture.sites.items(), 1):
        lines.append(f'  subgraph s{number}["{_mermaid(site)}"]')
        lines += [f"    {_mermaid_node(node)}" for node in nodes]
        lines.append("  end")
    looks: dict[str, list[int]] = {}
    for number, (edge, look) in enumerate(one for line in picture.lines for one in _mermaid_edges(line)):
        lines.append(f"  {edge}")
        looks.setdefault(look, []).append(number)
    lines += [f"  linkStyle {','.join(map(str, numbers))} {look}" for look, numbers in looks.items()]
    lines += [f"  click {node.id} href {_mermaid_link(node)}" for node in picture.nodes if node.admin_page]
    others = [node.id for node in picture.nodes if not node.named]
    if others:
        lines += [f"  class {','.join(others)} other", "  classDef other stroke-dasharray:4 3"]
    return "\n".join([*lines, ""])


def _mermaid_node(node: Node) -> str:
    mark = "" if node.asked or not node.named else f" {MARKS['unseen']}"
    return f'{node.id}["{_mermaid(node.name)}<br>{_mermaid(node.what)}{mark}"]'


def _mermaid_link(node: Node) -> str:
    quoted = node.admin_page.replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f'"{quoted}" "Links of {_mermaid(node.name)}" _blank'


def _mermaid_edges(line: Line) -> Iterator[tuple[str, str]]:
    """Each arrow with its look; one with two heads where both directions are alike, since forges draw 500 arrows at most."""
    if not line.arrows:
        words = f"{_mermaid(line.state)} {MARKS[line.kind]}"
        yield f'{line.nodes[0]} ---|"{words}"| {line.nodes[1]}', _mermaid_look(line.kind)
        return
    first = line.arrows[0]
    alike = len(line.arrows) == 2 and len({(one.style, one.kind) for one in line.arrows}) == 1
    for arrow in (first,) if alike else line.arrows:
        sign = _MERMAID.get(arrow.style, ("<-->", "-->"))[0 if alike else 1]
        words = f"{STYLES[arrow.style]} {MARKS[arrow.kind]}{' one-way' if line.one_way else ''}"
        look = _mermaid_look(arrow.kind) + (",stroke-dasharray:8 5" if line.one_way else "")
        yield f'{arrow.sender} {sign}|"{words}"| {arrow.receiver}', look


def _mermaid_look(kind: Kind) -> str:
    return f"stroke:{COLOURS[kind]},color:{COLOURS[kind]}"


def _mermaid(text: str) -> str:
    """Text that is nothing but text in Mermaid: every sign that could be more is told by its number."""
    return "".join(one if one.isalnum() or one in " .-:/" else f"#{ord(one)};" for one in text)


def as_dot(picture: Picture) -> str:
    """A digraph for Graphviz.

    Args:
        picture: of an estate.
    """
    lines = [
        "digraph applinks {",
        '  graph [rankdir=LR, fontname="sans-serif", tooltip="Application links"];',
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    for number, (site, nodes) in enumerate(picture.sites.items(), 1):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_dot(site)};"]
        lines += [f"    {_dot_node(node)}" for node in nodes]
        lines.append("  }")
    for line in picture.lines:
        lines += [f"  {edge}" for edge in _dot_edges(line)]
    return "\n".join([*lines, "}", ""])


def _dot_node(node: Node) -> str:
    url = f", URL={_dot(node.admin_page)}" if node.admin_page else ""
    style = "" if node.named else ', style="rounded,dashed"'
    mark = "" if node.asked or not node.named else f" {MARKS['unseen']}"
    return f"{node.id} [label={_dot(f'{node.name}{chr(10)}{node.what}{mark}')}{url}{style}];"


def _dot_edges(line: Line) -> Iterator[str]:
    if not line.arrows:
        label = _dot(f"{line.state} {MARKS[line.kind]}")
        yield f'{line.nodes[0]} -> {line.nodes[1]} [dir=none, color="{COLOURS[line.kind]}", label={label}];'
    for arrow in line.arrows:
        colour = COLOURS[arrow.kind]
        double = f"{colour}:invis:{colour}" if arrow.style == "oauth-impersonation" else colour
        style = "dashed" if line.one_way else "dotted" if arrow.style == "none" else "solid"
        label = _dot(f"{STYLES[arrow.style]} {MARKS[arrow.kind]}")
        tip = _dot(f"{line.title}: {WORDS[arrow.kind]}")
        more = ', arrowtail=box, dir="both"' if arrow.style == "legacy" else ""
        yield (
            f'{arrow.sender} -> {arrow.receiver} [color="{double}", fontcolor="{colour}", style={style}, label={label}, '
            f"tooltip={tip}{more}];"
        )


def _dot(text: str) -> str:
    """Text in quotes, in which nothing ends them and nothing is an escape or an entity."""
    for sign, safe in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\\", "\\\\"),
        ('"', "&quot;"),
        ("\n", "\\n"),
    ):
        text = text.replace(sign, safe)
    return f'"{text}"'
