"""A typed client for one application's REST interface, with time limits and with errors that people understand."""

# `A as A` marks what other modules may import from here [PEP 484].
from pulumi_applinks.codes import (
    BEHIND_HTTPS as BEHIND_HTTPS,
    WHERE_RIGHTS_ARE as WHERE_RIGHTS_ARE,
    trust as trust,
)
from pulumi_applinks.rest.addresses import (
    leaves_https as leaves_https,
    normalised_url as normalised_url,
    same_address as same_address,
    same_host as same_host,
    shown_url as shown_url,
    url_derived_id as url_derived_id,
)
from pulumi_applinks.rest.auth import Basic as Basic, Login as Login, LoginError as LoginError, Token as Token
from pulumi_applinks.rest.client import ApplicationClient as ApplicationClient
from pulumi_applinks.rest.deadline import (
    ANSWER_SECONDS as ANSWER_SECONDS,
    OPERATION_SECONDS as OPERATION_SECONDS,
    SETTLE_SECONDS as SETTLE_SECONDS,
    Deadline as Deadline,
)
from pulumi_applinks.rest.errors import (
    ApplinksError as ApplinksError,
    BasicAuthenticationOff as BasicAuthenticationOff,
    Conflict as Conflict,
    ConnectionLost as ConnectionLost,
    ConnectionRefused as ConnectionRefused,
    ConsumerFault as ConsumerFault,
    ConsumerUnavailable as ConsumerUnavailable,
    CouldNotAsk as CouldNotAsk,
    DeadlineExceeded as DeadlineExceeded,
    IdTaken as IdTaken,
    Invalid as Invalid,
    NoLogin as NoLogin,
    NotApplinks as NotApplinks,
    NotAuthenticated as NotAuthenticated,
    NotFound as NotFound,
    NotLetIn as NotLetIn,
    NotPermitted as NotPermitted,
    NotSendable as NotSendable,
    NotTheApplication as NotTheApplication,
    NotUpYet as NotUpYet,
    NoWay as NoWay,
    OnlyByHand as OnlyByHand,
    ProxyFailure as ProxyFailure,
    RedirectedElsewhere as RedirectedElsewhere,
    Refused as Refused,
    RelocationNotReachable as RelocationNotReachable,
    ServerFault as ServerFault,
    Throttled as Throttled,
    TimedOut as TimedOut,
    TlsFailure as TlsFailure,
    UnexpectedAnswer as UnexpectedAnswer,
    UnknownHost as UnknownHost,
    WebSudoRequired as WebSudoRequired,
)
from pulumi_applinks.rest.levels import Level as Level
from pulumi_applinks.rest.message import Message as Message, summed as summed, wrapped as wrapped
from pulumi_applinks.rest.models import (
    Authentication as Authentication,
    BriefLink as BriefLink,
    Legacy as Legacy,
    Link as Link,
    Manifest as Manifest,
    OAuthConfig as OAuthConfig,
    PublicKey as PublicKey,
    Sighting as Sighting,
    UserDetails as UserDetails,
    What as What,
)
from pulumi_applinks.rest.products import (
    PRODUCTS as PRODUCTS,
    admin_page as admin_page,
    product_name as product_name,
)
from pulumi_applinks.rest.request_log import logged_for as logged_for
from pulumi_applinks.rest.session import Session as Session, Sessions as Sessions
from pulumi_applinks.rest.status import Reason as Reason, Status as Status
from pulumi_applinks.rest.version import major_version as major_version, share_oauth as share_oauth
