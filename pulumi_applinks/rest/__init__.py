"""One application's REST interface: typed, bounded in time, with errors that a person understands."""

from pulumi_applinks.rest.addresses import (
    admin_page,
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
    Consumer,
    Link,
    Manifest,
    OAuthConfig,
    Sighting,
    Status,
    StatusError,
)
from pulumi_applinks.rest.refusals import (
    Conflict,
    ConsumerUnavailable,
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

__all__ = [
    "ApplicationClient",
    "Applications",
    "ApplinksError",
    "Authentication",
    "Basic",
    "Conflict",
    "ConnectionLost",
    "ConnectionRefused",
    "Consumer",
    "ConsumerUnavailable",
    "CouldNotAsk",
    "Deadline",
    "DeadlineExceeded",
    "Invalid",
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
    "ProxyFailure",
    "RedirectedElsewhere",
    "Refused",
    "RelocationNotReachable",
    "ServerFault",
    "Sighting",
    "Status",
    "StatusError",
    "Throttled",
    "TimedOut",
    "TlsFailure",
    "Token",
    "UnexpectedAnswer",
    "UnknownHost",
    "admin_page",
    "host_of",
    "normalised_url",
    "same_address",
    "shown_url",
    "url_derived_id",
]

from contextlib import nullcontext
from pulumi_applinks.rest.errors import LoginError, NoLogin


def logged_for(name):
    return nullcontext()


User = object
