"""Applications on loopback that behave like the applinks plugin, for trying out links."""

# ruff: noqa: E402 - missing libraries are reported before the imports that need them

from importlib.util import find_spec

_MISSING = [name for name in ("werkzeug", "oauthlib", "cryptography", "trustme") if find_spec(name) is None]
if _MISSING:
    raise ImportError(
        f"the lab's applications need {', '.join(_MISSING)}: install them with `pip install 'pulumi-applinks[lab]'`"
    )

from pulumi_applinks.lab.applications.application import GENERIC, TYPES, Application
from pulumi_applinks.lab.applications.cluster import BALANCER_COOKIE
from pulumi_applinks.lab.applications.content import Item
from pulumi_applinks.lab.applications.faults import Fault
from pulumi_applinks.lab.applications.flags import BASIC, THREE_LEGGED, TRUSTED, Flags
from pulumi_applinks.lab.applications.generations import GENERATIONS, Generation, usual
from pulumi_applinks.lab.applications.journal import Received
from pulumi_applinks.lab.applications.lab import Lab
from pulumi_applinks.lab.applications.stored import OAuth2Entry, StoredLink, id_of_url
from pulumi_applinks.lab.applications.users import Directory, User
from pulumi_applinks.lab.applications.variants import Variants
from pulumi_applinks.lab.troubles import Mode

__all__ = [
    "BALANCER_COOKIE",
    "BASIC",
    "GENERATIONS",
    "GENERIC",
    "THREE_LEGGED",
    "TRUSTED",
    "TYPES",
    "Application",
    "Directory",
    "Fault",
    "Flags",
    "Generation",
    "Item",
    "Lab",
    "Mode",
    "OAuth2Entry",
    "Received",
    "StoredLink",
    "User",
    "Variants",
    "id_of_url",
    "usual",
]
