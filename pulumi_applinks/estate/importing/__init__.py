"""Importing an estate into code: an inventory that a person edits, then a project. Reads only.

`proposed` says what of an estate can be taken over; `take` reads each link as a stack would store it; `project` makes the files.
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
