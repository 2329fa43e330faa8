"""The table of messages: their codes, and the sentences of each one whose cause stands here.

Each message ends its first line with a code, such as `[applinks/login-refused]`. The codes are contracts with people's scripts: one that
was released keeps its name and its meaning. `docs/troubleshooting.md` is made from this table by `make troubleshooting`. This module
imports nothing of the project, and no library.
"""

from __future__ import annotations

from enum import Enum

_ASKED = "The request did not change anything. When it was one of several, the message says what was done before it and taken back."
_MAYBE = (
    "The application may have carried the request out: the message says so, and both ends are read again before it says that all is as it "
    "was."
)
_NOTHING = "Nothing is changed on either application: this is found before the first change."
_SENT = "Nothing was sent."
_WARNING = "A warning: the operation goes on."
_STATE = "The link stays in the stack's state."
_CAUSES = ""  # the causes below say what such a code means, and what to do


class Code(Enum):
    """What a message is about: its code, what it means, what is left as it was, and what to do."""

    # The program and its stack.
    BAD_INPUT = (
        "bad-input",
        "An input of the program can't be right, whatever the applications say.",
        _SENT,
        "Correct the input that the message names, and run the same command again.",
    )
    DECLARED_TWICE = (
        "declared-twice",
        "Two resources of one program declare the same link.",
        "Nothing is changed for the second one.",
        "Remove one of the two resources from the program.",
    )
    CREDENTIALS_MISSING = (
        "credentials-missing",
        "The program names credentials that are neither in the environment nor in the stack's configuration.",
        _SENT,
        "Set them where the message says. `pulumi refresh` and `pulumi destroy` use the configuration of the last `pulumi up`: for newer "
        "values run them with `--run-program`, or set the environment's variables.",
    )
    CREDENTIALS_INCOMPLETE = (
        "credentials-incomplete",
        "Credentials were found, but a part is missing, there is too much, or the configuration has another form.",
        _SENT,
        "Give a username and a password, or a token.",
    )
    STATE_UNREADABLE = (
        "state-unreadable",
        "The stack's state holds inputs that make no sense.",
        "Nothing is changed, and no application is asked.",
        "Run `pulumi up`, which stores the inputs of the program.",
    )
    STATE_OF_OLD_REFRESH = (
        "state-of-old-refresh",
        "Version 0.1 refreshed this stack, found drift, and stored what it observed among the inputs of the program. An `up` with "
        "`ignore_changes` takes values from there.",
        "Nothing is changed, and no application is asked.",
        "Run `pulumi refresh` once with this version. It stores the inputs of the program.",
    )
    EVENTS_NOT_WRITTEN = (
        "events-not-written",
        "The file that `APPLINKS_EVENTS` names can't be written.",
        "A warning: the operation goes on without events.",
        "Correct the path, or the rights of its folder.",
    )
    FAULT = (
        "fault",
        "Something went wrong in pulumi-applinks itself. The traceback is shown.",
        "What was changed by then is not known.",
        "Report it with the traceback and the versions that the message names, and look at the link on both applications.",
    )
    # No answer came.
    NOT_SENDABLE = ("not-sendable", _CAUSES, _SENT)
    UNKNOWN_HOST = ("unknown-host", _CAUSES, _SENT)
    CONNECTION_REFUSED = ("connection-refused", _CAUSES, _SENT)
    NOT_REACHABLE = ("not-reachable", _CAUSES, _SENT)
    NO_ANSWER = ("no-answer", _CAUSES, _MAYBE)
    CONNECTION_LOST = ("connection-lost", _CAUSES, _MAYBE)
    CERTIFICATE_NOT_TRUSTED = ("certificate-not-trusted", _CAUSES, _SENT)
    CERTIFICATE_EXPIRED = ("certificate-expired", _CAUSES, _SENT)
    CERTIFICATE_NOT_YET_VALID = ("certificate-not-yet-valid", _CAUSES, _SENT)
    CERTIFICATE_REFUSED = ("certificate-refused", _CAUSES, _SENT)
    CERTIFICATE_OF_ANOTHER_HOST = ("certificate-of-another-host", _CAUSES, _SENT)
    NO_TLS = ("no-tls", _CAUSES, _MAYBE)
    OUT_OF_TIME = ("out-of-time", _CAUSES, _MAYBE)
    PROXY_FAILURE = ("proxy-failure", _CAUSES, _SENT)
    # An application says no.
    REFUSED = ("refused", _CAUSES, _ASKED)
    REQUEST_REFUSED = ("request-refused", _CAUSES, _ASKED)
    LOGIN_MISSING = ("login-missing", _CAUSES, _ASKED)
    MANIFEST_NEEDS_LOGIN = ("manifest-needs-login", _CAUSES, _ASKED)
    LOGIN_REFUSED = ("login-refused", _CAUSES, _ASKED)
    LOGIN_CAPTCHA = ("login-captcha", _CAUSES, _ASKED)
    LOGIN_LACKS_RIGHTS = ("login-lacks-rights", _CAUSES, _ASKED)
    NOT_PERMITTED = ("not-permitted", _CAUSES, _ASKED)
    BASIC_AUTHENTICATION_OFF = ("basic-authentication-off", _CAUSES, _ASKED)
    WEBSUDO_REQUIRED = ("websudo-required", _CAUSES, _ASKED)
    NOT_FOUND = ("not-found", _CAUSES, _ASKED)
    CONFLICT = ("conflict", _CAUSES, _ASKED)
    RELOCATION_NOT_REACHABLE = ("relocation-not-reachable", _CAUSES, _ASKED)
    KEY_NOT_READABLE = ("key-not-readable", _CAUSES, _ASKED)
    ID_TAKEN = ("id-taken", _CAUSES, _ASKED)
    THROTTLED = ("throttled", _CAUSES, _ASKED)
    NOT_READY = ("not-ready", _CAUSES, _MAYBE)
    SERVER_FAULT = ("server-fault", _CAUSES, _MAYBE)
    ONLY_BY_HAND = ("only-by-hand", _CAUSES, _ASKED)
    # What answers is no application.
    NOT_UP_YET = ("not-up-yet", _CAUSES, _ASKED)
    NO_APPLICATION_LINKS = ("no-application-links", _CAUSES, _ASKED)
    SOMETHING_IN_BETWEEN = ("something-in-between", _CAUSES, _MAYBE)
    REDIRECTED = ("redirected", _CAUSES, _ASKED)
    ANSWER_NOT_READABLE = ("answer-not-readable", _CAUSES, _MAYBE)
    # What stands against a change.
    SEVERAL_REASONS = (
        "several-reasons",
        "More than one thing went wrong, or stands against the change. Each is listed with its own code.",
        "The message says it.",
        "See to each of them, then run the same command again.",
    )
    BASE_URL_DIFFERS = (
        "base-url-differs",
        "An application answers, but has another base URL in its own administration.",
        _NOTHING,
        "Correct the base URL in the application, or in the program. A copy needs a base URL and a server id of its own first.",
    )
    OTHER_KIND = (
        "other-kind",
        "An application of another type than declared answers.",
        _NOTHING,
        "Correct `kind` or `url`.",
    )
    OAUTH_NOT_SETTABLE = (
        "oauth-not-settable",
        "The REST interface of this version can't set OAuth up.",
        _NOTHING,
        "Upgrade the application, or declare `NoAuthentication()` and set OAuth up by hand.",
    )
    ANOTHER_APPLICATION = (
        "another-application",
        "Another application answers at an address than the one that the link was made with.",
        "The other application gets no login, and nothing is changed on it.",
        "Declare the right URL. If the application was installed anew, run `pulumi refresh` and then `pulumi up`.",
    )
    SAME_APPLICATION = (
        "same-application",
        "Both applications have the same server id.",
        _NOTHING,
        "Declare two different applications. A clone needs a server id of its own first.",
    )
    KIND_NOT_GIVEN = (
        "kind-not-given",
        "A link to an application that is not up yet takes its type.",
        _NOTHING,
        'Give `kind`, such as `Application(..., kind="confluence")`.',
    )
    NOT_OUR_LINK = (
        "not-our-link",
        "There is an entry between the two applications that no program may change: the system's own, a generic one, an OAuth 2.0 one, "
        "or a corrupted one.",
        "The entry is left as it is.",
        "Do what the message says of this kind of entry.",
    )
    REMAINS = (
        "remains-of-a-link",
        "An application has another link to the same address, from an earlier time.",
        _NOTHING,
        "Delete it on the page that the message names.",
    )
    NAME_TAKEN = (
        "name-taken",
        "An application has another link of the same name.",
        _NOTHING,
        "Give the application another name with `Application(name=...)`, or rename the other link.",
    )
    LINK_EXISTS = (
        "link-exists",
        "The two applications are linked already, and this stack does not have that link.",
        _NOTHING,
        "After an interrupted `pulumi up`, or to take a link over: run `APPLINKS_ON_EXISTING=adopt pulumi up` once. If the resource was "
        "renamed, give it an alias.",
    )
    LINK_LEADS_ELSEWHERE = (
        "link-leads-elsewhere",
        "An application has a link with the server id of the other one, and it leads to an address that is none of the other one's: one of "
        "the two is a copy, or the other one moved.",
        _NOTHING,
        "Do what the message says of copies: see [staging clones](howto/staging-clones.md). If the application moved, correct the address "
        "of that link on its page.",
    )
    NEEDS_SYSTEM_ADMINISTRATOR = (
        "needs-system-administrator",
        "A change takes a system administrator, and the login belongs to an administrator without that right.",
        _NOTHING,
        "Give credentials of a system administrator; see [the two kinds of administrator](#the-two-kinds-of-administrator).",
    )
    USER_MISSING = (
        "user-missing",
        "The user that incoming requests are to run as does not exist.",
        _NOTHING,
        "Correct `execute_as`, or make that user.",
    )
    USER_NOT_ACTIVE = (
        "user-not-active",
        "The user that incoming requests are to run as is not active.",
        _NOTHING,
        "Activate that user, or give another one as `execute_as`.",
    )
    USER_TOO_POWERFUL = (
        "user-too-powerful",
        "The user that incoming requests are to run as is a system administrator.",
        _NOTHING,
        "Give a user with no more rights than the link needs as `execute_as`.",
    )
    NOT_SEEN = (
        "not-seen",
        "One application does not find the other one at the address where it is to call it.",
        "Nothing is changed, or what was changed is taken back: the message says which.",
        "Give the address at which it reaches the other one as `rpc_url`. Over https, have it trust the other one's certificate.",
    )
    # What went wrong while it ran.
    MADE_MEANWHILE = (
        "made-meanwhile",
        "Somebody else, such as another stack, made the link while this ran.",
        "The link is theirs, and stays. Everything else is as it was.",
        'Declare each link in one stack only; or take it over with `on_existing="adopt"`.',
    )
    NOT_AS_TOLD = (
        "not-as-told",
        "An application accepted a change, and then says something else.",
        "What was made is taken back, and a change of an existing link stays: the message says which.",
        "Look at the link on the application, then run `pulumi up` again.",
    )
    DOES_NOT_WORK = (
        "does-not-work",
        "The link is as declared, and does not work.",
        'As a warning: nothing is changed. With `on_broken="fail"` a link that was just made is taken back, and one that was there stays.',
        "Where the message says so, run `pulumi up`: it repairs what differs from the program. Else see to the reason that it gives, and "
        "run `pulumi refresh`.",
    )
    NOT_TAKEN_BACK = (
        "not-taken-back",
        "Something that this run changed could not be taken back, or it could not be verified that it was.",
        "Everything that the message does not list is as it was.",
        "Look at each of the links on the page that the message names.",
    )
    NOT_DELETED = (
        "not-deleted",
        "A link could not be deleted on every end.",
        _STATE
        + " An end that was deleted is named. When an end could not be asked before the first deletion, no end was deleted.",
        'See to the reasons and run `pulumi destroy` again; or set `on_unreachable_delete="leave"`, run `pulumi up`, and destroy then.',
    )
    CHANGED_MEANWHILE = (
        "changed-meanwhile",
        "What `applinks clean` has shown was changed by somebody before it was confirmed.",
        "Nothing was removed.",
        "Run the command again, and look at what it shows now.",
    )
    NOTHING_READ = (
        "nothing-read",
        "A refresh could read no end of a link although an application of it answers, or the stack's state has nothing that was read of it "
        "before.",
        "The stack's state stays as it is.",
        "Run it again when the applications answer. If they moved, declare their new URLs and run `pulumi up --refresh=false`.",
    )
    # Warnings.
    LEFT_BEHIND = (
        "left-behind",
        "A link was left on an application when the resource was deleted, because the program says so or because it is not this stack's.",
        "The link that the message names.",
        "As the application's administrator, look whether it is still there, and delete it if nobody needs it.",
    )
    LINK_GONE = (
        "link-gone",
        "An application does not list a link that the stack has. Its list was read again for a few seconds before that was believed.",
        _WARNING,
        "If somebody deleted the link, nothing: `pulumi refresh` notes it, and `pulumi up` recreates it. Else look at the page "
        "that the message names: a node of a cluster may be cut off from the others.",
    )
    USER_NOT_KNOWN = (
        "user-not-known",
        "An application does not tell whether the user in `execute_as` exists, is active, or has too many rights.",
        _WARNING,
        "Look that user up in the application's administration.",
    )
    ONE_WAY_FOR_NOW = (
        "one-way-for-now",
        "The target does not answer, so only the source's link is made, without authentication.",
        "Nothing is made on the target.",
        "Run `pulumi up` again when the target is up.",
    )
    DUPLICATES = (
        "duplicates",
        "An application has other links to the same address.",
        "They are left as they are.",
        'Delete them by hand, or set `on_duplicate="remove"`.',
    )
    LEGACY_AUTHENTICATION = (
        "legacy-authentication",
        "An end has trusted applications or basic access beside what is declared.",
        "It is left as it is.",
        'Remove it by hand, or set `on_legacy="remove"`.',
    )
    OTHER_NAME_FOR_NOW = (
        "other-name-for-now",
        "Another link has the name that this one is to get, so this one has another name for now.",
        "The other link keeps its name.",
        "Run `pulumi refresh` and `pulumi up` again when the name is free; or give another name.",
    )
    ADOPTS = (
        "adopts",
        'With `on_existing="adopt"`, a link that is there already is taken over. A preview that asks says what is changed then.',
        "A preview changes nothing.",
        "Nothing, if that is what you want.",
    )
    REPLACES = (
        "replaces",
        "Another application answers at a declared address: the link is deleted and made anew, with another id.",
        "A preview changes nothing.",
        "Point macros and apps that keep the old id at the new one.",
    )
    COPY_ANSWERS = (
        "copy-answers",
        "The program changes the address of an application, and at both addresses an application with that server id answers: one of the "
        "two is a copy.",
        _WARNING,
        "If the application moved, shut down what answers at the old address. If the new address is the copy's, undo the change in the "
        "program.",
    )
    DRIFT_STAYS = (
        "drift-stays",
        "Policies were stored, but what drifted on the applications could not be repaired.",
        "The message says what became of the applications.",
        "See to the reason, then run `pulumi up` again.",
    )

    def __init__(self, name: str, meaning: str, left: str, do: str = "") -> None:
        self.code = name
        self.meaning = meaning
        self.left = left
        self.do = do

    def __repr__(self) -> str:
        return f"Code.{self.name}"

    def __str__(self) -> str:
        return f"applinks/{self.code}"


