"""All reading before a change, a refresh or a deletion: who answers at each address, and what is on each end.

A login goes to no application but one that was identified in this operation as the one that the link should be with; where the program says
that a manifest needs a login, the client of that application asks for it with one. The list of an application's links is read once for all
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Declaration, Role, other
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
    UserDetails,
    url_derived_id,
)


@dataclass(frozen=True)
class EndSeen:
    """What was read of one end.

    Args:
        links: the application's list.
        link: this one's entry in it; None when there is none.
        seen: what the end says of it.
        status: what it says after trying the link; None when it was not asked, or its version does not report it.
        administers: whether the login is a system administrator's; None when that does not matter.
        sighting: what the application sees at the other one's address; None when it was not asked.
        user: who incoming requests are to run as; None when that does not matter, or is not known there.
        legacy_before: the legacy authentication that the stack knows of.
        of_another: whether the link, which will be taken over, leads elsewhere, where another application with that server id answers.
    """

    links: tuple[Link, ...] = ()
    link: Link | None = None
    seen: LinkObservation | None = None
    status: Status | None = None
    administers: bool | None = None
    sighting: Sighting | None = None
    user: UserDetails | None = None
    legacy_before: tuple[str, ...] = ()
    of_another: bool = False


@dataclass(frozen=True)
class Survey:
    """What was read of a link, and what it is wanted to be.

    Args:
        ends: both ends, as they are declared and asked.
        recorded: what the state knows.
        manifests: of the applications that answered.
        identities: who the applications of the link are: as they answered, else as recorded.
        failures: why an application could not be asked, or what it refused.
        strangers: the server ids of other applications that answer where those of the link were.
        found: what was read of each end.
        waited: for how long each application was waited for that did not answer, in seconds, as it was measured.
        remembered: whether the ends were not read, and `found` is what the state has recorded of them.
    """

    ends: Ends
    recorded: Recorded = field(default_factory=Recorded)
    manifests: Mapping[Role, Manifest] = field(default_factory=dict)
    identities: Mapping[Role, Identity] = field(default_factory=dict)
    failures: Mapping[Role, ApplinksError] = field(default_factory=dict)
    strangers: Mapping[Role, str] = field(default_factory=dict)
    found: Mapping[Role, EndSeen] = field(default_factory=dict)
    waited: Mapping[Role, float] = field(default_factory=dict)
    remembered: bool = False

    @property
    def declaration(self) -> Declaration:
        """What the program says."""
        return self.ends.declaration

    @cached_property
    def desired(self) -> Mapping[Role, Desired]:
        """What should be on each end, where it is known who the application at the other one is."""
        return {
            role: desired_end(self.declaration, role, self.identities[other(role)])
            for role in BOTH
            if other(role) in self.identities
        }

    @property
    def ours(self) -> tuple[Role, ...]:
        """The ends that this program makes, as far as they were looked at."""
        return tuple(role for role in self.found if role in self.declaration.managed)

    def seen(self, role: Role) -> LinkObservation | None:
        """What is on an end, as far as it was read."""
        return self.found[role].seen if role in self.found else None

    def answers(self, role: Role) -> bool:
        """Whether the application of the link answered."""
        return role in self.manifests and role not in self.strangers

    def leads_elsewhere(self, role: Role, seen: LinkObservation | None) -> str | None:
        """Where an end's link leads, if it does not point to an address of the other application."""
        remote = other(role)
        reported = self.manifests[remote].url if self.answers(remote) else None
        known = (*self.declaration.party(remote).addresses, reported)
        return leads_elsewhere((seen.rpc_url, seen.display_url), known) if seen is not None else None


