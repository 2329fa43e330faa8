"""`make troubleshooting`: what each code means and what to do, from the table in `pulumi_applinks/codes.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pulumi_applinks.codes import WHERE_RIGHTS_ARE, Code
from pulumi_applinks.command.explain import entry

ROOT = Path(__file__).resolve().parents[1]

BEGINNING = """\
# Troubleshooting

Made by `make troubleshooting` from the table in `pulumi_applinks/codes.py`.

Each message ends its first line with a code, such as `[applinks/login-refused]`. The first line says what failed, and on which
application; then come the reasons; then what was changed and what was not; `Fix:` with the next step; the request last. A message about
several things lists each of them with a code of its own. When many links fail for one reason, the first message explains it, and the others
name that one. Below, *a word in italics* stands for what the message names. `applinks explain applinks/login-refused` shows the same in a
terminal.

*Nothing was changed on either application* is said only when no request that changes something was carried out. *Undone* is said only
after both ends were read again.

For a tool, `APPLINKS_EVENTS=FILE` writes each error and each warning as a line of JSON: see [behaviour.md](behaviour.md#events).

## The two kinds of administrator

Jira, Confluence and Bitbucket each have two such permissions. An *administrator* can read links and create most of them. Only a
*system administrator* may also relocate a link and set OAuth with impersonation. Who has which is shown under the global permissions:

| product | where | administrator | system administrator |
| --- | --- | --- | --- |
| Jira | Administration, System, Global permissions | Jira Administrators | Jira System Administrators |
| Confluence | General configuration, Global permissions | Confluence Administrator | System Administrator |
| Bitbucket | Administration, Global permissions | Admin | System admin |

For other products, see what their own documentation says of administrators.

## The words on an application's own page

The page *Configure application links* shows a word beside each link
([Atlassian: application links diagnostics](https://confluence.atlassian.com/display/APPLINKS061/Application+links+diagnostics)). Here is what each means
for `status`, and what to do:

| on the page | what the application says | `status` | next step |
| --- | --- | --- | --- |
| CONNECTED | the link works | `working` | nothing |
| CONFIG ERROR | the other application has no link back, or the two ends have different authentication | `not-working`, `incomplete` | `pulumi refresh`, then `pulumi up`: it recreates a lost end, and sets both ends to what the program says |
| NETWORK ERROR | it cannot reach the other application, does not trust its certificate, or its signed requests are refused | `not-working` | `applinks doctor SOURCE TARGET` says which. The address, the certificate and the clock are fixed on the applications |
| ACCESS DENIED | whoever looks at the page is not an administrator of the other application, or has not authorized the request there | any | the page cannot say whether the link works: look as an administrator of both, or run `applinks status` |
| DISABLED | authentication is off at both ends | `no-authentication`, `not-working` | if the program declares authentication: `pulumi refresh`, then `pulumi up` |
| DEPRECATED, UPGRADE CONFIG | trusted applications or basic access is set, or OAuth for people alone (3LO without 2LO) | any | [replace legacy authentication](howto/legacy.md) |
| INCOMPATIBLE | the other application's version of applinks is too old | `not-working` | upgrade that application |
| SYSTEM, NON-ATLASSIAN | the link is the system's own, or points to something else | | nothing: no program changes it |

## What Pulumi itself prints

| you see | why | what to do |
| --- | --- | --- |
| a traceback that ends with `KeyboardInterrupt`, below an `up` that failed | when one resource fails, Pulumi interrupts the program, which still waits for the others | nothing: the error of the resource, under *Diagnostics*, is the one to fix |
| `KeyError: '__provider'` | `pulumi import` and `ResourceOptions(import_=…)` are not supported for dynamic resources | take the link over with `on_existing="adopt"`, or use [the plugin](howto/plugin.md) |
| `could not read plugin` | `main:` in `Pulumi.yaml`, with a relative `virtualenv` | give `virtualenv` as an absolute path |
| an error about default providers for `pulumi-python` | `pulumi:disable-default-providers` excludes it; it applies to every dynamic provider | remove it from that list |
| `value {<nil>} has a problem` | Pulumi names a property that has a wrong input, without its value | read what follows: it says what to correct |
"""  # noqa: E501 (rows of tables)


def made() -> dict[Path, str]:
    """The page, and what it should be."""
    return {ROOT / "docs" / "troubleshooting.md": "\n".join((BEGINNING, *_codes()))}


def _codes() -> Iterator[str]:
    yield from ("## The codes", "")
    for code in sorted(Code, key=str):
        for line in entry(code):
            yield line.replace(
                WHERE_RIGHTS_ARE, "See [the two kinds of administrator](#the-two-kinds-of-administrator)."
            )
        yield ""


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
