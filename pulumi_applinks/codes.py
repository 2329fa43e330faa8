"""The table of messages: their codes, and the sentences for each cause.

The first line of each message ends with a code, such as `[applinks/login-refused]`. The codes are contracts with people's scripts: a
released code keeps its name and its meaning. `make troubleshooting` writes `docs/troubleshooting.md` from this table. This module imports
no other module of the project, and no library.
"""

from __future__ import annotations

from enum import Enum

_ASKED = "The request did not change anything. If earlier requests did, the message says what was changed and undone."
_MAYBE = (
    "The application may have carried out the request. The message says so, and only says that nothing changed after both ends were read "
    "again."
)
_NOTHING = "Nothing is changed on either application: this is checked before the first change."
_SENT = "Nothing was sent."
_WARNING = "A warning: the operation continues."
_STATE = "The link stays in the stack's state."
_CAUSES = ""  # the causes below say what such a code means, and what to do


class Code(Enum):
    """The kinds of messages: the code, what it means, what stays unchanged, and what to do."""

    # The program and its stack.
    BAD_INPUT = (
        "bad-input",
        "An input of the program is invalid, whatever the applications say.",
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
        "Credentials were found, but something is missing, something is extra, or the configuration has the wrong form.",
        _SENT,
        "Give a username and a password, or a token.",
    )
    STATE_UNREADABLE = (
        "state-unreadable",
        "The stack's state has invalid inputs.",
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
        "The file that `APPLINKS_EVENTS` names cannot be written.",
        "A warning: the operation continues without events.",
        "Correct the path, or the rights of its folder.",
    )
    FAULT = (
        "fault",
        "Something went wrong in pulumi-applinks itself. The traceback is shown.",
        "It is not known what was changed before that.",
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
    # An application refuses.
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
    # What answers is not an application.
    NOT_UP_YET = ("not-up-yet", _CAUSES, _ASKED)
    NO_APPLICATION_LINKS = ("no-application-links", _CAUSES, _ASKED)
    SOMETHING_IN_BETWEEN = ("something-in-between", _CAUSES, _MAYBE)
    REDIRECTED = ("redirected", _CAUSES, _ASKED)
    ANSWER_NOT_READABLE = ("answer-not-readable", _CAUSES, _MAYBE)
    # What blocks a change.
    SEVERAL_REASONS = (
        "several-reasons",
        "More than one thing went wrong, or blocks the change. Each is listed with its own code.",
        "See the message.",
        "Fix each of them, then run the same command again.",
    )
    BASE_URL_DIFFERS = (
        "base-url-differs",
        "An application answers, but has another base URL in its own administration.",
        _NOTHING,
        "Correct the base URL in the application, or in the program. First give a copy its own base URL and server id.",
    )
    OTHER_KIND = (
        "other-kind",
        "An application of another type than declared answers.",
        _NOTHING,
        "Correct `kind` or `url`.",
    )
    OAUTH_NOT_SETTABLE = (
        "oauth-not-settable",
        "The REST interface of this version cannot set up OAuth.",
        _NOTHING,
        "Upgrade the application, or declare `NoAuthentication()` and set up OAuth manually.",
    )
    ANOTHER_APPLICATION = (
        "another-application",
        "The application that answers at an address is not the one that the link was created with.",
        "The other application gets no login, and nothing is changed on it.",
        "Declare the right URL. If the application was reinstalled, run `pulumi refresh` and then `pulumi up`.",
    )
    SAME_APPLICATION = (
        "same-application",
        "Both applications have the same server id.",
        _NOTHING,
        "Declare two different applications. First give a clone its own server id.",
    )
    KIND_NOT_GIVEN = (
        "kind-not-given",
        "A link to an application that is not up yet needs its type.",
        _NOTHING,
        'Give `kind`, such as `Application(..., kind="confluence")`.',
    )
    NOT_OUR_LINK = (
        "not-our-link",
        "There is an entry between the two applications that no program may change: the system's own, a generic one, an OAuth 2.0 one, "
        "or a corrupted one.",
        "The entry is left as it is.",
        "Do what the message says about this kind of entry.",
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
        "The two applications are already linked, and this stack does not manage that link.",
        _NOTHING,
        "After an interrupted `pulumi up`, or to take a link over: run `APPLINKS_ON_EXISTING=adopt pulumi up` once. If the resource was "
        "renamed, give it an alias.",
    )
    LINK_LEADS_ELSEWHERE = (
        "link-leads-elsewhere",
        "An application has a link with the server id of the other one, but it points to an address that the other one does not have: one "
        "of the two is a copy, or the other one moved.",
        _NOTHING,
        "Do what the message says about copies: see [staging clones](howto/staging-clones.md). If the application moved, correct the "
        "address of that link on its page.",
    )
    NEEDS_SYSTEM_ADMINISTRATOR = (
        "needs-system-administrator",
        "A change needs a system administrator, but the login belongs to an administrator without that right.",
        _NOTHING,
        "Give credentials of a system administrator; see [the two kinds of administrator](#the-two-kinds-of-administrator).",
    )
    USER_MISSING = (
        "user-missing",
        "The user in `execute_as`, which incoming requests run as, does not exist.",
        _NOTHING,
        "Correct `execute_as`, or create that user.",
    )
    USER_NOT_ACTIVE = (
        "user-not-active",
        "The user in `execute_as`, which incoming requests run as, is not active.",
        _NOTHING,
        "Activate that user, or set `execute_as` to another one.",
    )
    USER_TOO_POWERFUL = (
        "user-too-powerful",
        "The user in `execute_as`, which incoming requests run as, is a system administrator.",
        _NOTHING,
        "Set `execute_as` to a user with no more rights than the link needs.",
    )
    NOT_SEEN = (
        "not-seen",
        "One application does not find the other one at the address where it should call it.",
        "Nothing is changed, or changes were undone: the message says which.",
        "Set `rpc_url` to the address at which it reaches the other one. Over https, it must trust the other one's certificate.",
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
        "An application accepted a change, but then reports something else.",
        "A created link is removed again; a change of an existing link stays: the message says which.",
        "Look at the link on the application, then run `pulumi up` again.",
    )
    DOES_NOT_WORK = (
        "does-not-work",
        "The link is as declared, but does not work.",
        'As a warning: nothing is changed. With `on_broken="fail"` a new link is removed again, and one that existed stays.',
        "Where the message says so, run `pulumi up`: it repairs what differs from the program. Otherwise fix the reason in the message, "
        "and "
        "run `pulumi refresh`.",
    )
    NOT_TAKEN_BACK = (
        "not-taken-back",
        "Something that this run changed could not be undone, or it could not be verified that it was.",
        "Everything that the message does not list is as it was.",
        "Look at each of the links on the page that the message names.",
    )
    NOT_DELETED = (
        "not-deleted",
        "A link could not be deleted on every end.",
        _STATE
        + " The message names the ends that were deleted. If an end could not be asked beforehand, no end was deleted.",
        'Fix the reasons and run `pulumi destroy` again; or set `on_unreachable_delete="leave"`, run `pulumi up`, and destroy then.',
    )
    CHANGED_MEANWHILE = (
        "changed-meanwhile",
        "The links that `applinks clean` showed were changed by somebody before the confirmation.",
        "Nothing was removed.",
        "Run the command again, and check what it shows now.",
    )
    NOTHING_READ = (
        "nothing-read",
        "A refresh could not read either end of a link although one of its applications answers, or the stack's state has no earlier "
        "reading of "
        "it.",
        "The stack's state stays as it is.",
        "Run it again when the applications answer. If they moved, declare their new URLs and run `pulumi up --refresh=false`.",
    )
    # Warnings and information.
    LEFT_BEHIND = (
        "left-behind",
        "A link was left on an application when the resource was deleted, because the program says so or because another resource has it.",
        "The link that the message names.",
        "As an administrator of the application, check whether it is still there, and delete it if nobody needs it.",
    )
    LINK_GONE = (
        "link-gone",
        "An application does not list a link that the stack has. The list was read again for a few seconds to make sure.",
        _WARNING,
        "If somebody deleted the link, nothing: `pulumi refresh` notices it, and `pulumi up` recreates it. Otherwise check the page "
        "in the message: a node of a cluster may be cut off from the others.",
    )
    USER_NOT_KNOWN = (
        "user-not-known",
        "It could not be checked whether the user in `execute_as` exists, is active, or has too many rights.",
        "Information, once for each user: the operation continues.",
        "Check that user in the application's administration.",
    )
    ONE_WAY_FOR_NOW = (
        "one-way-for-now",
        "The target does not answer, so only the source's link is created, without authentication.",
        "Nothing is created on the target.",
        "Run `pulumi up` again when the target is up.",
    )
    DUPLICATES = (
        "duplicates",
        "An application has other links to the same address.",
        "They are left as they are.",
        'Delete them manually, or set `on_duplicate="remove"`.',
    )
    LEGACY_AUTHENTICATION = (
        "legacy-authentication",
        "An end has trusted applications or basic access in addition to what is declared.",
        "It is left as it is.",
        'Remove it manually, or set `on_legacy="remove"`.',
    )
    OTHER_NAME_FOR_NOW = (
        "other-name-for-now",
        "Another link has the name that is declared for this one, so this one has another name for now.",
        "The other link keeps its name.",
        "Run `pulumi refresh` and `pulumi up` again when the name is free; or give another name.",
    )
    ADOPTS = (
        "adopts",
        'With `on_existing="adopt"`, an existing link is taken over. A preview that asks the applications says what changes.',
        "A preview changes nothing.",
        "Nothing, if that is what you want.",
    )
    REPLACES = (
        "replaces",
        "Another application answers at a declared address: the link is deleted and recreated, with another id.",
        "A preview changes nothing.",
        "Update macros and apps that use the old id.",
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
        "Policies were stored, but drift on the applications could not be repaired.",
        "The message says what became of the applications.",
        "Fix the reason, then run `pulumi up` again.",
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


WHERE_RIGHTS_ARE = "The global permissions in its administration show who is an administrator and who is a system administrator."
BEHIND_HTTPS = (
    'Configure the application for https: scheme="https", proxyName and proxyPort of its Tomcat connector (Bitbucket: '
    "server.scheme, server.proxy-name and server.proxy-port in bitbucket.properties), and a base URL with https."
)
"""What to do if an application answers over https but is configured for http."""

CORRECT_CREDENTIALS = (
    "Correct the credentials. If they were changed since the last `pulumi up`: refresh and destroy still use the configuration stored "
    "then (unless run with --run-program), while environment variables are always current and win."
)
"""What to do about credentials whose origin is not known."""


def trust(far: str, near: str) -> str:
    """Say how to make an application trust the certificate of another one.

    Args:
        far: the application that has the certificate.
        near: the application that calls it.
    """
    return f"import the certificate of the authority of {far} into the Java truststore of {near}, and restart {near}"


_CORRECT_AUTHORITIES = "Correct REQUESTS_CA_BUNDLE, or CURL_CA_BUNDLE where that is set instead."
_CORRECT_PROXY = "Correct HTTPS_PROXY or HTTP_PROXY, or name {hostname} in NO_PROXY if no proxy is needed."
_CHAIN = "The certificate of {host}, or of an authority that signed it,"
_WRONG = "The password or the token is wrong or has expired"
_REMOVED = "a proxy before the application removes the Authorization header"
_FRONT = "let the proxy or firewall pass /rest/applinks* and /rest/applinks-oauth* without a login"
_RIGHTS = "Give credentials of {administrator}. " + WHERE_RIGHTS_ARE
_INSTEAD = (
    "Give it a personal access token of {administrator} instead, as {token_variable}; or let its administrator allow the paths "
    "/rest/applinks* and /rest/applinks-oauth* with PUT {base_url}/rest/basicauth/1.0/config."
)
_SESSION = "Such a session asks for the password again, which a program cannot answer."
_END_SESSIONS = (
    "If that was a personal access token, give a user name and a password. Otherwise switch off secure administrator sessions "
    "there."
)
_LOOK_AT_LIST = "Check its list of links, then run this again."
_REACHED = "Check that the other application is up and reachable from there"
_TRUSTED = trust("the other application", "this one")
_KEY = "the other application's public key at its /plugins/servlet/oauth/consumer-info"
_READ_KEY = (
    f"{_REACHED} at the link's RPC URL, and that its certificate is trusted there: over https, {_TRUSTED}."
)
_LET_THROUGH = "Check that the URL is the application's own, and that the proxy or firewall before it lets the REST interface through."
_LEADS_TO_HTTP = "The credentials are not sent there. Usually the application is not configured for https."
_CANNOT_BE_ASKED = (Code.NOT_SENDABLE, "{application} cannot be asked")
_NOT_FOUND = (Code.UNKNOWN_HOST, "{application} cannot be found")
_NOT_REACHED = (Code.NOT_REACHABLE, "{application} cannot be reached")
_BEHIND_A_PROXY = (Code.PROXY_FAILURE, "{application} cannot be reached")
_LOST = (Code.CONNECTION_LOST, "the connection to {application} was lost while {action}")
_NOT_TRUSTED = (Code.CERTIFICATE_REFUSED, "the certificate of {application} is not trusted")
_LOGIN_REFUSED = (Code.LOGIN_REFUSED, "{application} refused {login}")
_NOT_RELOCATED = (Code.RELOCATION_NOT_REACHABLE, "{application} did not relocate the link")
_FAILED = (Code.SERVER_FAULT, "{application} failed while {action}")
_IN_ITS_PLACE = (Code.SOMETHING_IN_BETWEEN, "something answered in place of {application} while {action}")
_REDIRECTS = (Code.REDIRECTED, "{application} redirects {way}")
_REDIRECTS_TO_HTTP = (Code.REDIRECTED, "{application} redirects {way}, and from https to http")


class Cause(Enum):
    """The text of a message about an application, in reading order: what failed, the reasons, the next step.

    `{…}` is a placeholder for a fact of the error. Rows that begin the same share that beginning.
    """

    # No answer came.
    PATH_NOT_SENDABLE = (
        *_CANNOT_BE_ASKED,
        "The id of that link cannot be part of a URL.",
        "Delete that link manually in its list of links.",
    )
    CHARACTERS_NOT_SENDABLE = (
        *_CANNOT_BE_ASKED,
        "Its URL, its credentials or the proxy in the environment have characters that HTTP does not allow.",
        "Look for line breaks and typing errors.",
    )
    SCHEME_NOT_USABLE = (
        *_CANNOT_BE_ASKED,
        "Its URL, or the proxy in the environment, has a scheme that this program cannot use.",
        "Give a URL with https or http, and such a proxy in HTTPS_PROXY or HTTP_PROXY; for one of SOCKS install PySocks.",
    )
    SYSTEM_REFUSES = (
        *_CANNOT_BE_ASKED,
        "Fix that. If it is about the file of trusted authorities: "
        + _CORRECT_AUTHORITIES.replace("C", "c", 1),
    )
    AUTHORITIES_NOT_READABLE = (
        *_CANNOT_BE_ASKED,
        "The file of trusted authorities that the environment names cannot be read, or has no certificate.",
        _CORRECT_AUTHORITIES,
    )
    UNKNOWN_HOST = (
        *_NOT_FOUND,
        "The name service of this machine does not know {host}.",
        "Check the URL for typing errors, and the name service.",
    )
    HOST_NOT_FOUND = (
        *_NOT_FOUND,
        "The name service of this machine gave no address for {host}: it has none, or did not answer.",
        "Check the URL for typing errors, and the name service.",
    )
    CONNECTION_REFUSED = (
        Code.CONNECTION_REFUSED,
        "{application} is not running, or not at this address",
        "{host}, or a firewall, refuses connections.",
        "Start it, or correct its URL.",
    )
    NO_WAY = (
        *_NOT_REACHED,
        "This machine could not connect to {host}.",
        "Check the URL, and the network, the routes and the firewall of this machine.",
    )
    NO_CONNECTION = (
        *_NOT_REACHED,
        "{host} did not accept a connection within {seconds}.",
        "Check the URL, and that no firewall is in between.",
    )
    NO_ANSWER = (
        Code.NO_ANSWER,
        "{application} did not answer within {seconds} while {action}",
        "Find out what keeps it busy, then run this again.",
    )
    CONNECTION_LOST = (
        *_LOST,
        "Check that the application, and any proxy in front of it, is up. Then run this again.",
    )
    CONNECTION_LOST_WITHOUT_TLS = (
        *_LOST,
        "Check that the application, and any proxy in front of it, is up, and whether its URL should be https. Then run this again.",
    )
    CERTIFICATE_NOT_TRUSTED = (
        Code.CERTIFICATE_NOT_TRUSTED,
        "the certificate of {application} is not trusted",
        "The certificate of {host} is not signed by an authority that this machine trusts, or the server does not send the intermediate "
        "certificates.",
        "Put the certificate of the authority (your company's, or that of a proxy "
        "that inspects traffic) into a file, and set REQUESTS_CA_BUNDLE to its name. If it is a public authority, have the server send "
        "the intermediate certificates.",
    )
    CERTIFICATE_EXPIRED = (
        Code.CERTIFICATE_EXPIRED,
        "the certificate of {application} is not trusted",
        _CHAIN + " has expired.",
        "Have it renewed. If it has not expired, set the clock of this machine.",
    )
    CERTIFICATE_NOT_YET_VALID = (
        Code.CERTIFICATE_NOT_YET_VALID,
        "the certificate of {application} is not trusted",
        _CHAIN + " is not valid yet.",
        "Compare its start date with the clock of this machine: set the clock, or have the certificate reissued.",
    )
    CERTIFICATE_OF_ANOTHER_HOST = (
        Code.CERTIFICATE_OF_ANOTHER_HOST,
        "the certificate of {application} is not trusted",
        "The certificate that {host} sends is for another host.",
        "Use a URL with the name in the certificate, or have the certificate corrected.",
    )
    CERTIFICATE_WEAK = (
        *_NOT_TRUSTED,
        _CHAIN + " has a key or a signature that is too weak for this machine.",
        "Have it reissued, with a longer key and a newer signature.",
    )
    CERTIFICATE_MALFORMED = (
        *_NOT_TRUSTED,
        _CHAIN + " violates RFC 5280, which Python checks since 3.13.",
        "Have it reissued with what the TLS library names. Until then, an earlier Python accepts it.",
    )
    CERTIFICATE_REFUSED = (
        *_NOT_TRUSTED,
        "This machine does not accept the certificate of {host}.",
        "It, or that of an authority that signed it, may be revoked, not be for servers, or have a wrong "
        "signature. Have what the TLS library names corrected.",
    )
    NO_TLS = (
        Code.NO_TLS,
        "no TLS connection to {application} could be set up",
        "{host} and this machine could not set up a TLS connection.",
        "Check that the scheme and the port of the URL are right (https on a port for http fails like this), that both have a TLS version "
        "and cipher in common, "
        "and that the server does not ask for a client certificate, which is not supported.",
    )
    OUT_OF_TIME = (
        Code.OUT_OF_TIME,
        "{application} did not answer before the time for this operation was up, while {action}",
        "Find out what is slow, or give the operation more time with timeout_seconds.",
    )
    PROXY_NOT_USABLE = (
        *_BEHIND_A_PROXY,
        "The proxy that this machine's environment names for {host} could not be used.",
        _CORRECT_PROXY,
    )
    PROXY_WANTS_LOGIN = (
        *_BEHIND_A_PROXY,
        "The proxy that this machine's environment names for {host} asks for its own login.",
        _CORRECT_PROXY,
    )
    PROXY_REFUSES = (
        *_BEHIND_A_PROXY,
        "The proxy that this machine's environment names for {host} answered {status}: it blocks this machine, or cannot "
        "reach that host.",
        _CORRECT_PROXY,
    )
    PROXY_ON_THE_WAY = (
        *_BEHIND_A_PROXY,
        "A proxy on the way to {host} asks for its own login.",
        f"{_CORRECT_PROXY} If the environment names none, the proxy is in front of the application: give an api_url that bypasses it.",
    )
    # An application refuses.
    REFUSED = (
        Code.REFUSED,
        "{application} refused {action}",
        "Check that its version is supported, and that no proxy answers in its place.",
    )
    REQUEST_REFUSED = (
        Code.REQUEST_REFUSED,
        "{application} does not accept what was given for {action}",
        "Correct what it complains about, then run this again.",
    )
    LOGIN_MISSING = (
        Code.LOGIN_MISSING,
        "{application} needs a login for {action}, and there is none",
        "Give it credentials of {administrator}.",
    )
    MANIFEST_NEEDS_LOGIN = (
        Code.MANIFEST_NEEDS_LOGIN,
        "{application} does not identify itself without a login",
        "No login was sent: an application must identify itself first.",
        "If that address is certainly the application's own, and its manifest needs a login, set manifest_needs_login on it: the login is "
        "then "
        "sent there, except in a run that changes the address. For such a run, allow its manifest without a login; or set "
        'on_unreachable_relocate="relocate".',
    )
    LOGIN_WRONG = (
        *_LOGIN_REFUSED,
        _WRONG + ".",
        "{correction}",
    )
    LOGIN_NOT_SEEN = (
        *_LOGIN_REFUSED,
        "It received the request without a login: "
        + _REMOVED
        + "; or the password or the token is wrong or has expired.",
        "{correction} If they are right, have the proxy pass that header on; or give an api_url that bypasses it.",
    )
    LOGIN_REFUSED = (
        *_LOGIN_REFUSED,
        _WRONG + ", or the user is not {administrator} there.",
        "Or the login does not arrive: " + _REMOVED + ".",
        "{correction} If they are right, have the proxy pass that header on; or give an api_url that bypasses it.",
    )
    LOGIN_REFUSED_BEFORE = (
        Code.LOGIN_REFUSED,
        "{application}, or something in front of it, refused {login}",
        _WRONG
        + "; or something in front of the application, such as a single sign-on, asks for its own login.",
        "Or the login does not arrive: " + _REMOVED + ".",
        "{correction} If they are right, " + _FRONT + " of its own; or give an api_url that bypasses it.",
    )
    LOGIN_CAPTCHA = (
        Code.LOGIN_CAPTCHA,
        "{application} refuses {login} until a CAPTCHA is solved",
        "There were too many failed logins.",
        "Log in there once in a browser as that user, then run this again.",
    )
    LOGIN_DENIED = (
        Code.LOGIN_LACKS_RIGHTS,
        "{application} does not let {login} use it",
        "The login is right, but that user is not allowed to use the application.",
        "Give that user access in the application's administration; or give credentials of {administrator}. "
        + WHERE_RIGHTS_ARE,
    )
    LOGIN_LACKS_RIGHTS = (
        Code.LOGIN_LACKS_RIGHTS,
        "{application} let {login} in, but that user is not {administrator} there",
        "{Action} needs {administrator}.",
        _RIGHTS,
    )
    NOT_PERMITTED = (
        Code.NOT_PERMITTED,
        "{application} does not allow {action} with {user}",
        "That needs {administrator}; for a link that belongs to the system, a system administrator.",
        "Or it is refused for everybody: by a firewall, or by a list of allowed addresses.",
        _RIGHTS,
    )
    BASIC_AUTHENTICATION_OFF = (
        Code.BASIC_AUTHENTICATION_OFF,
        "{application} does not accept user names and passwords over REST",
        "With them, it refuses a request that it answers for anyone.",
        "Basic authentication is switched off there, the default since Jira 11 and Confluence 10; or that user is locked; or a "
        "firewall refuses such logins.",
        _INSTEAD,
    )
    WEBSUDO_REQUIRED = (
        Code.WEBSUDO_REQUIRED,
        "{application} needs a secure administrator session (websudo) for {action}",
        "The login is right, and is an administrator's: {login}.",
        _SESSION,
        _END_SESSIONS,
    )
    WEBSUDO_LIKELY = (
        Code.WEBSUDO_REQUIRED,
        "{application} refuses {action}: usually because there is no secure administrator session (websudo)",
        "It has just accepted {login} as an administrator's login, unless the right was withdrawn since.",
        _SESSION,
        _END_SESSIONS,
    )
    NOT_FOUND = (
        Code.NOT_FOUND,
        "{application} found nothing for {action}",
        "The link might have been deleted since, or this version does not have that part of the interface.",
        _LOOK_AT_LIST,
    )
    CONFLICT = (
        Code.CONFLICT,
        "{application} refused {action}",
        "Usually it conflicts with something that exists.",
        _LOOK_AT_LIST,
    )
    RELOCATION_NOT_REACHABLE = (
        *_NOT_RELOCATED,
        "It did not reach anything at {new_url}.",
        'Check that the other application is up and reachable from there; or set on_unreachable_relocate="relocate" to skip that check.',
    )
    RELOCATION_NOT_TRUSTED = (
        *_NOT_RELOCATED,
        "It did not reach anything that it trusts at {new_url}.",
        f"{_REACHED}, and that its certificate is trusted there: {_TRUSTED}; or "
        'set on_unreachable_relocate="relocate" to skip that check.',
    )
    KEY_NOT_READABLE = (
        Code.KEY_NOT_READABLE,
        "{application} does not accept requests from the other application",
        "It could not read " + _KEY + ".",
        _READ_KEY + " Then run this again.",
    )
    ID_TAKEN = (
        Code.ID_TAKEN,
        "{application} failed while {action}",
        "Its list has no link {link_id}, but most likely that id is in use.",
        "Lists omit corrupted links, and links of a type whose plugin is gone.",
        "Install that plugin again and delete the link there; or have the rest of the corrupted one removed from the application's "
        "database, as Atlassian's support describes. Then run this again. If it is neither, check the application's log.",
    )
    THROTTLED = (
        Code.THROTTLED,
        "{application} limits the rate of requests",
        "Wait {time}, then run this again, with less in parallel. The limit may also be that of a proxy in front of it.",
    )
    NOT_READY = (
        Code.NOT_READY,
        "{application}, or a proxy in front of it, is not ready for {action}",
        "Check that it is up, then run this again.",
    )
    SERVER_FAULT = (*_FAILED, "Check its log.")
    CONSUMER_FAULT = (
        *_FAILED,
        "Usually it could not read " + _KEY + "; it may also be another fault.",
        _READ_KEY + " Otherwise check its log.",
    )
    ONLY_BY_HAND = (
        Code.ONLY_BY_HAND,
        "{application} did not finish {action}",
        "The REST interface of its version can add authentication to a link, but cannot remove it.",
        "Its web pages can, but usually ask for a secure administrator session (websudo), which no program has.",
        "Open {page} as an administrator and edit the link {link_id}: set its incoming authentication to {incoming} and its outgoing "
        "authentication to {outgoing}. Or switch off secure administrator sessions. Then run this again.",
    )
    # What answers is not an application.
    NOT_UP_YET = (
        Code.NOT_UP_YET,
        "{application} is not up yet, or something answers in its place",
        "Wait until it has started, then run this again. If it is up, check that the URL is right.",
    )
    NO_APPLICATION_LINKS = (
        Code.NO_APPLICATION_LINKS,
        "no application links interface was found at {application}",
        "There is nothing at /rest/applinks below its address.",
        "Check the URL and its context path, such as /jira, /confluence or /wiki. If the application is starting, wait until it is up.",
    )
    A_PAGE = (
        *_IN_ITS_PLACE,
        "It looks like a login page, a firewall or a proxy.",
        _LET_THROUGH,
    )
    METHOD_REFUSED = (
        *_IN_ITS_PLACE,
        "It blocks {method}: usually a proxy or its filter does, otherwise this version of the application.",
        "Have the proxy or firewall let GET, PUT, POST and DELETE of the REST interface through.",
    )
    AN_ERROR_PAGE = (
        *_IN_ITS_PLACE,
        "It is an error page: of the application's own server, or of a proxy before it.",
        "Check the log of the application, and of any proxy in front of it. Check that the URL is the application's own.",
    )
    ANOTHER_LOGIN = (
        *_IN_ITS_PLACE,
        "It asks for a login (401), and none was sent with this request.",
        _LET_THROUGH,
    )
    MOVED = (
        *_REDIRECTS,
        "The credentials are not sent there.",
        "If the application is there now, set its URL to {new_base_url} instead.",
    )
    LEADS_TO_A_LOGIN = (
        *_REDIRECTS,
        "The credentials are not sent there: that looks like a login page.",
        _FRONT.capitalize() + "; or give an api_url that bypasses it.",
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
        "Check that the URL is the application's own, and that its version is supported.",
    )

    def __init__(self, code: Code, what: str, *why_and_do: str) -> None:
        self.code = code
        self.sentences = (what, *why_and_do)
        self.why = why_and_do[:-1]
        self.do = why_and_do[-1]

    def __repr__(self) -> str:
        return f"Cause.{self.name}"
