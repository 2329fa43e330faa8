"""The table of codes: each message of this package ends its first line with one, such as `[applinks/login-refused]`.

The codes are contracts with people's scripts: one that was released keeps its name and its meaning. `docs/troubleshooting.md` is made
from this table by `make troubleshooting`. This module imports nothing of the project, and no library.
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
    NOT_SENDABLE = (
        "not-sendable",
        "A request can't be put into HTTP, because of a character in an address or in credentials, or because a file can't be read.",
        _SENT,
        "Correct what the message names.",
    )
    UNKNOWN_HOST = (
        "unknown-host",
        "The name service of this machine does not know the host of an application.",
        _SENT,
        "Check the URL for a typing error, and the machine's name service.",
    )
    CONNECTION_REFUSED = (
        "connection-refused",
        "Nothing listens at the address of an application.",
        _SENT,
        "Start the application, or correct its URL.",
    )
    NOT_REACHABLE = (
        "not-reachable",
        "An application did not take a connection in time, or this machine can make none to it.",
        _SENT,
        "Check the URL, the network of this machine, and that no firewall is between it and the application.",
    )
    NO_ANSWER = (
        "no-answer",
        "An application took the request, and did not answer in time.",
        _MAYBE,
        "Look for what keeps the application busy, then run the same command again.",
    )
    CONNECTION_LOST = (
        "connection-lost",
        "The connection to an application ended before the answer was complete.",
        _MAYBE,
        "Check that the application, and any proxy before it, is up. Then run the same command again.",
    )
    CERTIFICATE_NOT_TRUSTED = (
        "certificate-not-trusted",
        "The certificate of an application is signed by an authority that this machine does not know.",
        _SENT,
        "Put the authority's certificate into a file, and the file's name into `REQUESTS_CA_BUNDLE`; or have the server send the "
        "certificates in between, too.",
    )
    CERTIFICATE_EXPIRED = (
        "certificate-expired",
        "The certificate of an application, or of an authority that signed it, has expired.",
        _SENT,
        "Have it renewed, or set the clock of this machine.",
    )
    CERTIFICATE_NOT_YET_VALID = (
        "certificate-not-yet-valid",
        "The certificate of an application is not valid yet, or the clock of this machine is slow.",
        _SENT,
        "Set the clock, or have the certificate issued again.",
    )
    CERTIFICATE_REFUSED = (
        "certificate-refused",
        "This machine does not accept the certificate of an application: it is too weak, or not formed as this version of Python asks "
        "(an authority key identifier, since 3.13), or for another reason, which the message quotes.",
        _SENT,
        "Have the certificate issued again, with what the message quotes corrected.",
    )
    CERTIFICATE_OF_ANOTHER_HOST = (
        "certificate-of-another-host",
        "The certificate at an application's address is one for another host.",
        _SENT,
        "Give the URL with the name that the certificate has, or have the certificate corrected.",
    )
    NO_TLS = (
        "no-tls",
        "This machine and an application agree on no encrypted connection.",
        _MAYBE,
        "Check that the scheme and the port of the URL are right, that both take a common version of TLS, and that the server asks for no "
        "certificate of a client.",
    )
    OUT_OF_TIME = (
        "out-of-time",
        "The time for the whole operation was up.",
        _MAYBE,
        "Look for what is slow, or give the operation more time with `timeout_seconds`.",
    )
    PROXY_FAILURE = (
        "proxy-failure",
        "A proxy does not let the request through: the one that the environment names, or one before the application.",
        _SENT,
        "Correct `HTTPS_PROXY` or `HTTP_PROXY`, or name the host in `NO_PROXY`; or give an `api_url` that leads past a proxy before the "
        "application.",
    )
    # An application says no.
    REFUSED = (
        "refused",
        "An application refused a request with a status that this program has no better word for.",
        _ASKED,
        "Read what the application says, and check that its version is one that this program knows.",
    )
    REQUEST_REFUSED = (
        "request-refused",
        "An application does not accept what was given (400).",
        _ASKED,
        "Read what the application says of it, and correct that in the program.",
    )
    LOGIN_MISSING = (
        "login-missing",
        "An application wants a login, and the program gives none.",
        _ASKED,
        "Give the application credentials of an administrator.",
    )
    MANIFEST_NEEDS_LOGIN = (
        "manifest-needs-login",
        "An application does not show without a login who it is. It got none, because another one could be at that address.",
        _ASKED,
        "Let it show its manifest (`/rest/applinks/1.0/manifest`) without a login, as the products do. Or, if the address is certainly its "
        "own, set `manifest_needs_login=True` on the application.",
    )
    LOGIN_REFUSED = (
        "login-refused",
        "An application refused the credentials (401): they are wrong or have expired, or belong to somebody who is no administrator; or "
        "a proxy before it removes them, or wants a login of its own.",
        _ASKED,
        "Correct the credentials where the message says that they come from. `pulumi refresh` and `pulumi destroy` use the configuration "
        "of the last `pulumi up` unless they are run with `--run-program`; the environment's variables are always current.",
    )
    LOGIN_CAPTCHA = (
        "login-captcha",
        "After too many failed logins, an application wants this user to answer a CAPTCHA.",
        _ASKED,
        "Log in there once in a browser, as that user.",
    )
    LOGIN_LACKS_RIGHTS = (
        "login-lacks-rights",
        "The credentials are right, but their user does not have the rights that this takes, or may not use the application.",
        _ASKED,
        "Give credentials of a user who has them; see [the two kinds of administrator](#the-two-kinds-of-administrator).",
    )
    NOT_PERMITTED = (
        "not-permitted",
        "An application, or a firewall before it, does not allow the request (403).",
        _ASKED,
        "Give credentials of a user who may do it; see [the two kinds of administrator](#the-two-kinds-of-administrator).",
    )
    BASIC_AUTHENTICATION_OFF = (
        "basic-authentication-off",
        "An application takes no user names and passwords over REST. Jira 11 and Confluence 10 come so. It may also be one user that is "
        "locked, or a firewall that refuses logins.",
        _ASKED,
        "Give a personal access token instead; or let the application's administrator allow the paths of this interface.",
    )
    WEBSUDO_REQUIRED = (
        "websudo-required",
        "An application asks an administrator, who is logged in, for the password once more (a secure administrator session).",
        _ASKED,
        "Use a user name and a password if that was a token; else switch secure administrator sessions off there.",
    )
    NOT_FOUND = (
        "not-found",
        "An application has nothing at the address that was asked (404).",
        _ASKED,
        "Look at the application's list of links, then run the same command again.",
    )
    CONFLICT = (
        "conflict",
        "Something that an application has already stands against the request (409).",
        _ASKED,
        "Look at the application's list of links, then run the same command again.",
    )
    RELOCATION_NOT_REACHABLE = (
        "relocation-not-reachable",
        "An application does not relocate a link, because nothing that it trusts answers it at the new address.",
        _ASKED,
        "Check that the other application is up and can be reached from there, and that its certificate is trusted there; or set "
        '`on_unreachable_relocate="relocate"`.',
    )
    KEY_NOT_READABLE = (
        "key-not-readable",
        "An application can't read the public key of the other one, which it needs to accept its requests.",
        _ASKED,
        "Check that the other application is up, that the first one reaches it at the link's RPC URL, and that it trusts its certificate.",
    )
    ID_TAKEN = (
        "id-taken",
        "An application fails over a link's id that its list does not show: most likely a corrupted link has the id.",
        _ASKED,
        "Install the plugin of the missing type again and delete the link there, or have the corrupted link removed as Atlassian's "
        "support describes.",
    )
    THROTTLED = (
        "throttled",
        "An application is asked too often (429).",
        _ASKED,
        "Wait, and run the same command again with less at the same time (`--parallel`).",
    )
    NOT_READY = (
        "not-ready",
        "An application, or a proxy before it, is not ready (502, 504).",
        _MAYBE,
        "Check that the application is up, then run the same command again.",
    )
    SERVER_FAULT = (
        "server-fault",
        "An application failed over a request (5xx).",
        _MAYBE,
        "Look into the application's log.",
    )
    ONLY_BY_HAND = (
        "only-by-hand",
        "An application's version lets only its web pages take authentication away from a link.",
        _ASKED,
        "Do it on the page that the message names, then run the same command again.",
    )
    # What answers is no application.
    NOT_UP_YET = (
        "not-up-yet",
        "An application starts, or is being set up.",
        _ASKED,
        "Wait until it has started, then run the same command again.",
    )
    NO_APPLICATION_LINKS = (
        "no-application-links",
        "Nothing answers for application links at an address.",
        _ASKED,
        "Check the URL and its context path, such as `/jira`, `/confluence` or `/wiki`.",
    )
    SOMETHING_IN_BETWEEN = (
        "something-in-between",
        "A login page, a firewall or a proxy answered in an application's place.",
        _MAYBE,
        "Check that the URL leads to the application itself, and that what stands before it lets the REST interface through.",
    )
    REDIRECTED = (
        "redirected",
        "An application sends this program to another address. The credentials do not go there.",
        _ASKED,
        "Give the new address as the URL, or an `api_url` that leads past the login. Where it leads from https to http, correct the "
        "application's own settings of its proxy, and leave the URL as it is.",
    )
    ANSWER_NOT_READABLE = (
        "answer-not-readable",
        "An application gave an answer that this program can't read.",
        _MAYBE,
        "Check that the URL leads to the application itself, and that its version is one that this program knows.",
    )
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

    def __init__(self, name: str, meaning: str, left: str, do: str) -> None:
        self.code = name
        self.meaning = meaning
        self.left = left
        self.do = do

    def __repr__(self) -> str:
        return f"Code.{self.name}"

    def __str__(self) -> str:
        return f"applinks/{self.code}"
