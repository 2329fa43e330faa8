"""`ApplicationLink` for programs in Python whose links are managed by the plugin, not by the dynamic provider.

The inputs, the outputs and what a stack stores are the same. `docs/howto/plugin.md` says when to take which, and how to change over.
"""

from __future__ import annotations

from typing import Any

import pulumi

from pulumi_applinks.names import DYNAMIC_TYPE, PLUGIN_TYPE
from pulumi_applinks.resources import DeclaredLink


class ApplicationLink(DeclaredLink, pulumi.CustomResource):
    """A link between two applications, on both of them, managed by the plugin `applinks`.

    The arguments are those of `pulumi_applinks.ApplicationLink`.
    """

    def _register(self, name: str, properties: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        options.aliases = [*(options.aliases or ()), pulumi.Alias(type_=DYNAMIC_TYPE)]
        pulumi.CustomResource.__init__(self, PLUGIN_TYPE, name, properties, options)