def identify(ends: Ends, recorded: Recorded, roles: Iterable[Role] = BOTH, *, wait: float = 0) -> Survey:
    """Who answers at the addresses; one that does not is waited for so many seconds, beside the time that the operation has."""
    waited: dict[Role, float] = {}

    def ask(role: Role) -> Manifest:
        began = ends.deadline.now()
        try:
            manifest = ends[role].manifest(wait, ends.deadline)
        except ApplinksError:
            waited[role] = ends.deadline.now() - began
            raise
        _warn_of_a_copy(ends, ends[role], manifest)
        return manifest

    with ends.deadline.waiting(wait):
        manifests, failures = ends.each(roles, ask)
    identities, strangers = dict(recorded.identities), {}
    for role, manifest in manifests.items():
        if role in identities and identities[role].server_id != manifest.id:
            strangers[role] = manifest.id
        else:
            identities[role] = Identity(server_id=manifest.id, type_id=manifest.type_id, name=manifest.name)
    return Survey(ends, recorded, manifests, identities, failures, strangers, waited=waited if wait else {})


def _warn_of_a_copy(ends: Ends, end: End, manifest: Manifest) -> None:
    """Look whether what is at the address that the program has left still answers, with the same server id."""
    if end.left is None:
        return
    try:
        copy = ends.anonymous(end.left).manifest()
    except ApplinksError:
        return
    if are_copies(manifest, copy):
        ends.notify(
            end.told(
                Code.COPY_ANSWERS,
                f"{end.label} has the server id of what still answers at {end.left}: one of the two is a copy of the other",
                f"The server id is {copy.id}; the base URLs are {end.party.display_url} and {copy.url}.",
                "With this change the link points to the new address, and no longer to the old one.",
                do=(
                    f"If the application moved, shut down what answers at {end.left}. If the new address is the copy's, undo the change "
                    f"in the program, and give the copy its own stack."
                ),
            )
        )


def look_for_change(survey: Survey) -> Survey:
    """What is on the ends that will be changed, and what else decides whether it can be done."""
    managed = survey.declaration.managed
    leaving = [role for role in survey.recorded.managed if role not in managed]
    return _look(survey, (*managed, *leaving), _for_change)


def look_for_reading(survey: Survey, managed: Iterable[Role]) -> Survey:
    """What is on the managed ends, and whether each direction works: the application that makes its requests tries it."""
    return with_keys(_look(survey, managed, _for_reading))


def look_for_deletion(survey: Survey, managed: Iterable[Role]) -> Survey:
    """The entries of the link in the lists of the managed ends."""
    return _look(survey, managed, _entry)


def look_at_each_other(survey: Survey) -> Survey:
    """What each managed end without a link sees at the other one's address; nothing where it can't be asked."""
    roles = [
        role
        for role in survey.declaration.managed
        if role in survey.found and survey.found[role].link is None and survey.answers(other(role))
    ]
    sightings, _ = survey.ends.each(roles, partial(_sighting, survey))
    seen = {role: replace(survey.found[role], sighting=sighting) for role, sighting in sightings.items()}
    return replace(survey, found={**survey.found, **seen})


def _sighting(survey: Survey, role: Role) -> Sighting:
    """What an application sees at the other one's address."""
    return survey.ends[role].client.links.sees(survey.desired[role].rpc_url)


def _look(survey: Survey, roles: Iterable[Role], ask: Callable[[Survey, Role], EndSeen]) -> Survey:
    asked = [role for role in roles if survey.answers(role)]
    found, failures = survey.ends.each(asked, lambda role: ask(survey, role))
    return replace(survey, found={**survey.found, **found}, failures={**survey.failures, **failures})


def _entry(survey: Survey, role: Role) -> EndSeen:
    """The list, and the link's entry in it.

    A list without a link that stood there before is doubted, since it may be that of a node of a cluster which has not followed yet: it
    is read again until the link shows, or until each node has had the time to follow what was changed before this operation. Links of
    one application share that time.
    """
    seen, recorded, end = _listed(survey, role), survey.recorded, survey.ends[role]
    if seen.link is not None or role not in recorded.managed or (before := recorded.links.get(role)) is None:
        return seen
    patience = end.client.follows.within(survey.ends.deadline.remaining())

    def shows() -> bool:
        nonlocal seen
        seen = _listed(survey, role, doubted=True)
        return seen.link is not None

    if not settled(patience, shows):
        patience.sleep(SETTLE_SECONDS)
        if not shows():
            survey.ends.notify(
                end.told(
                    Code.LINK_GONE,
                    f"{end.label} no longer has the link {before.id}, but the stack does",
                    f"Because the nodes of a cluster can lag, its list was read again, {SETTLE_SECONDS:g} s "
                    f"or more after this operation began, and does not have that link either.",
                    do=f"If nobody deleted it, look at {end.admin_page()}.",
                )
            )
    return seen


