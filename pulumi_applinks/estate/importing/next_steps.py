"""`NEXT-STEPS.md`: what a person does with the project, what is left out and why, what to look at. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_applinks.estate.formats import cell
from pulumi_applinks.estate.importing.inventory import Inventory
from pulumi_applinks.estate.importing.taking import NotTaken, Taken
from pulumi_applinks.names import variable_prefix

_OPTIONS = {
    'on_broken="fail"': "a link that does not work is drift: `--expect-no-changes` ends non-zero. As it is, it is warned of.",
    'on_duplicate="remove"': "other links to the same address are removed. As it is, they are reported.",
    'on_legacy="remove"': "trusted applications and basic access beside what is declared are removed. As it is, they are reported.",
    'on_unreachable_delete="leave"': "`pulumi destroy` finishes with a warning where an end can't be reached. As it is, it fails.",
    "protect=True (in opts)": "`pulumi destroy` refuses to delete the link, on both ends.",
}


def next_steps(inventory: Inventory, links: Sequence[Taken | NotTaken], *, adopt: bool = False) -> str:
    """The page."""
    return "\n".join(_lines(inventory, links, adopt))


def _lines(inventory: Inventory, links: Sequence[Taken | NotTaken], adopt: bool) -> Iterator[str]:
    taken = [one for one in links if isinstance(one, Taken)]
    number = len(taken)
    yield "# Next steps"
    yield ""
    yield f"The program declares {number} {'link' if number == 1 else 'links'} as they were found. Nothing was changed on any application."
    yield ""
    yield from _commands(inventory, taken, adopt)
    if noted := [one for one in taken if one.entry.notes]:
        yield "## Links to look at"
        yield ""
        yield "They are in the program as they are. Nothing here has to be done before the import."
        yield ""
        for one in noted:
            yield f"- **{cell(one.entry.resource)}**"
            yield from (f"  - {cell(note)}" for note in one.entry.notes)
        yield ""
    yield from _left_out(inventory, links)
    yield "## What an option would change"
    yield ""
    yield from (f"- `{option}`: {words}" for option, words in _OPTIONS.items())
    yield ""


def _commands(inventory: Inventory, taken: Sequence[Taken], adopt: bool) -> Iterator[str]:
    used = {name for one in taken for name in one.entry.pair}
    names = dict.fromkeys(
        one.credentials
        for name, one in inventory.applications.items()
        if name in used and one.credentials is not None
    )
    yield "1. Read `__main__.py`. Names are yours to choose until they are in a stack: change them in the inventory, and write anew."
    yield "2. Give the credentials in the environment, by these names (`_TOKEN`, or `_USERNAME` and `_PASSWORD`), or in the stack's"
    yield "   configuration `applinks:credentials`:"
    yield ""
    yield from (f"   - `{variable_prefix(name)}_…`" for name in names)
    yield ""
    yield "3. Make a stack: `pulumi stack init`."
    if adopt:
        yield "4. Take the links over: `pulumi up`. Each is read, found to be as the program says, and left as it is."
        yield "5. The proof: `pulumi preview --expect-no-changes` and `pulumi refresh --expect-no-changes` both end with 0."
        yield '6. Take `on_existing="adopt"` away: run `applinks import write` without `--adopt`, with `--overwrite`; then `pulumi up`.'
        yield ""
        return
    yield "4. Take the links into the stack. No application is asked for that (CLI 3.254 or newer; `pulumi version` tells):"
    yield ""
    yield "   ```sh"
    yield "   pulumi import --file import.json --generate-code=false --protect=false --yes"
    yield "   ```"
    yield ""
    yield "   With an older CLI: run the same `applinks import write` again with `--adopt --overwrite`, and go by what stands here then."
    yield "5. The proof, which reads: `pulumi preview --expect-no-changes` and `pulumi refresh --expect-no-changes` both end with 0."
    yield "6. Delete `import.json`: it has done its work. Keep the program in version control."
    yield ""


def _left_out(inventory: Inventory, links: Sequence[Taken | NotTaken]) -> Iterator[str]:
    not_taken = [one for one in links if isinstance(one, NotTaken)]
    unwanted = [one for one in inventory.links if not one.take]
    if not (not_taken or unwanted or inventory.left_out or inventory.not_asked):
        return
    yield "## Left out"
    yield ""
    for silent in inventory.not_asked:
        yield f"- **{cell(silent.application)}** could not be asked: {cell(silent.reason)}"
    for missed in not_taken:
        yield f"- **{cell(missed.entry.resource)}**: {cell(missed.reason)}"
    for entry in unwanted:
        yield f"- **{cell(entry.resource)}**: `take` is false in the inventory."
    for one in inventory.left_out:
        yield f"- **{cell(' – '.join(one.between))}** (`{one.end}`), {one.why}: {cell(one.reason)}"
        if one.next:
            yield f"  - {cell(one.next)}"
    yield ""
