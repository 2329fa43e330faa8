"""What can go wrong when an application is asked: each error says what happened, on which application, and what to do.

ApplinksError                `may_pass`: waiting may help; `maybe_done`: the request may have been carried out
 ├ CouldNotAsk               no answer came (unreached.py)
 │  ├ NotSendable            the request can't be put into HTTP
 │  │  └ NoLogin             there are no credentials for it
 │  ├ UnknownHost
 │  ├ ConnectionRefused
 │  ├ TimedOut
 │  ├ ConnectionLost
 │  ├ TlsFailure
 │  ├ DeadlineExceeded
 │  └ ProxyFailure
 ├ Refused                   the application says no (refused.py)
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
 ├ OnlyByHand                a page can do it, and no program (refused.py)
 └ NotUnderstood             an answer came that is not an application's (not_understood.py)
    ├ NotUpYet               it starts, or is being set up
    │  └ NotApplinks         404 in place of a manifest
    ├ NotTheApplication      a page or words of something before it
    ├ RedirectedElsewhere
    └ UnexpectedAnswer       unreadable
"""

from pulumi_applinks.rest.errors.base import Answered, ApplinksError, Asked, LoginReason, Said
from pulumi_applinks.rest.errors.not_understood import (
    NotApplinks,
    NotTheApplication,
    NotUnderstood,
    NotUpYet,
    RedirectedElsewhere,
    UnexpectedAnswer,
)
from pulumi_applinks.rest.errors.refused import (
    WHERE_RIGHTS_ARE,
    BasicAuthenticationOff,
    Conflict,
    ConsumerUnavailable,
    IdTaken,
    Invalid,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    OnlyByHand,
    Refused,
    RelocationNotReachable,
    ServerFault,
    Throttled,
    WebSudoRequired,
    refusal,
)
from pulumi_applinks.rest.errors.unreached import (
    ConnectionLost,
    ConnectionRefused,
    CouldNotAsk,
    DeadlineExceeded,
    NoLogin,
    NotSendable,
    ProxyFailure,
    TimedOut,
    TlsFailure,
    TlsProblem,
    UnknownHost,
)

__all__ = [
    "WHERE_RIGHTS_ARE",
    "Answered",
    "ApplinksError",
    "Asked",
    "BasicAuthenticationOff",
    "Conflict",
    "ConnectionLost",
    "ConnectionRefused",
    "ConsumerUnavailable",
    "CouldNotAsk",
    "DeadlineExceeded",
    "IdTaken",
    "Invalid",
    "LoginReason",
    "NoLogin",
    "NotApplinks",
    "NotAuthenticated",
    "NotFound",
    "NotPermitted",
    "NotSendable",
    "NotTheApplication",
    "NotUnderstood",
    "NotUpYet",
    "OnlyByHand",
    "ProxyFailure",
    "RedirectedElsewhere",
    "Refused",
    "RelocationNotReachable",
    "Said",
    "ServerFault",
    "Throttled",
    "TimedOut",
    "TlsFailure",
    "TlsProblem",
    "UnexpectedAnswer",
    "UnknownHost",
    "WebSudoRequired",
    "refusal",
]
