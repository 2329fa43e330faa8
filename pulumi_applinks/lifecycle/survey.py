"""The reading before a change, a refresh or a deletion: who answers at each address, and what is on each end.

A login is sent only to an application that was identified in this operation as an application of the link. If the program says that a
manifest needs a login, that application's client sends the login with the request for the manifest. The list of an application's links is
read only once for all its links.
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
        links: the application's list of links.
        link: this link's entry in the list; None if it has none.
        seen: what the end reports about the link.
        status: what the end reports after trying the link; None if it was not asked, or its version does not report it.
        administers: whether the login is a system administrator's; None if that does not matter.
        sighting: what the application sees at the other one's address; None if it was not asked.
        user: the user that incoming requests should run as; None if that does not matter, or the application can't report it.
        legacy_before: the legacy authentication that the stack has recorded.
        of_another: whether a link that will be taken over points to another address, where another application with that server id
            answers.
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
    """What was read of a link, and what the link should be.

    Args:
        ends: both ends, as they are declared, with their clients.
        recorded: what the stack's state has of the link.
        manifests: the manifests of the applications that answered.
        identities: who the applications of the link are: as they answered; otherwise as recorded.
        failures: why an application could not be asked, or what it refused.
        strangers: the server ids of other applications that answer at the addresses of the link's applications.
        found: what was read of each end.
        waited: the measured time, in seconds, that this program waited for each application that did not answer.
        remembered: whether the ends were not read, and `found` is what the state has recorded.
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
        """What should be on each end. An end is omitted if it is not known who the application at the other end is."""
        return {
            role: desired_end(self.declaration, role, self.identities[other(role)])
            for role in BOTH
            if other(role) in self.identities
        }

    @property
    def ours(self) -> tuple[Role, ...]:
        """The ends that this program makes and that were read."""
        return tuple(role for role in self.found if role in self.declaration.managed)

    def seen(self, role: Role) -> LinkObservation | None:
        """Return what is on an end; None if it has no link or was not read."""
        return self.found[role].seen if role in self.found else None

    def answers(self, role: Role) -> bool:
        """Check whether the application of the link answered."""
        return role in self.manifests and role not in self.strangers

    def leads_elsewhere(self, role: Role, seen: LinkObservation | None) -> str | None:
        """Return where an end's link points to, if that is not an address of the other application."""
        remote = other(role)
        reported = self.manifests[remote].url if self.answers(remote) else None
        known = (*self.declaration.party(remote).addresses, reported)
        return leads_elsewhere((seen.rpc_url, seen.display_url), known) if seen is not None else None


def identify(ends: Ends, recorded: Recorded, roles: Iterable[Role] = BOTH, *, wait: float = 0) -> Survey:
    """Find out who answers at the addresses.

    An application that does not answer gets `wait` seconds to come up. They do not count as time of the operation.
    """
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
    """Warn if an application with the same server id still answers at the address that the program used before."""
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
    """Read the ends that will be changed, and what else decides whether the change is possible."""
    managed = survey.declaration.managed
    leaving = [role for role in survey.recorded.managed if role not in managed]
    return _look(survey, (*managed, *leaving), _for_change)


def look_for_reading(survey: Survey, managed: Iterable[Role]) -> Survey:
    """Read the managed ends, and whether each direction works: the application that sends the requests tries it."""
    return with_keys(_look(survey, managed, _for_reading))


def look_for_deletion(survey: Survey, managed: Iterable[Role]) -> Survey:
    """Read the entries of the link in the lists of the managed ends."""
    return _look(survey, managed, _entry)


def look_at_each_other(survey: Survey) -> Survey:
    """Ask each managed end without a link what it sees at the other one's address. Skip an end that can't be asked."""
    roles = [
        role
        for role in survey.declaration.managed
        if role in survey.found and survey.found[role].link is None and survey.answers(other(role))
    ]
    sightings, _ = survey.ends.each(roles, partial(_sighting, survey))
    seen = {role: replace(survey.found[role], sighting=sighting) for role, sighting in sightings.items()}
    return replace(survey, found={**survey.found, **seen})


def _sighting(survey: Survey, role: Role) -> Sighting:
    """Ask an application what it sees at the other one's address."""
    return survey.ends[role].client.links.sees(survey.desired[role].rpc_url)


def _look(survey: Survey, roles: Iterable[Role], ask: Callable[[Survey, Role], EndSeen]) -> Survey:
    asked = [role for role in roles if survey.answers(role)]
    found, failures = survey.ends.each(asked, lambda role: ask(survey, role))
    return replace(survey, found={**survey.found, **found}, failures={**survey.failures, **failures})


