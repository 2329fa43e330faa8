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
    BriefLink,
    Legacy,
    Link,
    Manifest,
    OAuthConfig,
    Sighting,
    What,
)
from pulumi_applinks.rest.products import PRODUCTS, Product, product_name, type_of
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
from pulumi_applinks.rest.status import Reason, Status

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
    "What",
    "admin_page",
    "host_of",
    "normalised_url",
    "product_name",
    "same_address",
    "shown_url",
    "type_of",
    "url_derived_id",
]
