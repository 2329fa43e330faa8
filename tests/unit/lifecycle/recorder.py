"""A client that notes what it is asked, under one short name for each thing."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import Mock

from pulumi_applinks.rest import ApplicationClient

_LINKS = {
    "all": "links",
    "get": "link",
    "put": "put_link",
    "edit": "edit_link",
    "delete": "delete_link",
    **{
        name: name
        for name in ("doubt", "make_primary", "oauth2_entries", "relocate", "sees", "status", "upgrade")
    },
}
_OAUTH = {
    "get": "authentication",
    "set_levels": "set_oauth",
    **{name: name for name in ("accepted_keys", "legacy", "migrate", "own_key", "set_execute_as")},
}
_USERS = {"get": "user", "login_is_system_administrator": "is_system_administrator"}


def noting() -> Mock:
    """A client whose parts note what they are asked: `client.links.put(...)` is noted, and answered, as `put_link`."""
    names = {*dir(ApplicationClient), *_LINKS.values(), *_OAUTH.values(), *_USERS.values()}
    client = Mock(spec=sorted(names))
    for name, short in _LINKS.items():
        setattr(client.links, name, getattr(client, short))
    # What waits for what this program has done, and asks nothing.
    client.links.let_nodes_follow = lambda *link_ids: None
    client.oauth = SimpleNamespace(**{name: getattr(client, short) for name, short in _OAUTH.items()})
    client.users = SimpleNamespace(**{name: getattr(client, short) for name, short in _USERS.items()})
    return client
