"""All reading before a change, in its order, and everything that stands against it: the same for an `up` and for a preview that asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Directions, Role, other
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.identities import identity_problems, not_up_yet, one_way_for_now
from pulumi_applinks.lifecycle.link import Recorded, desired_end
from pulumi_applinks.lifecycle.requirements import change_problems, sight_problems, unsure_of_user
from pulumi_applinks.lifecycle.survey import Survey, identify, look_for_change, looks_at_each_other
from pulumi_applinks.rest import ApplinksError, NoLogin, NotLetIn, Refused, Told


@dataclass(frozen=True)
class Looked:
    """What was read before a change.

    Args:
        ends: both ends, as they are to be changed: a target that is not up yet makes the link one-way for now.
        survey: what was read.
        problems: everything that stands against the change.
    """

    ends: Ends
    survey: Survey
    problems: tuple[Told, ...] = ()


def look_over(ends: Ends, survey: Survey) -> Looked:
    """Read everything, as far as nothing stands against it, and warn of what only a person can know."""
    if problems := tuple(identity_problems(ends, survey)):
        return Looked(ends, survey, problems)
    if one_way_for_now(ends.declaration, survey) and (target := not_up_yet(ends, survey)):
        survey = replace(survey, identities={**survey.identities, "target": target})
        alone = replace(ends.declaration, two_way=False, authentication=Directions(), reverse_primary=None)
        ends = replace(ends, declaration=alone)
        ends.notify(
            ends.target.told(
                Code.ONE_WAY_FOR_NOW,
                f"{ends.target.label} does not answer",
                f"Only the link on {ends.source.label} is {'kept' if survey.recorded.managed else 'made'} now, one-way and without "
                f"authentication.",
                do="Run `pulumi up` again when it is up, to complete it.",
            )
        )
    survey = look_for_change(ends, survey)
    if problems := tuple(change_problems(ends, survey)):
        # Nothing will be made that would show what they see of each other.
        seen = sights(ends, survey) if looks_at_each_other(ends.declaration) else []
        return Looked(ends, survey, (*problems, *seen))
    for role, end in survey.ends.items():
        if role in ends.declaration.managed:
            desired = desired_end(ends.declaration, role, survey.identities[other(role)])
            if unsure := unsure_of_user(ends[role], desired, end):
                ends.notify(unsure)
    return Looked(ends, survey)


def sights(ends: Ends, survey: Survey) -> list[Told]:
    """What the ends see at each other's address, where that explains why a link does not work."""
    found: list[Told] = []
    for role in ends.declaration.managed:
        there = survey.ends.get(role)
        if there is None or there.link is not None or not survey.answers(other(role)):
            continue
        desired = desired_end(ends.declaration, role, survey.identities[other(role)])
        try:
            sighting = ends[role].client.sees(desired.rpc_url)
        except ApplinksError:
            continue  # what went wrong is told already, and this explains nothing
        found += sight_problems(ends, role, desired, sighting, made=True)
    return found


def login_problems(ends: Ends, recorded: Recorded, roles: Iterable[Role]) -> list[Told]:
    """Whether applications let the credentials in that the program has changed; one that can't be asked is warned of."""
    survey = identify(ends, recorded, roles)
    answers = ends.each(
        [role for role in survey.manifests if survey.answers(role)], lambda role: ends[role].client.links()
    )
    failures = {
        **survey.failures,
        **{role: one for role, one in answers.items() if isinstance(one, ApplinksError)},
    }
    found: list[Told] = []
    for error in failures.values():
        if isinstance(error, (NoLogin, NotLetIn)) or (isinstance(error, Refused) and not error.may_pass):
            found.append(error.told)
        else:
            ends.notify(error.told.also("So the new credentials could not be tried."))
    return found
