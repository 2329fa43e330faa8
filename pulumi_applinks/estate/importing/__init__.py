"""Import an estate into code: first an inventory that a person edits, then a project. It only reads from the applications.

`proposed` finds what can be taken over from an estate. `take` reads each link as a stack would store it. `project` creates the files.
"""

from pulumi_applinks.estate.importing.inventory import Entry, Inventory, LeftOut, from_text, merged
from pulumi_applinks.estate.importing.project import project, save
from pulumi_applinks.estate.importing.proposing import proposed
from pulumi_applinks.estate.importing.taking import NotTaken, Taken, take

__all__ = [
    "Entry",
    "Inventory",
    "LeftOut",
    "NotTaken",
    "Taken",
    "from_text",
    "merged",
    "project",
    "proposed",
    "save",
    "take",
]