def _entry(survey: Survey, role: Role) -> EndSeen:
    """Read the list of links, and find the link's entry in it.

    If a recorded link is missing from the list, the list may come from a node of a cluster that has not synchronized yet. The list is then
    read again until the link appears, or until each node has had the time to synchronize what was changed before this operation. All links
    of one application share that time.
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
    """Read the list of links once, and find the link's entry in it.

    The link's id changes once: when a target that was down at first gets its server id. If the operation was killed at that moment, or an
    administrator made that change manually, the stack still has the old id.
    """
    recorded, party = survey.recorded, survey.declaration.party(other(role))
    remote, known = survey.identities.get(other(role)), recorded.link_ids.get(role)
    ids = [one for one in (remote.server_id if remote else None, known) if one]
    survey.ends[role].client.links.let_nodes_follow(*ids)
    links = survey.ends[role].client.links.all(*ids, doubted=doubted)
    by_id = {link.id: link for link in links}
    found = next((by_id[one] for one in ids if one in by_id), None)
    if found is None and known and other(role) not in recorded.identities:
        # There can be only one link to that address, so it can't be somebody else's.
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
    """Check whether a link points to another application that has the same server id and answers.

    This program asks it first. If it does not answer this program, the application that has the link is asked.
    """
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
    """Return the part of a change that needs a system administrator; None if an administrator may do all of it."""
    levels = None if seen is None else (seen.outgoing, seen.incoming)
    if declaration.authentication.impersonating and levels != (
        desired.outgoing.value,
        desired.incoming.value,
    ):
        return "OAuth with impersonation"
    return "relocating a link" if seen is not None and "rpc_url" in differences(desired, seen) else None


def user_to_look_up(desired: Desired, seen: LinkObservation | None) -> str | None:
    """Return the user that incoming requests should run as; None if they run as that user already."""
    return desired.execute_as if seen is None or seen.execute_as != desired.execute_as else None


def looks_at_each_other(declaration: Declaration) -> bool:
    """Check whether the applications call each other anyway when the link is made.

    To accept requests, an application reads the other one's public key, at the address that it should call. So this program asks what it
    sees there only if that fails, or if the application reports afterwards that the link does not work.
    """
    return declaration.managed == ("target", "source") and all(
        declaration.accepts(role).level not in (None, "none") for role in BOTH
    )


def _observed(ends: Ends, role: Role, end: EndSeen, link: Link, *, legacy: bool = True) -> EndSeen:
    """Read everything that one end reports about its link. Do not let the end try the link unless that is necessary.

    Args:
        ends: the ends of the link.
        role: which end.
        end: what was read of it so far.
        link: the link's entry in the list.
        legacy: whether legacy authentication of incoming requests matters.
    """
    client, declaration = ends[role].client, ends.declaration
    found, status = client.oauth.get(link.id), end.status
    if legacy and status is None and (found.incoming is Level.NONE or declaration.on_legacy == "remove"):
        # Legacy authentication of incoming requests has no OAuth consumer. Only the status and a slow list show it [S9].
        status = ends.status(role, link.id)
    incoming, outgoing = found.incoming, found.outgoing
    comes_in: tuple[Level, ...] = ()
    goes_out = set(found.legacy_outgoing)
    known = None
    # A status gives only one reason. If the reason is that the levels differ, it does not show that there is legacy authentication, too.
    if status is not None and status.reason in ("legacy", "levels-differ", "disabled"):
        known = client.oauth.legacy(link.id)
        if known is not None:
            comes_in, goes_out = known.incoming, goes_out | set(known.outgoing)
    # If a direction should be authenticated and has only legacy authentication, that is its level. The rest is listed separately.
    if incoming is Level.NONE and comes_in and declaration.accepts(role).level not in (None, "none"):
        incoming = comes_in[0]
    if outgoing.is_legacy and declaration.sends(role).level in (None, "none"):
        outgoing = Level.NONE
    beside = [f"incoming {level.value}" for level in comes_in if level is not incoming]
    beside += [f"outgoing {level.value}" for level in goes_out if level is not outgoing]
    if known is None and not (status is not None and status.working):
        # Neither the status nor the list says anything about incoming requests, for example while the other application does not answer.
        beside += [one for one in end.legacy_before if one.startswith("incoming ") and one not in beside]
    levels = OAuthConfig(incoming=incoming, outgoing=outgoing)
    seen = observation(ends, role, end.links, link, levels, found.execute_as, primary=link.primary)
    seen = seen.model_copy(update={"user_told": found.user_told, "legacy": tuple(sorted(beside))})
    return replace(end, seen=seen, status=status)


def observe(ends: Ends, role: Role, link_id: str, *, legacy: bool = True) -> LinkObservation | None:
    """Read what is on an end now. The end tries the link only if legacy authentication of incoming requests matters."""
    links = ends[role].client.links.all(link_id)
    link = next((one for one in links if one.id == link_id), None)
    return _observed(ends, role, EndSeen(tuple(links), link), link, legacy=legacy).seen if link else None


def _for_reading(survey: Survey, role: Role) -> EndSeen:
    end = _entry(survey, role)
    return end if end.link is None else tried(survey.ends, role, end, end.link)


def tried(ends: Ends, role: Role, end: EndSeen, link: Link) -> EndSeen:
    """Let one end try its link, and read what it reports."""
    status = ends.status(role, link.id)
    end = replace(end, status=status)
    named = ends.declaration.accepts(role).execute_as is not None
    beside = status is not None and (status.reason == "legacy" or (end.legacy_before and not status.working))
    if status is None or status.local is None or beside or named:
        return _observed(ends, role, end, link)
    seen = observation(ends, role, end.links, link, status.local, None, primary=link.primary)
    return replace(end, seen=seen)


def with_keys(survey: Survey) -> Survey:
    """If an application reports that its signed requests are refused, check whether the other one has its current key.

    An application reads the other one's key when requests are first accepted, and keeps it [S9]. An application that was restored or
    reinstalled may have a new key since then.
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
            continue  # then the reason for the refusal is not known
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
    """Combine a link, its levels and the list that it is in to one record."""
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
