"""Changes of single ends, through the lifecycle's survey, steps and run: rights are checked first, and what fails is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pulumi_applinks import lifecycle
from pulumi_applinks.codes import Code
from pulumi_applinks.estate.model import Estate, EstateEnd
from pulumi_applinks.estate.reading import Reader
from pulumi_applinks.lifecycle import Ends, Identity, LinkError, Party, Recorded
from pulumi_applinks.lifecycle.link import Desired, LinkObservation
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.report import read_back
from pulumi_applinks.lifecycle.requirements import change_problems
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.steps import DeleteLink, EditLink, Relocate, Step
from pulumi_applinks.lifecycle.survey import Survey, identify, look_for_change
from pulumi_applinks.lifecycle.writes import is_there
from pulumi_applinks.rest import (
    WHERE_RIGHTS_ARE,
    ApplicationClient,
    Deadline,
    Level,
    Status,
    Told,
    same_address,
)

_ROLE: lifecycle.Role = "source"
"""An end that is changed alone is the source of a link of its own, and its program manages nothing else."""


def delete_end(end: EstateEnd, estate: Estate, reader: Reader) -> None:
    """Delete one end's link, and make sure that it is gone.

    Args:
        end: of the estate.
        estate: that it is of.
        reader: that read it.

    Raises:
        LinkError: if the application can't be asked, refuses, or still has the link. Nothing is taken back: it is to go.
    """
    ends = _ends(end, estate, reader, end.display_url)
    try:
        Run(ends).do(_plan([DeleteLink(_ROLE, end.link_id)], {}), {})
    except LinkError:
        if is_there(ends[_ROLE], end.link_id) is not False:
            raise


@dataclass(frozen=True)
class Relocation:
    """One end is to learn that the other application moved. The rest of its link stays as it is.

    Args:
        end: of the estate.
        ends: it and the application that moved, as the lifecycle knows them.
        survey: what was read of it before the change.
        old: where the other application was.
        without_contact: whether to do so although nothing answers at the new address.
    """

    end: EstateEnd
    ends: Ends
    survey: Survey
    old: str
    without_contact: bool

    @property
    def problems(self) -> tuple[Told, ...]:
        """Everything that blocks it, known before anything is changed."""
        here = self.ends[_ROLE]
        if _ROLE in self.survey.ends and self.survey.seen(_ROLE) is None:
            return (here.told(Code.LINK_GONE, f"{here.label} has no link {self.end.link_id} any more"),)
        rights = f"Give credentials of a system administrator of {self.end.application}. {WHERE_RIGHTS_ARE}"
        return tuple(
            replace(one, do=rights) if one.code is Code.NEEDS_SYSTEM_ADMINISTRATOR else one
            for one in change_problems(self.ends, self.survey)
        )

    def do(self) -> Status | None:
        """Relocate the link, and read back that the application has the new address.

        Returns:
            What it says of the link after trying it; None from versions that do not tell.

        Raises:
            LinkError: if a step fails, which is taken back then; or if the application says something else afterwards, which stays.
        """
        before = self.survey.seen(_ROLE)
        if before is None:
            raise LookupError("nothing was read of the link")
        desired = self._desired(before)
        steps: list[Step] = [EditLink(_ROLE, before.id, desired, before, before.name)]
        if not same_address(before.rpc_url or desired.rpc_url, desired.rpc_url):
            steps.insert(0, Relocate(_ROLE, before.id, desired, before, self.without_contact))
        plan, run = _plan(steps, {_ROLE: desired}), Run(self.ends)
        try:
            run.do(plan, self.survey.ends)
        except LinkError as error:
            undone = run.undo()
            told = error.told.also(changed=undone.told)
            raise LinkError(told, left=undone.left, causes=error.causes) from None
        try:
            return read_back(self.ends, self.survey, plan)[_ROLE].status
        except LinkError as error:
            here = self.ends[_ROLE]
            look = f"Look at that link on {here.admin_page()}."
            raise LinkError(
                error.told.also(changed=f"What was changed on {here.label} stays.", do=look)
            ) from None

    def _desired(self, before: LinkObservation) -> Desired:
        moved = self.ends.target.party.display_url
        return Desired(
            id=before.id,
            type_id=self.end.type_id,
            name=before.name,
            display_url=moved if same_address(before.display_url, self.old) else before.display_url,
            rpc_url=_moved(before.rpc_url, self.old, moved) or before.display_url,
            primary=None,
            outgoing=Level(before.outgoing),
            incoming=Level(before.incoming),
            execute_as=before.execute_as,
        )


def relocation(
    end: EstateEnd, estate: Estate, reader: Reader, old: str, new: str, *, without_contact: bool = False
) -> Relocation:
    """What one end needs to follow an application that moved. It only reads.

    Args:
        end: of the estate.
        estate: that it is of.
        reader: that read it.
        old: where the other application was.
        new: where it is now.
        without_contact: whether to relocate although nothing answers there.
    """
    rpc_url = _moved(end.rpc_url, old, new)
    ends = _ends(end, estate, reader, new, rpc_url)
    identity = Identity(server_id=end.link_id, type_id=end.type_id, name=end.name)
    recorded = Recorded({"target": identity}, (_ROLE,), {_ROLE: end.link_id})
    survey = look_for_change(ends, identify(ends, recorded, [_ROLE]))
    return Relocation(end, ends, survey, old, without_contact)


def _moved(address: str | None, old: str, new: str) -> str | None:
    return new if address and same_address(address, old) else address


def _plan(steps: Sequence[Step], desired: dict[lifecycle.Role, Desired]) -> Plan:
    return Plan((), {_ROLE: tuple(steps)}, desired)


def _ends(end: EstateEnd, estate: Estate, reader: Reader, far: str, rpc_url: str | None = None) -> Ends:
    """The end, and the application at the other end, which nobody asks here."""
    application = estate.application(end.application)
    if application is None:
        raise LookupError(f"{end.application} is not of this estate")
    source, target = Party(url=application.named.url), Party(url=far, rpc_url=rpc_url, name=end.name or None)
    return Ends(
        lifecycle.Declaration(source, target, manage="source"),
        lifecycle.End(_ROLE, source, reader.client(application.named), name=application.name),
        lifecycle.End("target", target, ApplicationClient(far, far)),
        Deadline(None),
        lambda _: None,
    )
