"""One application's REST interface: typed, bounded in time, with errors that a person understands."""

from pulumi_applinks.rest.addresses import (
    host_of,
    normalised_url,
    same_address,
    shown_url,
    url_derived_id,
)
from pulumi_applinks.rest.client import ApplicationClient
from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.errors import (
    ApplinksError,
    ConnectionLost,
    ConnectionRefused,
    CouldNotAsk,
    DeadlineExceeded,
    NotSendable,
    ProxyFailure,
    TimedOut,
    TlsFailure,
    UnknownHost,
)
from pulumi_applinks.rest.levels import Level
from pulumi_applinks.rest.logins import Basic, Login, Token
from pulumi_applinks.rest.misunderstandings import (
    LoginPage,
    NotApplinks,
    NotUnderstood,
    RedirectedElsewhere,
    UnexpectedAnswer,
)
from pulumi_applinks.rest.models import (
    Authentication,
    BriefLink,
    Legacy,
    Link,
    Manifest,
    OAuthConfig,
    Sighting,
    What,
)
from pulumi_applinks.rest.products import PRODUCTS, Product, admin_page, product_of
from pulumi_applinks.rest.refusals import (
    Conflict,
    ConsumerUnavailable,
    IdTaken,
    Invalid,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    Refused,
    RelocationNotReachable,
    ServerFault,
    Throttled,
)
from pulumi_applinks.rest.shared import Applications
from pulumi_applinks.rest.status import Reason, Status
from pulumi_applinks.rest.users import User

__all__ = [
    "PRODUCTS",
    "ApplicationClient",
    "Applications",
    "ApplinksError",
    "Authentication",
    "Basic",
    "BriefLink",
    "Conflict",
    "ConnectionLost",
    "ConnectionRefused",
    "ConsumerUnavailable",
    "CouldNotAsk",
    "Deadline",
    "DeadlineExceeded",
    "IdTaken",
    "Invalid",
    "Legacy",
    "Level",
    "Link",
    "Login",
    "LoginPage",
    "Manifest",
    "NotApplinks",
    "NotAuthenticated",
    "NotFound",
    "NotPermitted",
    "NotSendable",
    "NotUnderstood",
    "OAuthConfig",
    "Product",
    "ProxyFailure",
    "Reason",
    "RedirectedElsewhere",
    "Refused",
    "RelocationNotReachable",
    "ServerFault",
    "Sighting",
    "Status",
    "Throttled",
    "TimedOut",
    "TlsFailure",
    "Token",
    "UnexpectedAnswer",
    "UnknownHost",
    "User",
    "What",
    "admin_page",
    "host_of",
    "normalised_url",
    "product_of",
    "same_address",
    "shown_url",
    "url_derived_id",
]

from contextlib import nullcontext
from pulumi_applinks.rest.errors import LoginError, NoLogin
def logged_for(name): return nullcontext()

class User:
    exists: bool
    active: bool | None
    system_administrator: bool | None
    where: str