WHERE_RIGHTS_ARE = "Who is an administrator and who a system administrator is shown under the global permissions of its administration."
BEHIND_HTTPS = (
    'Let the application know that it is reached over https: scheme="https", proxyName and proxyPort of its Tomcat connector (Bitbucket: '
    "server.scheme, server.proxy-name and server.proxy-port in bitbucket.properties), and a base URL with https."
)
"""What to do where an application answers over https and believes that it is reached over http."""

CORRECT_CREDENTIALS = (
    "Correct the credentials. If they were changed since the last `pulumi up`: refresh and destroy still use the configuration stored "
    "then (unless run with --run-program), while environment variables are always current and win."
)
"""What to do about credentials of which it is not known where they come from."""


def trust(far: str, near: str) -> str:
    """What makes an application trust another one's certificate.

    Args:
        far: the application whose certificate it is.
        near: the application that calls it.
    """
    return f"import the certificate of the authority of {far} into the Java truststore of {near}, and restart {near}"


_CORRECT_AUTHORITIES = "Correct REQUESTS_CA_BUNDLE, or CURL_CA_BUNDLE where that is set instead."
_CORRECT_PROXY = "Correct HTTPS_PROXY or HTTP_PROXY, or name {hostname} in NO_PROXY if no proxy is needed."
_CHAIN = "The certificate of {host}, or of an authority that signed it,"
_WRONG = "The password or the token is wrong or has expired"
_REMOVED = "a proxy before the application removes the Authorization header"
_FRONT = (
    "let what stands before the application pass /rest/applinks* and /rest/applinks-oauth* without a login"
)
_RIGHTS = "Give credentials of {administrator}. " + WHERE_RIGHTS_ARE
_INSTEAD = (
    "Give it a personal access token of {administrator} instead, as {token_variable}; or let its administrator allow the paths "
    "/rest/applinks* and /rest/applinks-oauth* with PUT {base_url}/rest/basicauth/1.0/config."
)
_SESSION = "Such a session takes the password once more, which no program can answer."
_END_SESSIONS = (
    "Where that was a personal access token, give a user name and a password. Else switch secure administrator sessions off "
    "there."
)
_LOOK_AT_LIST = "Look at its list of links, then run this again."
_REACHED = "Check that the other application is up and can be reached from there"
_TRUSTED = trust("the other application", "this one")
_KEY = "the other application's public key at its /plugins/servlet/oauth/consumer-info"
_READ_KEY = f"{_REACHED} at the link's RPC URL, and that its certificate is trusted there: if that is one of https, {_TRUSTED}."
_LET_THROUGH = "Check that the URL leads to the application itself, and that what stands before it lets the REST interface through."
_LEADS_TO_HTTP = "The credentials are not sent there. As a rule the application does not know that it is reached over https."
_CANNOT_BE_ASKED = (Code.NOT_SENDABLE, "{application} can't be asked")
_NOT_FOUND = (Code.UNKNOWN_HOST, "{application} can't be found")
_NOT_REACHED = (Code.NOT_REACHABLE, "{application} can't be reached")
_BEHIND_A_PROXY = (Code.PROXY_FAILURE, "{application} can't be reached")
_LOST = (Code.CONNECTION_LOST, "the connection to {application} was lost while {action}")
_NOT_TRUSTED = (Code.CERTIFICATE_REFUSED, "{application} can't be trusted")
_LOGIN_REFUSED = (Code.LOGIN_REFUSED, "{application} refused {login}")
_NOT_RELOCATED = (Code.RELOCATION_NOT_REACHABLE, "{application} did not relocate the link")
_FAILED = (Code.SERVER_FAULT, "{application} failed over {action}")
_IN_ITS_PLACE = (Code.SOMETHING_IN_BETWEEN, "something answered in place of {application} while {action}")
_REDIRECTS = (Code.REDIRECTED, "{application} redirects {way}")
_REDIRECTS_TO_HTTP = (Code.REDIRECTED, "{application} redirects {way}, and from https to http")


