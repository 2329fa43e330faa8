"""Every endpoint that the client calls on an application: its method, its path and what it is for.

`{}` is a placeholder. `ApplicationClient.send` accepts nothing else, so this list shows every request that an application can get.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.rest.addresses import INTERFACE
from pulumi_applinks.rest.version import MISSING

V1 = f"{INTERFACE}/1.0"
V2 = f"{INTERFACE}/2.0"
V3 = f"{INTERFACE}/3.0"
OAUTH = f"{INTERFACE}-oauth/1.0"
PAGES = "/plugins/servlet/applinks/auth/conf/oauth"
BITBUCKET = "/rest/api/1.0"

Method = Literal["GET", "PUT", "POST", "DELETE"]


@dataclass(frozen=True)
class Endpoint:
    """An endpoint.

    Args:
        method: the HTTP method.
        path: the path below the base URL.
        doing: what it is for, as part of a sentence.
        allow: statuses of a refusal that is not an error.
        repeatable: whether sending it twice has the same effect as sending it once; if not given, the method decides.
        changing: whether it may change something; if not given, the method decides.
        asks_another: whether the application asks another server before it answers, such as the other application or a user directory.
            Then a slow answer says nothing about the application itself.
    """

    method: Method
    path: str
    doing: str
    allow: frozenset[int] = frozenset()
    repeatable: bool | None = None
    changing: bool | None = None
    asks_another: bool = False


_LISTING = "reading its links"
_READING = "reading the link's authentication"
_SETTING = "setting the link's authentication"
_LOOKING_UP = "looking up the user"
_ALSO_404 = frozenset({404})

MANIFEST = Endpoint("GET", f"{V1}/manifest", "identifying the application")

LINKS = Endpoint("GET", f"{V3}/applinks", _LISTING, MISSING)
OLDER_LINKS = Endpoint("GET", f"{V1}/applicationlink", _LISTING)
LINKS_OF_TYPE = Endpoint("GET", f"{V1}/applicationlink/type/{{}}", "looking for its type")
SIGHT = Endpoint(
    "GET",
    f"{V1}/applicationlinkForm/manifest",
    "looking at the other application",
    MISSING | {400, 409},
    asks_another=True,
)

MAKE = Endpoint("PUT", f"{V1}/applicationlink/{{}}", "creating the link")
EDIT = Endpoint("PUT", f"{V3}/applinks/{{}}", "changing the link")
OLDER_EDIT = Endpoint("PUT", f"{V1}/applicationlink/{{}}", "changing the link")
MAKE_PRIMARY = Endpoint(
    "POST", f"{V1}/applicationlink/primary/{{}}", "making the link primary", repeatable=True
)
RELOCATE = Endpoint(
    "POST", f"{V1}/relocateApplicationlink/{{}}", "relocating the link", repeatable=True, asks_another=True
)
RIGHTS = Endpoint(
    "POST",
    f"{V1}/relocateApplicationlink/{{}}",
    "looking up the rights",
    repeatable=True,
    changing=False,  # the link does not exist
)
DELETE = Endpoint("DELETE", f"{V1}/applicationlink/{{}}", "deleting the link", _ALSO_404)
UPGRADE = Endpoint(
    "POST", f"{V1}/upgrade/ual/{{}}", "giving the link its target's server id", _ALSO_404, asks_another=True
)

STATUS = Endpoint("GET", f"{V3}/status/{{}}", "trying the link", MISSING, asks_another=True)
AUTHENTICATION = Endpoint("GET", f"{OAUTH}/applicationlink/{{}}/authentication", _READING, MISSING)
OLDER_AUTHENTICATION = Endpoint("GET", f"{V2}/applicationlink/{{}}/authentication", _READING, MISSING)
OWN_KEY = Endpoint("GET", "/plugins/servlet/oauth/consumer-info", "reading its public key", MISSING)
AUTHENTICATORS = Endpoint("GET", f"{V1}/listApplicationlinks", _READING, MISSING, asks_another=True)

SET_LEVELS = Endpoint("PUT", f"{V3}/status/{{}}/oauth", _SETTING, asks_another=True)
SET_CONSUMER = Endpoint(
    "PUT", f"{OAUTH}/applicationlink/{{}}/authentication/consumer", _SETTING, asks_another=True
)
ADD_PROVIDER = Endpoint(
    "PUT", f"{V2}/applicationlink/{{}}/authentication/provider", _SETTING, asks_another=True
)
FORGET_CONSUMER = Endpoint("DELETE", f"{PAGES}/autoconfig/{{}}", _SETTING)
SWITCH_3LO = Endpoint("GET", f"{PAGES}/outbound/apl/{{}}", _SETTING, changing=True)
SWITCH_2LO = Endpoint("GET", f"{PAGES}/outbound/apl-2lo/{{}}", _SETTING, changing=True)
MIGRATE = Endpoint(
    "POST", f"{V3}/migration/{{}}", "replacing the link's legacy authentication", MISSING, asks_another=True
)

_WHOSE_LOGIN = "looking up whose login this is"
JIRA_MYSELF = Endpoint("GET", "/rest/api/2/myself", _WHOSE_LOGIN, asks_another=True)
CONFLUENCE_MYSELF = Endpoint("GET", "/rest/api/user/current", _WHOSE_LOGIN, asks_another=True)
BITBUCKET_MYSELF = Endpoint("GET", "/plugins/servlet/applinks/whoami", _WHOSE_LOGIN, asks_another=True)
JIRA_USER = Endpoint("GET", "/rest/api/2/user", _LOOKING_UP, _ALSO_404, asks_another=True)
CONFLUENCE_USER = Endpoint("GET", "/rest/api/user", _LOOKING_UP, _ALSO_404, asks_another=True)
CONFLUENCE_GROUPS = Endpoint("GET", "/rest/api/user/memberof", _LOOKING_UP, asks_another=True)
BITBUCKET_USER = Endpoint("GET", f"{BITBUCKET}/users/{{}}", _LOOKING_UP, _ALSO_404, asks_another=True)
BITBUCKET_USERS = Endpoint("GET", f"{BITBUCKET}/users", _LOOKING_UP, asks_another=True)