def _listed(survey: Survey, role: Role, *, doubted: bool = False) -> EndSeen:
    """The list, and the link's entry in it.

    The id changes once: when a target that was down at first gets its server id. An operation that was killed right then, or an
    administrator who did that by hand, leaves the stack with the old one.
    """
    recorded, party = survey.recorded, survey.declaration.party(other(role))
    remote, known = survey.identities.get(other(role)), recorded.link_ids.get(role)
    ids = [one for one in (remote.server_id if remote else None, known) if one]
    survey.ends[role].client.links.let_nodes_follow(*ids)
    links = survey.ends[role].client.links.all(*ids, doubted=doubted)
    by_id = {link.id: link for link in links}
    found = next((by_id[one] for one in ids if one in by_id), None)
    if found is None and known and other(role) not in recorded.identities:
        # Nobody else's link can be meant: there is one to that address.
        found = next((link for link in links if points_at(link, party)), None)
    if found is None and remote and survey.declaration.on_existing == "adopt":
        made_blind = {url_derived_id(party.called_at), url_derived_id(party.display_url)}
        found = next(
            (link for link in links if link.id in made_blind and link.type_id == remote.type_id), None
        )
    before = recorded.links.get(role)
    return EndSeen(tuple(links), found, legacy_before=before.legacy if before is not None else ())


def _for_change(survey: Survey, role: Role) -> EndSeen:
    declaration, client = survey.declaration, survey.ends[role].client
    end, desired = _entry(survey, role), survey.desired[role]
    if end.link is not None and end.link.what == "application":
        end = _observed(survey.ends, role, end, end.link)
    if role not in declaration.managed:
        return end
    if role not in survey.recorded.managed and declaration.on_existing == "adopt":
        end = replace(end, of_another=_is_of_another(survey, role, end.seen))
    if end.link is None and other(role) in survey.manifests and not looks_at_each_other(declaration):
        end = replace(end, sighting=_sighting(survey, role))
    if needs_system_administrator(declaration, desired, end.seen):
        end = replace(end, administers=client.users.login_is_system_administrator())
    if (user := user_to_look_up(desired, end.seen)) is not None:
        end = replace(end, user=client.users.get(user))
    return end


def _is_of_another(survey: Survey, role: Role, seen: LinkObservation | None) -> bool:
    """Whether a link points to another application with the same server id, which answers: here, else to the one that has the link."""
    address, remote = survey.leads_elsewhere(role, seen), survey.manifests.get(other(role))
    if address is None or remote is None:
        return False
    try:
        return are_copies(remote, survey.ends.anonymous(address).manifest())
    except ApplinksError:
        return survey.ends[role].client.links.sees(address).kind in ("application", "conflict")


