"""What can go wrong with a request to an application: each error says what happened, on which application, and what to do.

ApplinksError                `may_pass`: waiting may help; `maybe_done`: the request may have been carried out
 ├ CouldNotAsk               no answer came (unreached.py)
 │  ├ NotSendable            the request can't be put into HTTP
 │  │  └ NoLogin             there are no credentials for it
 │  ├ UnknownHost
 │  ├ ConnectionRefused
 │  ├ NoWay                  this machine can't make a connection
 │  ├ TimedOut
 │  ├ ConnectionLost
 │  ├ TlsFailure
 │  ├ DeadlineExceeded
 │  └ ProxyFailure
 ├ Refused                   the application refuses (refused.py)
 │  ├ Invalid                400
 │  ├ NotAuthenticated       401
 │  ├ WebSudoRequired        401 to an administrator
 │  ├ NotPermitted           403
 │  ├ BasicAuthenticationOff 403 to any user name and password
 │  ├ NotFound               404
 │  ├ Conflict               409
 │  │  ├ RelocationNotReachable
 │  │  └ ConsumerUnavailable
 │  ├ IdTaken                400 or 500 about an id that no list shows
 │  ├ Throttled              429
 │  └ ServerFault            5xx
 │     └ ConsumerFault       500 because of the other application's key
 ├ OnlyByHand                only a person can do it, on a page (refused.py)
 └ NotUnderstood             the answer is not from an application (not_understood.py)
    ├ NotUpYet               it is starting, or is being set up
    │  └ NotApplinks         404 in place of a manifest
    ├ NotTheApplication      a page or text from something in front of it
    │  └ NotLetIn            401 to a login
    ├ RedirectedElsewhere
    └ UnexpectedAnswer       unreadable
"""

# `A as A` marks what other modules may import from here [PEP 484].
from pulumi_applinks.rest.errors.base import (
    Answered as Answered,
    ApplinksError as ApplinksError,
    Asked as Asked,
    LoginReason as LoginReason,
    Said as Said,
)
from pulumi_applinks.rest.errors.not_understood import (
    NotApplinks as NotApplinks,
    NotLetIn as NotLetIn,
    NotTheApplication as NotTheApplication,
    NotUnderstood as NotUnderstood,
    NotUpYet as NotUpYet,
    RedirectedElsewhere as RedirectedElsewhere,
    UnexpectedAnswer as UnexpectedAnswer,
)
from pulumi_applinks.rest.errors.refused import (
    BasicAuthenticationOff as BasicAuthenticationOff,
    Conflict as Conflict,
    ConsumerFault as ConsumerFault,
    ConsumerUnavailable as ConsumerUnavailable,
    IdTaken as IdTaken,
    Invalid as Invalid,
    NotAuthenticated as NotAuthenticated,
    NotFound as NotFound,
    NotPermitted as NotPermitted,
    OnlyByHand as OnlyByHand,
    Refused as Refused,
    RelocationNotReachable as RelocationNotReachable,
    ServerFault as ServerFault,
    Throttled as Throttled,
    WebSudoRequired as WebSudoRequired,
    refusal as refusal,
)
from pulumi_applinks.rest.errors.unreached import (
    ConnectionLost as ConnectionLost,
    ConnectionRefused as ConnectionRefused,
    CouldNotAsk as CouldNotAsk,
    DeadlineExceeded as DeadlineExceeded,
    NoLogin as NoLogin,
    NotSendable as NotSendable,
    NoWay as NoWay,
    ProxyFailure as ProxyFailure,
    TimedOut as TimedOut,
    TlsFailure as TlsFailure,
    TlsProblem as TlsProblem,
    UnknownHost as UnknownHost,
)
