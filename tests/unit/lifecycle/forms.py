"""The forms of authentication, and what hands change on a link: for tests of every room."""

from typing import Any

from pulumi_applinks.lab.applications import TRUSTED, Flags

FORMS: dict[str, dict[str, Any]] = {
    "none": {"outgoing": {"level": "none"}, "incoming": {"level": "none"}},
    "oauth": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
    "as-user": {
        "outgoing": {"level": "oauth", "execute_as": "user"},
        "incoming": {"level": "oauth", "execute_as": "admin"},
    },
    "impersonating": {
        "outgoing": {"level": "oauth-impersonation"},
        "incoming": {"level": "oauth-impersonation"},
    },
    "outgoing-only": {"outgoing": {"level": "oauth", "execute_as": "user"}, "incoming": {"level": "none"}},
    "incoming-only": {"outgoing": {"level": "none"}, "incoming": {"level": "oauth"}},
}


def stands(jira, wiki, form: str) -> None:
    """Both ends have what a form says."""
    wanted = FORMS[form]
    for here, there, direction in ((wiki, jira, "outgoing"), (jira, wiki, "incoming")):
        link = here.links[there.server_id]
        level = wanted[direction]["level"]
        assert link.incoming.level == level
        assert there.links[here.server_id].outgoing.level == level
        execute_as = link.consumer.execute_as if link.consumer else None
        assert execute_as == wanted[direction].get("execute_as")


def _rename(here, there):
    here.links[there.server_id].name = "By hand"


def _other_url(here, there):
    here.links[there.server_id].rpc_url = "http://old.example"


def _other_display(here, there):
    here.links[there.server_id].display_url = "http://shown.example"


def _no_outgoing(here, there):
    here.links[there.server_id].outgoing = Flags()


def _impersonating(here, there):
    here.links[there.server_id].outgoing = Flags.of("oauth-impersonation")


def _no_incoming(here, there):
    here.links[there.server_id].consumer = None


def _other_user(here, there):
    consumer = here.links[there.server_id].consumer
    if consumer is not None:
        consumer.execute_as = "admin"


def _trusted(here, there):
    here.links[there.server_id].incoming_legacy = {TRUSTED}


def _gone(here, there):
    here.links.remove(there.server_id)


HAND_MADE = (
    _rename,
    _other_url,
    _other_display,
    _no_outgoing,
    _impersonating,
    _no_incoming,
    _other_user,
    _trusted,
    _gone,
)
