"""One Jira, linked with every other application of a list: a component over a loop."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating


class Hub(pulumi.ComponentResource):
    """An application that is linked with many.

    Args:
        name: the component's name, and the first half of each link's.
        centre: the application in the middle.
        spokes: the other applications, by name.
        primary: the names of those that are the primary ones of their type.
        opts: the engine's options.
    """

    status: pulumi.Output[dict[str, str]]
    """The state of each link in one word, by the spoke's name."""

    def __init__(
        self,
        name: str,
        centre: Application,
        spokes: Mapping[str, Application],
        primary: list[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("example:index:Hub", name, None, opts)
        links = {
            spoke: ApplicationLink(
                f"{name}-{spoke}",
                source=centre,
                target=application,
                authentication=NonImpersonating(),
                primary=True if spoke in primary else None,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for spoke, application in sorted(spokes.items())
        }
        self.status = pulumi.Output.all(**{spoke: link.status for spoke, link in links.items()})
        self.register_outputs({"status": self.status})


config = pulumi.Config()
addresses: dict[str, str] = config.require_object("spokes")

hub = Hub(
    "jira",
    Application(config.require("jira_url"), credentials="jira"),
    spokes={name: Application(url, credentials=name) for name, url in addresses.items()},
    primary=config.get_object("primary") or [],
)

pulumi.export("status", hub.status)