def needs_system_administrator(
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


def user_to_look_up(desired: Desired, seen: LinkObservation | None) -> str | None:
    """The user that incoming requests are to run as, where they do not run as that one already."""
    return desired.execute_as if seen is None or seen.execute_as != desired.execute_as else None


def looks_at_each_other(declaration: Declaration) -> bool:
    """Whether the applications look at each other anyway when the link is made.

    To accept requests an application reads the other one's public key, at the address that it is to call; so what it would see there
    is asked for only when that fails, or when it says afterwards that the link does not work.
    """
    return declaration.managed == ("target", "source") and all(
        declaration.accepts(role).level not in (None, "none") for role in BOTH
    )


def _observed(ends: Ends, role: Role, end: EndSeen, link: Link, *, legacy: bool = True) -> EndSeen:
    """All that one end says of its link, without trying it where that can be avoided.

    Args:
        ends: of the link.
        role: which end.
        end: what was read of it so far.
        link: its entry in the list.
        legacy: whether legacy authentication of incoming requests matters.
    """
    client, declaration = ends[role].client, ends.declaration
    found, status = client.oauth.get(link.id), end.status
    if legacy and status is None and (found.incoming is Level.NONE or declaration.on_legacy == "remove"):
        # Legacy authentication of incoming requests is no OAuth consumer: only the status and a slow list show it [S9].
        status = ends.status(role, link.id)
    incoming, outgoing = found.incoming, found.outgoing
    comes_in: tuple[Level, ...] = ()
    goes_out = set(found.legacy_outgoing)
    known = None
    # A status gives one reason alone: that the levels differ hides that there is legacy authentication, too.
    if status is not None and status.reason in ("legacy", "levels-differ", "disabled"):
        known = client.oauth.legacy(link.id)
        if known is not None:
            comes_in, goes_out = known.incoming, goes_out | set(known.outgoing)
    # It is the level of a direction that will be authenticated and has nothing else; the rest is listed separately.
    if incoming is Level.NONE and comes_in and declaration.accepts(role).level not in (None, "none"):
        incoming = comes_in[0]
    if outgoing.is_legacy and declaration.sends(role).level in (None, "none"):
        outgoing = Level.NONE
    beside = [f"incoming {level.value}" for level in comes_in if level is not incoming]
    beside += [f"outgoing {level.value}" for level in goes_out if level is not outgoing]
    if known is None and not (status is not None and status.working):
        # Neither the status nor the list says anything of incoming requests, such as while the other application does not answer.
        beside += [one for one in end.legacy_before if one.startswith("incoming ") and one not in beside]
    levels = OAuthConfig(incoming=incoming, outgoing=outgoing)
    seen = observation(ends, role, end.links, link, levels, found.execute_as, primary=link.primary)
    seen = seen.model_copy(update={"user_told": found.user_told, "legacy": tuple(sorted(beside))})
    return replace(end, seen=seen, status=status)


def observe(ends: Ends, role: Role, link_id: str, *, legacy: bool = True) -> LinkObservation | None:
    """What is on an end now; the end tries it only where legacy authentication of incoming requests matters."""
    links = ends[role].client.links.all(link_id)
    link = next((one for one in links if one.id == link_id), None)
    return _observed(ends, role, EndSeen(tuple(links), link), link, legacy=legacy).seen if link else None


def _for_reading(survey: Survey, role: Role) -> EndSeen:
    end = _entry(survey, role)
    return end if end.link is None else tried(survey.ends, role, end, end.link)


def tried(ends: Ends, role: Role, end: EndSeen, link: Link) -> EndSeen:
    """What one end says of its link when it tries it."""
    status = ends.status(role, link.id)
    end = replace(end, status=status)
    named = ends.declaration.accepts(role).execute_as is not None
    beside = status is not None and (status.reason == "legacy" or (end.legacy_before and not status.working))
    if status is None or status.local is None or beside or named:
        return _observed(ends, role, end, link)
    seen = observation(ends, role, end.links, link, status.local, None, primary=link.primary)
    return replace(end, seen=seen)


def with_keys(survey: Survey) -> Survey:
    """The same, with whether an end knows the key of the other one, where that one says that its signed requests are refused.

    A key is read when requests are first accepted and kept from then on [S9]: an application that was restored or reinstalled may have
    another one since.
    """
    compared = dict(survey.found)
    for role, end in survey.found.items():
        sender, link = survey.found.get(other(role)), end.seen
        refused = sender is not None and sender.status is not None and sender.status.reason == "refused"
        if link is None or not refused or not Level(link.incoming).is_oauth:
            continue
        try:
            kept = survey.ends[role].client.oauth.accepted_keys(link.id)
            own = survey.ends[other(role)].client.oauth.own_key()
        except ApplinksError:
            continue  # why requests are refused is not known then
        if kept and own is not None and own.public_key:
            stale = not any(one.same_as(own) for one in kept)
            compared[role] = replace(end, seen=link.model_copy(update={"stale_key": stale or None}))
    return replace(survey, found=compared)


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
