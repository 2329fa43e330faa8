"""The fields of each answer, per generation, with their source. An answer of the lab has exactly these fields.

A field is written as its name, followed by `?` if it may be missing, `+5` if generation 5 is the first that has it, `~3` if generation 3 is
the last that has it, and `:other` if it holds None, or one or several entities of that name; `:*` means a record with any keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pulumi_applinks.lab.applications.generations import GENERATIONS, Generation

_FIELD = re.compile(
    r"(?P<name>[\w-]*\w)(?P<optional>\?)?(?:\+(?P<since>[\d.]+)|~(?P<until>[\d.]+))?(?::(?P<inner>\w+|\*))?"
)


@dataclass(frozen=True)
class Entity:
    """One kind of answer, or of a record inside an answer.

    Args:
        fields: the fields, in the notation above.
        source: the source for them.
    """

    fields: str
    source: str


_JIRA = "jira.atlassian.com/browse/JRASERVER-43975; docs.atlassian.com/software/jira/docs/api/REST (user)"
_CONFLUENCE = "developer.atlassian.com/server/confluence/rest/v1000/api-group-user"
_BITBUCKET = "developer.atlassian.com/server/bitbucket/rest/v806/api-group-permission-management"
_BITBUCKET_USERS = "developer.atlassian.com/server/bitbucket/rest: users, with its permission filters"
_CROWD = "developer.atlassian.com/server/crowd/rest/v602/api-group-users"

ENTITIES: dict[str, Entity] = {
    # The older resources.
    "manifest": Entity(
        "id name typeId version buildNumber+5 applinksVersion inboundAuthenticationTypes outboundAuthenticationTypes "
        "publicSignup url iconUrl iconUri+5",
        "S9 (3.x: INF)",
    ),
    "linked_manifest": Entity(
        "id name typeId url version? buildNumber? applinksVersion? inboundAuthenticationTypes? outboundAuthenticationTypes? "
        "publicSignup? iconUrl? iconUri?",
        "S9: the linked application's own, or made up",
    ),
    "self": Entity("href rel", "S9, KB"),
    "application_link": Entity(
        "id typeId name displayUrl iconUrl iconUri+5 rpcUrl? isPrimary isSystem link:self",
        "S9, KB; the RPC URL is left out for links of the system",
    ),
    "application_links": Entity("applicationLinks:application_link", "S9"),
    "status": Entity(
        "status-code message? resources-created?:self resources-updated?:self",
        "S9, KB; ind (what was created is a bare list)",
    ),
    "error_list": Entity("status message fields?", "S9"),
    "list": Entity("list:list_entry", "S9, KB"),
    "list_entry": Entity(
        "application:application_link configuredOutboundAuthenticators configuredInboundAuthenticators "
        "hasIncomingAuthenticationProviders hasOutgoingAuthenticationProviders webItems webPanels isSystem entityTypeIdStrings "
        "appLinkState~3",
        "S9, KB",
    ),
    "link_info": Entity(
        "configuredAuthProviders numConfiguredEntities hostEntityTypes remoteEntityTypes", "S9"
    ),
    "sighting": Entity("code? warning? params?:redirection", "S9; empty for what is not an application"),
    "redirection": Entity("redirectedUrl", "S9"),
    "created_link": Entity("applicationLink:application_link autoConfigurationSuccessful", "S9"),
    "upgraded_link": Entity("applicationLink:application_link message", "S9"),
    "permission": Entity("code url?", "S9"),
    # 2.0 and applinks-oauth.
    "providers": Entity("authenticationProviders:provider", "S9"),
    "provider": Entity("link:self module provider config:*", "S9; KB: a stored name and password in clear"),
    "authentication": Entity("link:self consumers:consumer configuredAuthProviders:provider", "S9"),
    "consumers": Entity("consumers:consumer", "S9"),
    "consumer": Entity(
        "link:self key name signatureMethod publicKey twoLOAllowed executingTwoLOUser? twoLOImpersonationAllowed outgoing",
        "S9",
    ),
    "consumer_info": Entity("key name publicKey description?", "S9, ind"),
    # 3.0.
    "rest_errors": Entity("status errors:rest_error", "S9"),
    "rest_error": Entity("context? summary details?", "S9"),
    "link3": Entity("id name displayUrl rpcUrl type system primary", "S9"),
    "link3_read": Entity("id name displayUrl rpcUrl type system primary properties:* data:*", "S9"),
    "link_status": Entity(
        "link:status_link working localAuthentication:oauth remoteAuthentication:oauth error:status_error",
        "S9, KB",
    ),
    "status_link": Entity("id name displayUrl rpcUrl type", "S9"),
    "status_error": Entity("category type details", "S9"),
    "oauth": Entity("incoming:oauth_config outgoing:oauth_config", "S9"),
    "oauth_config": Entity("enabled twoLoEnabled twoLoImpersonationEnabled", "S9"),
    "capabilities": Entity("", "S9: a bare list of names"),
    "remote_capabilities": Entity("applicationVersion applinksVersion capabilities error?:*", "S9"),
    "migrated": Entity("incoming:migrated_direction outgoing:migrated_direction capabilities", "S9"),
    "migrated_direction": Entity("oauth basic trusted", "S9"),
    # The products' own resources about users.
    "jira_user": Entity(
        "self key name emailAddress avatarUrls:* displayName active timeZone groups:jira_groups expand", _JIRA
    ),
    "jira_groups": Entity("size items:jira_group", _JIRA),
    "jira_group": Entity("name self", _JIRA),
    "jira_errors": Entity("errorMessages errors:*", _JIRA),
    "confluence_user": Entity(
        "type username userKey profilePicture:confluence_picture displayName status?",
        f"{_CONFLUENCE}; ind (atlassian-python-api: the status, with expand=status), INF (its words)",
    ),
    "confluence_picture": Entity("path width height isDefault", _CONFLUENCE),
    "confluence_groups": Entity("results:confluence_group start limit size", _CONFLUENCE),
    "confluence_group": Entity("type name", _CONFLUENCE),
    "confluence_error": Entity("statusCode message", _CONFLUENCE),
    "bitbucket_user": Entity("name emailAddress id displayName active slug type", _BITBUCKET),
    "bitbucket_users": Entity(
        "size limit isLastPage values:bitbucket_user start nextPageStart?", _BITBUCKET_USERS
    ),
    "bitbucket_errors": Entity("errors:bitbucket_error", _BITBUCKET),
    "bitbucket_error": Entity("context message exceptionName", _BITBUCKET),
    "crowd_user": Entity(
        "link:self name password:crowd_link key active attributes:crowd_link first-name last-name display-name email",
        _CROWD,
    ),
    "crowd_link": Entity("link:self", _CROWD),
    "crowd_error": Entity("reason message", _CROWD),
    # The lab's own.
    "visible": Entity("user items", "the lab's own"),
    "rights": Entity("role", "the lab's own"),
    "unseen": Entity("error", "the lab's own"),
    # Answers without a record.
    "nothing": Entity("", "no body"),
    "page": Entity("", "HTML"),
    "name": Entity("", "plain text"),
}
"""The entities, by name. An entity for a page or an empty body has no fields, because such an answer contains no record."""


@dataclass(frozen=True)
class Field:
    """One field of an entity in one generation."""

    name: str
    optional: bool
    inner: str | None


def fields_of(entity: str, generation: Generation) -> Iterator[Field]:
    """The fields of an entity in a generation.

    Args:
        entity: one of `ENTITIES`.
        generation: one of `GENERATIONS`.
    """
    order: list[str] = list(GENERATIONS)
    here = order.index(generation)
    for word in ENTITIES[entity].fields.split():
        found = _FIELD.fullmatch(word)
        if found is None:
            raise ValueError(f"{word!r} of {entity!r} is no field")
        since, until = found["since"], found["until"]
        if (since and order.index(since) > here) or (until and order.index(until) < here):
            continue
        yield Field(found["name"], bool(found["optional"]), found["inner"])


def differences(entity: str, generation: Generation, body: Any) -> list[str]:
    """The differences between the fields of a record and those of its entity; empty if there are none.

    Args:
        entity: one of `ENTITIES`.
        generation: the generation of the application that answered.
        body: a record, or a list of records.
    """
    if isinstance(body, list):
        return [found for one in body for found in differences(entity, generation, one)]
    if body is None or not ENTITIES[entity].fields:
        return []
    if not isinstance(body, dict):
        return [f"{entity} is no record"]
    known = {one.name: one for one in fields_of(entity, generation)}
    wrong = [f"{entity} has {name}" for name in body if name not in known]
    wrong += [
        f"{entity} lacks {name}" for name, one in known.items() if name not in body and not one.optional
    ]
    for name, one in known.items():
        if one.inner and one.inner != "*" and name in body:
            wrong += differences(one.inner, generation, body[name])
    return wrong
