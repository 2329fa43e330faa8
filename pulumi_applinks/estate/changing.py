"""Changes of single ends, made with the lifecycle's survey, steps and run. Rights are checked first, and a failed change is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from pulumi_applinks.codes import Code
from pulumi_applinks.estate.ends import ends_of, step_of
from pulumi_applinks.estate.model import Estate, EstateEnd
from pulumi_applinks.estate.reading import Reader
from pulumi_applinks.lifecycle import (
    Declaration,
    Directions,
    Ends,
    Identity,
    LinkError,
    Party,
    Recorded,
    Role,
    problems,
)
from pulumi_applinks.lifecycle.link import Desired, differences
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.report import read_back
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.steps import DeleteLink, EditLink, Relocate, Step, is_there
from pulumi_applinks.lifecycle.survey import Survey, identify, look_for_change
from pulumi_applinks.rest import (
    ApplicationClient,
    Level,
    Message,
    Status,
    same_address,
)

_ROLE: Role = "source"
"""An end that is changed alone is treated as the source of a link whose other end no program manages."""


def delete_end(end: EstateEnd, estate: Estate, reader: Reader) -> None:
    """Delete one end's link, and make sure that it is gone.

    Raises:
        LinkError: if the application can't be asked, refuses, or still has the link. Nothing is undone, because the link should be gone.
    """
    ends = _ends(end, estate, reader, end.display_url)
    try:
        Run(ends).do(Plan((), {_ROLE: (DeleteLink(_ROLE, end.link_id),)}), {})
    except LinkError:
        if is_there(ends[_ROLE], end.link_id) is not False:
            raise


@dataclass(frozen=True)
class _AsItIs(Survey):
    """What was read of one end. Only its addresses will change, to the declared ones."""

    @cached_property
    def desired(self) -> Mapping[Role, Desired]:
        """The current settings, with the declared addresses."""
        wanted, seen = super().desired, self.seen(_ROLE)
        if seen is None:
            return wanted
        kept = {
            "display_url": wanted[_ROLE].display_url,
            "rpc_url": wanted[_ROLE].rpc_url,
            "outgoing": Level(seen.outgoing),
            "incoming": Level(seen.incoming),
            "execute_as": seen.execute_as,
        }
        return {**wanted, _ROLE: wanted[_ROLE].model_copy(update=kept)}


@dataclass(frozen=True)
class Relocation:
    """The relocation of one end, because the other application moved. The rest of the link is not changed.

    Args:
        end: the end to relocate.
        survey: what was read of it before the change.
        without_contact: whether to relocate it even if nothing answers at the new address.
    """

    end: EstateEnd
    survey: Survey
    without_contact: bool

    @property
    def problems(self) -> tuple[Message, ...]:
        """Everything that blocks the relocation, found before anything is changed."""
        here = self.survey.ends[_ROLE]
        if _ROLE in self.survey.found and self.survey.seen(_ROLE) is None:
            return (here.told(Code.LINK_GONE, f"{here.label} no longer has the link {self.end.link_id}"),)
        return tuple(replace(one, do=step_of(one, self.survey.ends)) for one in problems(self.survey))

    def do(self) -> Status | None:
        """Relocate the link, and check that the application has the new address.

        Returns:
            The status that the application reports after trying the link; None for versions that do not report it.

        Raises:
            LinkError: if a step fails (the changes are then undone), or if the application reports something else afterwards (the changes
                then stay).
        """
        survey, before = self.survey, self.survey.seen(_ROLE)
        if before is None:
            raise LookupError("nothing was read of the link")
        desired, here = survey.desired[_ROLE], survey.ends[_ROLE]
        steps: list[Step] = [EditLink(_ROLE, before.id, desired, before, before.name)]
        if "rpc_url" in differences(desired, before):
            steps.insert(0, Relocate(_ROLE, before.id, desired, before, self.without_contact))
        plan, run = Plan((), {_ROLE: tuple(steps)}), Run(survey.ends)
        try:
            run.do(plan, survey.found)
        except LinkError as error:
            # The client belongs to the reader, which may use it for further ends. Undoing sets its own deadline, so restore the old one.
            allowed = here.client.deadline
            undone = run.undo()
            here.client.deadline = allowed
            told = error.told.also(changed=undone.told)
            raise LinkError(told, left=undone.left, causes=error.causes) from None
        try:
            return read_back(survey, plan).found[_ROLE].status
        except LinkError as error:
            stays = f"What was changed on {here.label} stays."
            look = f"Look at that link on {here.admin_page()}."
            raise LinkError(error.told.also(changed=stays, do=look)) from None


def relocation(
    end: EstateEnd, estate: Estate, reader: Reader, old: str, new: str, *, without_contact: bool = False
) -> Relocation:
    """Prepare the relocation of one end to the new address of an application that moved. This only reads.

    Args:
        end: the end to relocate.
        estate: the estate that it belongs to.
        reader: the reader that read the estate.
        old: where the other application was.
        new: where it is now.
        without_contact: whether to relocate even if nothing answers there.
    """
    display_url, rpc_url = (_moved(one, old, new) for one in (end.display_url, end.rpc_url))
    identity = Identity(server_id=end.link_id, type_id=end.type_id, name=end.name)
    recorded = Recorded({"target": identity}, (_ROLE,), {_ROLE: end.link_id})
    found = identify(_ends(end, estate, reader, display_url, rpc_url), recorded, [_ROLE])
    survey = _AsItIs(**{one.name: getattr(found, one.name) for one in fields(found)})
    return Relocation(end, look_for_change(survey), without_contact)


def _moved(address: str | None, old: str, new: str) -> str:
    return new if address and same_address(address, old) else address or ""


def _ends(end: EstateEnd, estate: Estate, reader: Reader, far: str, rpc_url: str = "") -> Ends:
    """Return the end and the other end. The application at the other end is never asked."""
    application = estate.application(end.application)
    if application is None or application.seen is None:
        raise LookupError(f"{end.application} was not asked")
    source = Party(url=application.seen.url, api_url=application.named.reached_at)
    target = Party(url=far, rpc_url=rpc_url or None, name=end.name or None)
    declaration = Declaration(source, target, manage="source", authentication=Directions())
    clients: dict[Role, ApplicationClient] = {
        _ROLE: reader.client(application.named),
        "target": ApplicationClient(far, far),
    }
    return ends_of(declaration, clients, {_ROLE: application.name})
