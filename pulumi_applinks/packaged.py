"""`ApplicationLink` for Python programs whose links are managed by the plugin, not by the dynamic provider.

The inputs, the outputs and the stored state are the same. `docs/howto/plugin.md` says when to use which, and how to change from one to the
other.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pulumi

from pulumi_applinks.names import DYNAMIC_TYPE, PLUGIN_TYPE
from pulumi_applinks.resources import UNNAMED_TYPE, DeclaredLink


class ApplicationLink(DeclaredLink, pulumi.CustomResource):
    """A link between two applications, on both of them, managed by the plugin `applinks`.

    The arguments are those of `pulumi_applinks.ApplicationLink`.
    """

    _dynamic_types: ClassVar[tuple[str, ...]] = (DYNAMIC_TYPE,)
    """The types that the dynamic provider may have given to links of this class."""

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        """Give every derived class the plugin's type. `module` and `name` only set its type with the dynamic provider."""
        super().__init_subclass__(**kwargs)
        if module or name:
            room = f"/{module}" if module else ""
            cls._dynamic_types = (f"pulumi-python:dynamic{room}:{name or 'Resource'}",)
        else:
            cls._dynamic_types = (*cls._dynamic_types, UNNAMED_TYPE)

    def _register(self, name: str, properties: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        aliases = [pulumi.Alias(type_=one) for one in self._dynamic_types]
        options.aliases = [*(options.aliases or ()), *aliases]
        pulumi.CustomResource.__init__(self, PLUGIN_TYPE, name, properties, options)