class Cause(Enum):
    """What a message about an application says, in the order in which it is read: what failed, the reasons, the next step.

    `{…}` stands for a fact of the error. Rows with the same beginning have it in common.
    """

    # No answer came.
    PATH_NOT_SENDABLE = (
        *_CANNOT_BE_ASKED,
        "What it calls that link can't be a part of an address.",
        "Look at its list of links, and delete that one there by hand.",
    )
    CHARACTERS_NOT_SENDABLE = (
        *_CANNOT_BE_ASKED,
        "Its URL, its credentials or the proxy that the environment names hold characters that HTTP does not allow.",
        "Look for line breaks and typing errors.",
    )
    SCHEME_NOT_USABLE = (
        *_CANNOT_BE_ASKED,
        "Its URL, or the proxy that the environment names, has a scheme that this program has no way to use.",
        "Give a URL with https or http, and such a proxy in HTTPS_PROXY or HTTP_PROXY; for one of SOCKS install PySocks.",
    )
    SYSTEM_REFUSES = (
        *_CANNOT_BE_ASKED,
        "See to that. If it is about the file of trusted authorities: "
        + _CORRECT_AUTHORITIES.replace("C", "c", 1),
    )
    AUTHORITIES_NOT_READABLE = (
        *_CANNOT_BE_ASKED,
        "The file of trusted authorities that the environment names can't be read, or has no certificate.",
        _CORRECT_AUTHORITIES,
    )
    UNKNOWN_HOST = (
        *_NOT_FOUND,
        "This machine's name service knows no host {host}.",
        "Check the URL for a typing error, and the name service.",
    )
    HOST_NOT_FOUND = (
        *_NOT_FOUND,
        "This machine's name service gave no address for {host}: it knows none, or did not answer.",
        "Check the URL for a typing error, and the name service.",
    )
    CONNECTION_REFUSED = (
        Code.CONNECTION_REFUSED,
        "{application} is not running, or not there",
        "{host} refuses connections, or a firewall does.",
        "Start it, or correct its URL.",
    )
    NO_WAY = (
        *_NOT_REACHED,
        "This machine made no connection to {host}.",
        "Check the URL, and the network, the routes and the firewall of this machine.",
    )
    NO_CONNECTION = (
        *_NOT_REACHED,
        "{host} took no connection within {seconds}.",
        "Check the URL, and that no firewall stands between.",
    )
    NO_ANSWER = (
        Code.NO_ANSWER,
        "{application} did not answer within {seconds} while {action}",
        "Look for what keeps it busy, then run this again.",
    )
    CONNECTION_LOST = (
        *_LOST,
        "Check that the application, and any proxy before it, is up. Then run this again.",
    )
    CONNECTION_LOST_WITHOUT_TLS = (
        *_LOST,
        "Check that the application, and any proxy before it, is up, and that its address is not one of https. Then run this again.",
    )
    CERTIFICATE_NOT_TRUSTED = (
        Code.CERTIFICATE_NOT_TRUSTED,
        "{application} can't be trusted",
        "The certificate of {host} is signed by no authority that this machine knows, or an authority in between is not sent along.",
        "Put the authority's certificate into a file, and that file's name into REQUESTS_CA_BUNDLE: that of your company, or of a proxy "
        "that reads what passes. If the authority is a known one, have the server send the certificates in between, too.",
    )
    CERTIFICATE_EXPIRED = (
        Code.CERTIFICATE_EXPIRED,
        "{application} can't be trusted",
        _CHAIN + " has expired.",
        "Have it renewed. If it has not expired, set the clock of this machine.",
    )
    CERTIFICATE_NOT_YET_VALID = (
        Code.CERTIFICATE_NOT_YET_VALID,
        "{application} can't be trusted",
        _CHAIN + " is not valid yet.",
        "Compare the time from which on it is valid with the clock of this machine: set the clock, or have the certificate issued again.",
    )
    CERTIFICATE_OF_ANOTHER_HOST = (
        Code.CERTIFICATE_OF_ANOTHER_HOST,
        "{application} can't be trusted",
        "The certificate that {host} shows is another host's.",
        "Give the URL with the name in the certificate, or have the certificate corrected.",
    )
    CERTIFICATE_WEAK = (
        *_NOT_TRUSTED,
        _CHAIN + " has a key or a signature that is too weak for this machine.",
        "Have it issued again, with a longer key and a newer signature.",
    )
    CERTIFICATE_MALFORMED = (
        *_NOT_TRUSTED,
        _CHAIN
        + " lacks something that RFC 5280 asks for, or has it in another form; Python looks at that since 3.13.",
        "Have it issued again with what the TLS library names. Until then, an earlier Python takes it.",
    )
    CERTIFICATE_REFUSED = (
        *_NOT_TRUSTED,
        "This machine does not accept the certificate of {host}.",
        "It, or that of an authority that signed it, may be withdrawn, be for another purpose than a server's, or not be signed as it "
        "says. Have what the TLS library names corrected.",
    )
    NO_TLS = (
        Code.NO_TLS,
        "{application} can't be trusted",
        "{host} and this machine agree on no TLS connection.",
        "Check that the scheme and the port of the URL are right, that both take a common version and cipher of TLS, and that the server "
        "asks for no certificate of a client, which this program does not have.",
    )
    OUT_OF_TIME = (
        Code.OUT_OF_TIME,
        "{application} had not answered when the time for this operation was up, while {action}",
        "Look for what is slow, or give the operation more time with timeout_seconds.",
    )
    PROXY_NOT_USABLE = (
        *_BEHIND_A_PROXY,
        "The proxy that this machine's environment names for {host} could not be used.",
        _CORRECT_PROXY,
    )
    PROXY_WANTS_LOGIN = (
        *_BEHIND_A_PROXY,
        "The proxy that this machine's environment names for {host} asks for a login of its own.",
        _CORRECT_PROXY,
    )
    PROXY_REFUSES = (
        *_BEHIND_A_PROXY,
        "The proxy that this machine's environment names for {host} answered {status}: it does not let this machine through, or does not "
        "reach that host itself.",
        _CORRECT_PROXY,
    )
    PROXY_ON_THE_WAY = (
        *_BEHIND_A_PROXY,
        "A proxy on the way to {host} asks for a login of its own.",
        f"{_CORRECT_PROXY} If the environment names none, it is one before the application: give an api_url that leads past it.",
    )
    # An application says no.
    REFUSED = (
        Code.REFUSED,
        "{application} refused {action}",
        "Check that its version is one that this program knows, and that no proxy answers in its place.",
    )
    REQUEST_REFUSED = (
        Code.REQUEST_REFUSED,
        "{application} does not accept what was given for {action}",
        "Correct what it complains of, then run this again.",
    )
    LOGIN_MISSING = (
        Code.LOGIN_MISSING,
        "{application} wants a login for {action}, and there is none",
        "Give it credentials of {administrator}.",
    )
    MANIFEST_NEEDS_LOGIN = (
        Code.MANIFEST_NEEDS_LOGIN,
        "{application} does not show without a login who it is",
        "No login was sent there: that comes after an application has shown who it is.",
        "If that address is certainly the application's own, and its manifest needs a login, set manifest_needs_login on it: the login is "
        "sent there then, but not in a run that changes the address. For such a run, let it show its manifest without a login; or set "
        'on_unreachable_relocate="relocate".',
    )
    LOGIN_WRONG = (
        *_LOGIN_REFUSED,
        _WRONG + ".",
        "{correction}",
    )
    LOGIN_NOT_SEEN = (
        *_LOGIN_REFUSED,
        "It took the request for one without a login: "
        + _REMOVED
        + "; or the password or the token is wrong or has expired.",
        "{correction} If they are right, have the proxy pass that header on; or give an api_url that leads past it.",
    )
    LOGIN_REFUSED = (
        *_LOGIN_REFUSED,
        _WRONG + ", or the user is not {administrator} there.",
        "Or the login does not arrive: " + _REMOVED + ".",
        "{correction} If they are right, have the proxy pass that header on; or give an api_url that leads past it.",
    )
    LOGIN_REFUSED_BEFORE = (
        Code.LOGIN_REFUSED,
        "{application}, or something before it, refused {login}",
        _WRONG + "; or something before the application, such as a single sign-on, wants a login of its own.",
        "Or the login does not arrive: " + _REMOVED + ".",
        "{correction} If they are right, " + _FRONT + " of its own; or give an api_url that leads past it.",
    )
    LOGIN_CAPTCHA = (
        Code.LOGIN_CAPTCHA,
        "{application} refuses {login} until a CAPTCHA is answered",
        "There were too many failed logins.",
        "Log in there once in a browser as that user, then run this again.",
    )
    LOGIN_DENIED = (
        Code.LOGIN_LACKS_RIGHTS,
        "{application} does not let {login} use it",
        "The login is right, and that user may not use the application.",
        "Let that user use the application, in its administration; or give credentials of {administrator}. "
        + WHERE_RIGHTS_ARE,
    )
    LOGIN_LACKS_RIGHTS = (
        Code.LOGIN_LACKS_RIGHTS,
        "{application} let {login} in, but that user is not {administrator} there",
        "{Action} takes {administrator}.",
        _RIGHTS,
    )
    NOT_PERMITTED = (
        Code.NOT_PERMITTED,
        "{application} does not allow {user} to go on with {action}",
        "That takes {administrator}. A link that belongs to the system takes a system administrator.",
        "Or something refuses it whoever asks: a firewall, or a list of the addresses that may ask.",
        _RIGHTS,
    )
    BASIC_AUTHENTICATION_OFF = (
        Code.BASIC_AUTHENTICATION_OFF,
        "{application} takes no user name and password over REST",
        "With them it refuses what it answers to anybody without.",
        "Basic authentication is switched off there, as it is by default since Jira 11 and Confluence 10; or that user is locked; or a "
        "firewall refuses such logins.",
        _INSTEAD,
    )
    WEBSUDO_REQUIRED = (
        Code.WEBSUDO_REQUIRED,
        "{application} wants a secure administrator session (websudo) for {action}",
        "The login is right, and an administrator's: {login}.",
        _SESSION,
        _END_SESSIONS,
    )
    WEBSUDO_LIKELY = (
        Code.WEBSUDO_REQUIRED,
        "{application} refuses {action}: as a rule for want of a secure administrator session (websudo)",
        "It has just answered {login} as an administrator's login, unless that was withdrawn meanwhile.",
        _SESSION,
        _END_SESSIONS,
    )
    NOT_FOUND = (
        Code.NOT_FOUND,
        "{application} has nothing there for {action}",
        "The link may have been deleted meanwhile, or this version does not have that part of the interface.",
        _LOOK_AT_LIST,
    )
    CONFLICT = (
        Code.CONFLICT,
        "{application} refused {action}",
        "As a rule something that it has already blocks it.",
        _LOOK_AT_LIST,
    )
    RELOCATION_NOT_REACHABLE = (
        *_NOT_RELOCATED,
        "It reached nothing at {new_url}.",
        'Check that the other application is up and can be reached from there; or set on_unreachable_relocate="relocate" to do without.',
    )
    RELOCATION_NOT_TRUSTED = (
        *_NOT_RELOCATED,
        "It reached nothing at {new_url} that it trusts.",
        f"{_REACHED}, and that its certificate is trusted there: {_TRUSTED}; or "
        'set on_unreachable_relocate="relocate" to do without.',
    )
    KEY_NOT_READABLE = (
        Code.KEY_NOT_READABLE,
        "{application} does not accept requests from the other application",
        "It could not read " + _KEY + ".",
        _READ_KEY + " Then run this again.",
    )
    ID_TAKEN = (
        Code.ID_TAKEN,
        "{application} failed over {action}",
        "Its list has no link {link_id}, but most likely that id is taken.",
        "Lists leave out corrupted links, and links of a type whose plugin is gone.",
        "Install that plugin again and delete the link there; or have the rest of the corrupted one removed from the application's "
        "database, as Atlassian's support describes. Then run this again. If it is neither, look into the application's log.",
    )
    THROTTLED = (
        Code.THROTTLED,
        "{application} is asked too often",
        "Wait {time}, then run this again, with less at the same time. It may also be a proxy before it that counts.",
    )
    NOT_READY = (
        Code.NOT_READY,
        "{application}, or a proxy before it, is not ready for {action}",
        "Check that it is up, then run this again.",
    )
    SERVER_FAULT = (*_FAILED, "Look into its log.")
    CONSUMER_FAULT = (
        *_FAILED,
        "As a rule it could not read " + _KEY + "; it may also be a fault of its own.",
        _READ_KEY + " Else look into its log.",
    )
    ONLY_BY_HAND = (
        Code.ONLY_BY_HAND,
        "{application} did not finish {action}",
        "The REST interface of its version adds authentication to a link, and takes none away.",
        "Its web pages do, and as a rule they ask for a secure administrator session (websudo), which no program has.",
        "Open {page} as an administrator and edit the link {link_id}: set its incoming authentication to {incoming} and its outgoing "
        "authentication to {outgoing}. Or switch secure administrator sessions off. Then run this again.",
    )
    # What answers is no application.
    NOT_UP_YET = (
        Code.NOT_UP_YET,
        "{application} is not up yet, or something answers in its place",
        "Wait until it has started, then run this again. If it is up, check that the URL leads to it.",
    )
    NO_APPLICATION_LINKS = (
        Code.NO_APPLICATION_LINKS,
        "{application} has no application links",
        "Nothing answers for them under {base_url}.",
        "Check the URL and its context path, such as /jira, /confluence or /wiki. If the application is starting, wait until it is up.",
    )
    A_PAGE = (
        *_IN_ITS_PLACE,
        "By the looks of it, that is a login page, a firewall or a proxy.",
        _LET_THROUGH,
    )
    METHOD_REFUSED = (
        *_IN_ITS_PLACE,
        "It lets no {method} through: as a rule it is a proxy or its filter, else this version of the application.",
        "Have what stands before the application let GET, PUT, POST and DELETE of the REST interface through.",
    )
    AN_ERROR_PAGE = (
        *_IN_ITS_PLACE,
        "It is an error page: of the application's own server, or of a proxy before it.",
        "Look into the log of the application, and of what stands before it. Check that the URL leads to the application itself.",
    )
    ANOTHER_LOGIN = (
        *_IN_ITS_PLACE,
        "It wants a login (401), and none was sent with this request.",
        _LET_THROUGH,
    )
    MOVED = (
        *_REDIRECTS,
        "The credentials are not sent there.",
        "If the application is there now, give {new_base_url} as its URL.",
    )
    LEADS_TO_A_LOGIN = (
        *_REDIRECTS,
        "The credentials are not sent there: by the looks of it, that is a login page.",
        _FRONT.capitalize() + "; or give an api_url that leads past it.",
    )
    LEADS_TO_HTTP = (
        *_REDIRECTS_TO_HTTP,
        _LEADS_TO_HTTP,
        BEHIND_HTTPS,
    )
    LEADS_TO_HTTP_ELSEWHERE = (
        *_REDIRECTS_TO_HTTP,
        _LEADS_TO_HTTP,
        BEHIND_HTTPS + " If the application moved, give its new address with https.",
    )
    ANSWER_NOT_READABLE = (
        Code.ANSWER_NOT_READABLE,
        "the answer of {application} could not be read while {action}",
        "It {why}.",
        "Check that the URL leads to the application itself, and that its version is one that this program knows.",
    )

    def __init__(self, code: Code, what: str, *why_and_do: str) -> None:
        self.code = code
        self.sentences = (what, *why_and_do)
        self.why = why_and_do[:-1]
        self.do = why_and_do[-1]

    def __repr__(self) -> str:
        return f"Cause.{self.name}"
