"""All reading before a change, a refresh or a deletion: who answers at each address, and what stands on each end.

A login goes to no application but one that was identified in this operation as the one that the link is to be with; where the program says
that a manifest needs a login, the client of that application asks for it with one. The list of an
application's links is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role, other
from pulumi_applinks.lifecycle.ends import BOTH, End, Ends, settled
from pulumi_applinks.lifecycle.link import (
    Desired,
    Identity,
    LinkObservation,
    Recorded,
    desired_end,
    differences,
    points_at,
    stands_beside,
)
from pulumi_applinks.lifecycle.whereabouts import are_copies, leads_elsewhere
from pulumi_applinks.rest import (
    SETTLE_SECONDS,
    ApplinksError,
    BriefLink,
    Level,
    Link,
    Manifest,
    OAuthConfig,
    Sighting,
    Status,
    Told,
    User,
    url_derived_id,
)


@dataclass(frozen=True)
class EndSeen:
    """What was read of one end.

    Args:
        links: the application's list.
        link: this one's entry in it; None when there is none.
        seen: what the end says of it.
        status: what it says after trying the link; None when it was not asked, or its version does not tell.
        tried: whether it was asked for that.
        administers: whether the login is a system administrator's; None when that does not matter.
        sighting: what the application sees at the other one's address; None when it was not asked.
        user: who incoming requests are to run as; None when that does not matter, or is not known there.
        asked_for_user: whether that user was looked up.
        legacy_before: the legacy authentication that the stack knows of.
        of_another: whether the link, which is to be taken over, leads elsewhere, where another application with that server id answers.
    """

    links: tuple[Link, ...] = ()
    link: Link | None = None
    seen: LinkObservation | None = None
    status: Status | None = None
    tried: bool = False
    administers: bool | None = None
    sighting: Sighting | None = None
    user: User | None = None
    asked_for_user: bool = False
    legacy_before: tuple[str, ...] = ()
    of_another: bool = False


@dataclass(frozen=True)
class Survey:
    """What was read.

    Args:
        manifests: of the applications that answered.
        identities: who the applications of the link are: as they answered, else as recorded.
        failures: why an application could not be asked, or what it refused.
        strangers: the server ids of other applications that answer where those of the link were.
        ends: what was read of each end.
        recorded: what the state knows.
        waited: for how long each application was waited for that did not answer, in seconds, as it was measured.
    """

    manifests: Mapping[Role, Manifest] = field(default_factory=dict)
    identities: Mapping[Role, Identity] = field(default_factory=dict)
    failures: Mapping[Role, ApplinksError] = field(default_factory=dict)
    strangers: Mapping[Role, str] = field(default_factory=dict)
    ends: Mapping[Role, EndSeen] = field(default_factory=dict)
    recorded: Recorded = field(default_factory=Recorded)
    waited: Mapping[Role, float] = field(default_factory=dict)

    def seen(self, role: Role) -> LinkObservation | None:
        """What stands on an end, as far as it was read."""
        return self.ends[role].seen if role in self.ends else None

    def elsewhere(self, role: Role, party: Party, seen: LinkObservation) -> str | None:
        """Where the link of the other application leads, if it leads to no address of this one.

        Args:
            role: which application.
            party: that application, as declared.
            seen: the other one's link.
        """
        manifest = self.manifests.get(role)
        reported = manifest.url if manifest is not None and role not in self.strangers else None
        return leads_elsewhere((seen.rpc_url, seen.display_url), (*party.addresses, reported))

    def answers(self, role: Role) -> bool:
        """Whether the application of the link answered."""
        return role in self.manifests and role not in self.strangers


def identify(ends: Ends, recorded: Recorded, roles: Iterable[Role] = BOTH, *, wait: float = 0) -> Survey:
    """Who answers at the addresses.

    Args:
        ends: both ends.
        recorded: what the state knows.
        roles: whom to ask.
        wait: how long to wait for an application to come up, in seconds: the operation's own time stands still meanwhile.
    """
    waited: dict[Role, float] = {}

    def ask(one: tuple[Role, str | None]) -> Manifest:
        role, left = one
        if left is not None:
            return ends.anonymous(left).manifest()
        began = ends.deadline.now()
        try:
            return ends[role].manifest(wait, ends.deadline)
        except ApplinksError:
            waited[role] = ends.deadline.now() - began
            raise

    asked: list[tuple[Role, str | None]] = [(role, None) for role in roles]
    asked += [(role, left) for role, _ in asked if (left := ends[role].left)]
    with ends.deadline.waiting(wait):
        answers = ends.each(asked, ask)
    manifests: dict[Role, Manifest] = {}
    failures: dict[Role, ApplinksError] = {}
    strangers: dict[Role, str] = {}
    identities = dict(recorded.identities)
    for (role, left), answer in answers.items():
        if left is not None:
            continue
        if isinstance(answer, ApplinksError):
            failures[role] = answer
            continue
        manifests[role] = answer
        known = identities.get(role)
        if known is not None and known.server_id != answer.id:
            strangers[role] = answer.id
        else:
            identities[role] = Identity(server_id=answer.id, type_id=answer.type_id, name=answer.name)
    for (role, left), answer in answers.items():
        if (
            left
            and isinstance(answer, Manifest)
            and role in manifests
            and are_copies(manifests[role], answer)
        ):
            ends.notify(_copy_answers(ends[role], answer))
    return Survey(
        manifests, identities, failures, strangers, recorded=recorded, waited=waited if wait else {}
    )


def _copy_answers(end: End, copy: Manifest) -> Told:
    return end.told(
        Code.COPY_ANSWERS,
        f"{end.label} has the server id of what still answers at {end.left}: one of the two is a copy of the other",
        f"The server id is {copy.id}; the base URLs are {end.party.display_url} and {copy.url}.",
        "With this change the link is one with the new address, and no longer with the old one.",
        do=(
            f"If the application moved, shut down what answers at {end.left}. If the new address is the copy's, undo the change in "
            f"the program, and give the copy a stack of its own."
        ),
    )


def look_for_change(ends: Ends, survey: Survey) -> Survey:
    """What stands on the ends that are to be changed, and what else decides whether it can be done."""
    managed = ends.declaration.managed
    leaving = [role for role in survey.recorded.managed if role not in managed]
    return _look(ends, survey, (*managed, *leaving), _for_change)


def look_for_reading(ends: Ends, survey: Survey, managed: Iterable[Role]) -> Survey:
    """What stands on the managed ends, and whether each direction works: the application that makes its requests tries it."""
    survey = _look(ends, survey, managed, _for_reading)
    return replace(survey, ends=with_keys(ends, survey.ends))


def look_for_deletion(ends: Ends, survey: Survey, managed: Iterable[Role]) -> Survey:
    """The entries of the link in the lists of the managed ends."""
    return _look(ends, survey, managed, _entry)


def _look(
    ends: Ends, survey: Survey, roles: Iterable[Role], ask: Callable[[Ends, Role, Survey], EndSeen]
) -> Survey:
    found, failures = dict(survey.ends), dict(survey.failures)
    asked = [role for role in roles if survey.answers(role)]
    for role, answer in ends.each(asked, lambda role: ask(ends, role, survey)).items():
        if isinstance(answer, ApplinksError):
            failures[role] = answer
        else:
            found[role] = answer
    return replace(survey, ends=found, failures=failures)


def _entry(ends: Ends, role: Role, survey: Survey) -> EndSeen:
    """The list, and the link's entry in it.

    A list without a link that stood there before is doubted, since it may be that of a node of a cluster which has not followed yet: it
    is read again until the link shows, or until each node has had the time to follow what was changed before this operation. Links of
    one application share that time.
    """
    end = _listed(ends, role, survey)
    recorded, client = survey.recorded, ends[role].client
    if end.link is not None or role not in recorded.managed or (before := recorded.links.get(role)) is None:
        return end
    patience = client.follows.within(ends.deadline.remaining())

    def shows() -> bool:
        nonlocal end
        end = _listed(ends, role, survey, doubted=True)
        return end.link is not None

    if not settled(patience, shows):
        patience.sleep(SETTLE_SECONDS)
        if not shows():
            here = ends[role]
            ends.notify(
                here.told(
                    Code.LINK_GONE,
                    f"{here.label} has no link {before.id} any more, and the stack has it",
                    f"That was doubted, since the nodes of a cluster follow one another: its list was read again, {SETTLE_SECONDS:g} s "
                    f"or more after this operation began, and does not have that link either.",
                    do=f"If nobody deleted it, look at {here.admin_page()}.",
                )
            )
    return end


def _listed(ends: Ends, role: Role, survey: Survey, *, doubted: bool = False) -> EndSeen:
    """The list, and the link's entry in it.

    The id changes once: when a target that was down at first gets its server id. An operation that was killed right then, or an
    administrator who did that by hand, leaves the stack with the old one.
    """
    remote, party = survey.identities.get(other(role)), ends[other(role)].party
    known = survey.recorded.link_ids.get(role)
    ids = [one for one in (remote.server_id if remote else None, known) if one]
    links = ends[role].client.links(*ids, doubted=doubted)
    by_id = {link.id: link for link in links}
    found = next((by_id[one] for one in ids if one in by_id), None)
    if found is None and known and other(role) not in survey.recorded.identities:
        # Nobody else's link can be meant: there is one to that address.
        found = next((link for link in links if points_at(link, party)), None)
    if found is None and remote and ends.declaration.on_existing == "adopt":
        made_blind = {url_derived_id(party.called_at), url_derived_id(party.display_url)}
        found = next(
            (link for link in links if link.id in made_blind and link.type_id == remote.type_id), None
        )
    before = survey.recorded.links.get(role)
    return EndSeen(tuple(links), found, legacy_before=before.legacy if before is not None else ())


def _for_change(ends: Ends, role: Role, survey: Survey) -> EndSeen:
    declaration, client = ends.declaration, ends[role].client
    end, remote = _entry(ends, role, survey), survey.identities[other(role)]
    if end.link is not None and end.link.what == "application":
        end = _observed(ends, role, end, end.link)
    if role not in declaration.managed:
        return end
    desired = desired_end(declaration, role, remote)
    if role not in survey.recorded.managed and declaration.on_existing == "adopt" and end.seen is not None:
        end = replace(end, of_another=_is_of_another(ends, role, survey, end.seen))
    if end.link is None and other(role) in survey.manifests and not looks_at_each_other(declaration):
        end = replace(end, sighting=client.sees(desired.rpc_url))
    if takes_system_administrator(declaration, desired, end.seen):
        end = replace(end, administers=client.is_system_administrator())
    if desired.execute_as and (end.seen is None or end.seen.execute_as != desired.execute_as):
        end = replace(end, user=client.user(desired.execute_as), asked_for_user=True)
    return end


def _is_of_another(ends: Ends, role: Role, survey: Survey, seen: LinkObservation) -> bool:
    """Whether a link leads to another application with the same server id, which answers: here, else to the one that has the link."""
    address = survey.elsewhere(other(role), ends[other(role)].party, seen)
    if address is None or other(role) not in survey.manifests:
        return False
    try:
        return are_copies(survey.manifests[other(role)], ends.anonymous(address).manifest())
    except ApplinksError:
        return ends[role].client.sees(address).kind in ("application", "conflict")


def takes_system_administrator(
    declaration: Declaration, desired: Desired, seen: LinkObservation | None
) -> str | None:
    """What of a change only a system administrator may do; None where an administrator may do all of it."""
    levels = None if seen is None else (seen.outgoing, seen.incoming)
    if declaration.authentication.impersonating and levels != (
        desired.outgoing.value,
        desired.incoming.value,
    ):
        return "OAuth with impersonation"
    return "relocating a link" if seen is not None and "rpc_url" in differences(desired, seen) else None


def looks_at_each_other(declaration: Declaration) -> bool:
    """Whether the applications look at each other anyway when the link is made.

    To accept requests an application reads the other one's public key, at the address that it is to call; so what it would see there
    is asked for only when that fails, or when it says afterwards that the link does not work.
    """
    return declaration.managed == ("target", "source") and all(
        declaration.accepts(role).level not in (None, "none") for role in BOTH
    )


def _observed(ends: Ends, role: Role, end: EndSeen, link: Link) -> EndSeen:
    """All that one end says of its link, without trying it where that can be avoided."""
    client = ends[role].client
    found = client.authentication(link.id)
    status, tried = end.status, end.tried
    if not tried and (found.incoming is Level.NONE or ends.declaration.on_legacy == "remove"):
        # Legacy authentication of incoming requests is no OAuth consumer: only the status and a slow list tell of it [S9].
        status, tried = ends.status(role, link.id), True
    incoming, outgoing = found.incoming, found.outgoing
    comes_in: tuple[Level, ...] = ()
    goes_out = set(found.legacy_outgoing)
    known = None
    # A status tells one reason alone: that the levels differ hides that there is legacy authentication, too.
    if status is not None and status.reason in ("legacy", "levels-differ", "disabled"):
        known = client.legacy(link.id)
        if known is not None:
            comes_in, goes_out = known.incoming, goes_out | set(known.outgoing)
    # It is the level of a direction that is to be authenticated and has nothing else; what no level is declared for stands beside.
    if incoming is Level.NONE and comes_in and ends.declaration.accepts(role).level not in (None, "none"):
        incoming = comes_in[0]
    if outgoing.is_legacy and ends.declaration.sends(role).level in (None, "none"):
        outgoing = Level.NONE
    beside = [f"incoming {level.value}" for level in comes_in if level is not incoming]
    beside += [f"outgoing {level.value}" for level in goes_out if level is not outgoing]
    if known is None and not (status is not None and status.working):
        # Neither the status nor the list says anything of incoming requests, such as while the other application does not answer.
        beside += [one for one in end.legacy_before if one.startswith("incoming ") and one not in beside]
    levels = OAuthConfig(incoming=incoming, outgoing=outgoing)
    seen = observation(ends, role, end.links, link, levels, found.execute_as, primary=link.primary)
    seen = seen.model_copy(update={"user_told": found.user_told, "legacy": tuple(sorted(beside))})
    return replace(end, seen=seen, status=status, tried=tried)


def observe(ends: Ends, role: Role, link_id: str) -> LinkObservation | None:
    """What stands on an end now, without trying it."""
    links = ends[role].client.links(link_id)
    link = next((one for one in links if one.id == link_id), None)
    return _observed(ends, role, EndSeen(tuple(links), link), link).seen if link else None


def _for_reading(ends: Ends, role: Role, survey: Survey) -> EndSeen:
    end = _entry(ends, role, survey)
    return end if end.link is None else tried(ends, role, end, end.link)


def tried(ends: Ends, role: Role, end: EndSeen, link: Link) -> EndSeen:
    """What one end says of its link when it tries it; it does so once."""
    if not end.tried:
        end = replace(end, status=ends.status(role, link.id), tried=True)
    status = end.status
    named = ends.declaration.accepts(role).execute_as is not None
    beside = status is not None and (status.reason == "legacy" or (end.legacy_before and not status.working))
    if status is None or status.local is None or beside or named:
        return _observed(ends, role, end, link)
    return replace(
        end, seen=observation(ends, role, end.links, link, status.local, None, primary=link.primary)
    )


def with_keys(ends: Ends, found: Mapping[Role, EndSeen]) -> dict[Role, EndSeen]:
    """The same, with whether an end knows the key of the other one, where that one says that its signed requests are refused.

    A key is read when requests are first accepted and kept from then on [S9]: an application that was restored or reinstalled may have
    another one since.
    """
    compared = dict(found)
    for role, end in found.items():
        sender, link = found.get(other(role)), end.seen
        refused = sender is not None and sender.status is not None and sender.status.reason == "refused"
        if link is None or not refused or not Level(link.incoming).is_oauth:
            continue
        try:
            kept, own = ends[role].client.accepted_keys(link.id), ends[other(role)].client.own_key()
        except ApplinksError:
            continue  # why requests are refused is not known then
        if kept and own is not None and own.public_key:
            stale = not any(one.same_as(own) for one in kept)
            compared[role] = replace(end, seen=link.model_copy(update={"stale_key": stale or None}))
    return compared


def observation(
    ends: Ends,
    role: Role,
    links: Iterable[Link],
    link: BriefLink,
    levels: OAuthConfig,
    execute_as: str | None,
    *,
    primary: bool,
) -> LinkObservation:
    """A link, its levels and its place as one record."""
    remote = ends[other(role)].party
    others = [one for one in links if one.id != link.id]
    return LinkObservation(
        id=link.id,
        name=link.name,
        display_url=link.display_url,
        rpc_url=link.rpc_url,
        primary=primary,
        outgoing=levels.outgoing.value,
        incoming=levels.incoming.value,
        execute_as=execute_as or None,
        duplicates=tuple(sorted(one.id for one in others if points_at(one, remote))),
        other_entries=tuple(sorted({one.name or one.id for one in others if stands_beside(one, remote)}))
        or None,
    )
