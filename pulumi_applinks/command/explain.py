"""`applinks explain`: explains the code of a message, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.markdown import Markdown

from pulumi_applinks.codes import CORRECT_CREDENTIALS, Cause, Code
from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.command.told import told
from pulumi_applinks.estate import EstateError


def entry(code: Code) -> Iterator[str]:
    """Yield what the troubleshooting page says about a code, as lines of Markdown."""
    yield from (f"### `{code}`", "")
    if code.meaning:
        yield from (code.meaning, "")
    yield f"- **Left as it was:** {code.left}"
    if code.do:
        yield f"- **Fix:** {code.do}"
    for cause in Cause:
        if cause.code is code:
            what, *why, do = (_shown(one) for one in cause.sentences)
            yield f"- {what}. {' '.join((*why, ''))}**Fix:** {do}"


def _shown(sentence: str) -> str:
    """Format a sentence of the table. What a message fills in is in italics."""
    text = sentence.replace("*", "\\*").replace("{correction}", CORRECT_CREDENTIALS)
    text = re.sub(r"{(\w+)}", lambda fact: f"*{fact[1].replace('_', ' ')}*", text)
    return text[0].upper() + text[1:]


@told
def explain(
    code: Annotated[
        str,
        typer.Argument(metavar="CODE", help="As a message has it, such as `applinks/login-refused`."),
    ],
) -> ExitCode:
    """Explain a code of a message: what it means, what is left as it was, and what to do.

    It asks nobody. All codes are on the page *Troubleshooting*.

    Examples:
    - `applinks explain applinks/login-refused`

    - `applinks explain no-answer`
    """
    name = code.strip("[]").removeprefix("applinks/")
    found = next((one for one in Code if str(one) == f"applinks/{name}"), None)
    if found is None:
        known = ", ".join(sorted(str(one).removeprefix("applinks/") for one in Code))
        raise EstateError(f"there is no code {code!r}. Known are {known}.")
    printer, lines = Printer(), entry(found)
    if printer.out.is_terminal:
        printer.out.print(Markdown("\n".join(lines)))
    else:
        printer.data("\n".join((*lines, "")))
    return ExitCode.DONE
