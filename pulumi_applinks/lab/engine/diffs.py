"""How properties and their changes are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_applinks.lab.engine.values import PROVIDER_KEY, Secret, Unknown, plain


def visible(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties without those that are the engine's business only."""
    return {key: value for key, value in properties.items() if key != PROVIDER_KEY}


def shown(value: Any, indent: str) -> str:
    """One value, over several lines if it has parts.

    Args:
        value: what to show; a secret is not.
        indent: what the lines after the first start with.
    """
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Unknown):
        return "[unknown]"
    if isinstance(value, dict):
        if not value:
            return "{}"
        lines = [f"{indent}    {name}: {shown(value[key], indent + '    ')}" for key, name in _named(value)]
        return "\n".join(["{", *lines, f"{indent}}}"])
    if isinstance(value, list):
        if not value:
            return "[]"
        lines = [f"{indent}    [{number}]: {shown(one, indent + '    ')}" for number, one in enumerate(value)]
        return "\n".join(["[", *lines, f"{indent}]"])
    if value is None:
        return "<null>"
    return json.dumps(value, ensure_ascii=False)


def changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The names of the properties that differ."""
    return [key for key in sorted({*olds, *news}) if differs(olds, news, key)]


def differs(olds: Mapping[str, Any], news: Mapping[str, Any], key: str) -> bool:
    """Whether one property differs, present or not, secret or not."""
    return (key in olds) != (key in news) or not same(olds.get(key), news.get(key))


def same(old: Any, new: Any) -> bool:
    """Whether two values are equal; true is not 1."""
    old, new = plain(old), plain(new)
    if isinstance(old, bool) != isinstance(new, bool):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return set(old) == set(new) and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    return bool(old == new)


def brief(olds: Mapping[str, Any], news: Mapping[str, Any]) -> str:
    """The names of what changed, as the one-line plan has them: `[diff: +a-b~c]`."""
    olds, news = visible(olds), visible(news)
    groups = {"+": [], "-": [], "~": []}  # type: dict[str, list[str]]
    for key in changed(olds, news):
        groups["+" if key not in olds else "-" if key not in news else "~"].append(key)
    text = "".join(f"{sign}{','.join(keys)}" for sign, keys in groups.items() if keys)
    return f"[diff: {text}]" if text else ""


def lines(
    olds: Mapping[str, Any], news: Mapping[str, Any], indent: str, *, only: bool = False
) -> Iterator[str]:
    """The properties with their changes, a property a line or more.

    Args:
        olds: what was.
        news: what is to be.
        indent: what each line starts with, after the place of its sign.
        only: leave out what is unchanged.
    """
    olds, news = visible(olds), visible(news)
    keys = sorted({*olds, *news})
    width = max((len(key) for key in keys), default=0)
    for key in keys:
        unchanged = not differs(olds, news, key)
        if unchanged and only:
            continue
        sign = " " if unchanged else "+" if key not in olds else "-" if key not in news else "~"
        start = f"{indent[:-2]}{sign} {key.ljust(width)}: "
        if sign == "~":
            yield start + _change(olds[key], news[key], indent)
        else:
            yield start + shown(olds[key] if sign == "-" else news[key], indent)


def _change(old: Any, new: Any, indent: str) -> str:
    inner = indent + "    "
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        return "\n".join(["{", *lines(old, new, inner), f"{indent}}}"])
    if isinstance(old, list) and isinstance(new, list) and old and new:
        olds = {f"[{number}]": one for number, one in enumerate(old)}
        news = {f"[{number}]": one for number, one in enumerate(new)}
        return "\n".join(["[", *lines(olds, news, inner), f"{indent}]"])
    return f"{shown(old, indent)} => {shown(new, indent)}"


def _named(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    width = max(len(key) for key in value)
    return [(key, key.ljust(width)) for key in sorted(value)]
