"""The final checks: the state that any order of events must reach in the end."""

from __future__ import annotations

from tests.driver import Resource, Run
from tests.reliability.books import without_primary
from tests.reliability.programs import Declared
from tests.reliability.world import World


def settle(world: World) -> None:
    """Check that one `up --refresh` of each stack converges, a second one changes nothing, and `destroy` leaves what was there before.

    First, all applications are started and all addresses are corrected.

    Args:
        world: the world after some events.
    """
    _peace(world)
    for name in world.stacks:
        if _knows_old_addresses(world, name):
            # A new link might need an address that another link, perhaps of another stack, has until it is relocated.
            world.run(name, "up --continue-on-error")
    for name in world.stacks:
        if _knows_old_addresses(world, name):
            # A refresh uses the addresses in the state; only the program knows the current ones.
            _goes_well_in_the_end(world, name, "up")
    for name in world.stacks:
        _goes_well_in_the_end(world, name, "up --refresh")
    for name, program in world.programs.items():
        assert set(world.stacks[name].resources) == set(program)
        for declared in program.values():
            assert world.unlike(declared) == []
    before = world.books.links()
    for name, stack in world.stacks.items():
        _goes_well(world, name, "refresh")
        assert stack.drift() == {}
        assert stack.pending() == set()
        assert _goes_well(world, name, "up").changes == {}
    assert world.books.links() == before
    _destroy(world)


def _goes_well(world: World, stack: str, verb: str) -> Run:
    run = world.run(stack, verb)
    assert run.errors == {}, f"{verb} of {stack} says {run.errors}"
    return run


def _goes_well_in_the_end(world: World, stack: str, verb: str) -> None:
    """Run an operation that must succeed; after a reinstallation, first do what the errors ask for: a refresh and manual changes."""
    gone = any(_is_with_one_that_is_gone(world, one) for one in world.stacks[stack].resources.values())
    for _ in range(2 if gone else 0):
        if world.run(stack, verb).ok:
            return
        for link, declared in world.programs[stack].items():
            _do_what_errors_ask_for(world, stack, link, declared)
        world.run(stack, "refresh")
    _goes_well(world, stack, verb)


def _is_with_one_that_is_gone(world: World, resource: Resource) -> bool:
    """Whether an application of a link was reinstalled since the link was created."""
    known = (resource.outputs.get(f"{role}_server_id") for role in ("source", "target"))
    return any(server_id is not None and world.network.of(server_id) is None for server_id in known)


def _destroy(world: World) -> None:
    owned = world.books.managed()
    before = {end: link for end, link in world.books.links().items() if end not in owned}
    for name, stack in world.stacks.items():
        _goes_well(world, name, "destroy")
        assert stack.resources == {}
    after = world.books.links()
    assert {end: without_primary(link) for end, link in after.items()} == {
        end: without_primary(link) for end, link in before.items()
    }
    left = set(after) - world.books.strangers - world.books.unowned - world.books.cut_off
    assert left == set(), f"no message named what was left: {left}"


def _peace(world: World) -> None:
    for name in world.network.applications:
        world.recover(name)
        world.set_base_url(name)
        world.tell_environment(name)
        cluster = world.network[name].cluster
        if cluster is not None:
            cluster.catch_up()
            world.network[name].cluster = None
    for clone in world.network.clones.values():
        clone.stop()
    _one_owner_for_each_pair(world)
    _one_primary_of_each_type(world)
    for stack in (
        world.stacks.values()
    ):  # `pulumi state unprotect` and `untaint`, and the programs no longer say anything else
        for one in stack.resources.values():
            one.protect = one.retain = one.tainted = False
    for program in world.programs.values():
        for declared in program.values():
            declared.engine.clear()
    for name in world.stacks:
        _nothing_is_renamed_without_an_alias(world, name)
        _what_left_a_program_is_found_again(world, name)
        _what_is_gone_is_left(world, name)
        world.follow(name)
        for link, declared in world.programs[name].items():
            _do_what_errors_ask_for(world, name, link, declared)


def _one_owner_for_each_pair(world: World) -> None:
    """If several stacks have the same pair, let one keep it and the others forget it."""
    known = {name: world.books.pairs(name) for name in world.stacks}
    keepers: dict[frozenset[str], str] = {}
    for name in world.stacks:
        for pair in known[name].values():
            keepers.setdefault(pair, name)
    for name, program in world.programs.items():
        for declared in program.values():
            keepers.setdefault(declared.pair, name)
    for name, program in world.programs.items():
        for link in [link for link, one in program.items() if keepers[one.pair] != name]:
            world.drop(name, link)
        for link in [link for link, pair in known[name].items() if keepers[pair] != name]:
            world.books.forget(name, link)


def _one_primary_of_each_type(world: World) -> None:
    """Let at most one link of each type be declared as the primary one, because two can't both be right."""
    claimed: set[tuple[str, str]] = set()
    for program in world.programs.values():
        for declared in program.values():
            for key, (here, there) in zip(("primary", "reverse_primary"), declared.both_ends, strict=True):
                if declared.options.get(key) and (here, world.network.kinds[there]) in claimed:
                    declared.options[key] = None
                elif declared.options.get(key):
                    claimed.add((here, world.network.kinds[there]))


def _nothing_is_renamed_without_an_alias(world: World, stack: str) -> None:
    """Add an alias for a pair that the program and the state have under different names, because it is the same link."""
    resources, program = world.stacks[stack].resources, world.programs[stack]
    for old, pair in world.books.pairs(stack).items():
        new = next((link for link, one in program.items() if one.pair == pair), old)
        if new == old or (old in program and program[old].pair == pair):
            continue
        if new in resources:
            world.books.forget(stack, old)
        else:
            resources[new] = resources.pop(old)


def _what_left_a_program_is_found_again(world: World, stack: str) -> None:
    """Declare a link again if it left the program while its applications moved: only the program knows their addresses."""
    resources, program = world.stacks[stack].resources, world.programs[stack]
    for link, pair in world.books.pairs(stack).items():
        one, declared = resources[link], program.get(link)
        source, target = (world.books.application(one.outputs, role) for role in ("source", "target"))
        same = declared is not None and (declared.source, declared.target) == (source, target)
        if same or not _is_at_an_old_address(world, one):
            continue
        name = link
        if declared is not None and declared.pair != pair:  # another link now has its name
            name = f"{link} as it was"
            resources[name] = resources.pop(link)
        world.declare(stack, name, source, target, two_way="target" in one.outputs["managed_ends"])
        # It comes first: a new link might need an address that this one has by mistake.
        for later in [later for later in program if later != name]:
            program[later] = program.pop(later)


def _what_is_gone_is_left(world: World, stack: str) -> None:
    """Drop a link to an application that no longer exists; a change of that policy alone is always stored."""
    for one in world.stacks[stack].resources.values():
        if _is_with_one_that_is_gone(world, one) and _is_at_an_old_address(world, one):
            one.outputs["on_unreachable_delete"] = "leave"


def _do_what_errors_ask_for(world: World, stack: str, link: str, declared: Declared) -> None:
    """Adopt existing links, and delete duplicates where an application refuses to change a link because of them."""
    books, network = world.books, world.network
    for here, there in declared.ends:
        end = (here, network[there].server_id)
        found = network[here].links.get(end[1])
        name = declared.options.get("target_name" if here == declared.source else "source_name")
        wanted = (name or network[there].name, network[there].url, network[there].url)
        if found is None or (found.name, found.display_url, found.rpc_url) != wanted:
            _delete_remains(world, here, there)
        if found is not None and end not in books.managed():
            assert end in books.unowned | books.cut_off, (
                f"{end} is known to no stack, and no one was notified"
            )
            world.change(stack, link, on_existing="adopt")


def _delete_remains(world: World, here: str, there: str) -> None:
    books = world.books
    there_id = world.network[there].server_id
    for end in [end for end in books.unowned | books.cut_off if end[0] == here and end[1] != there_id]:
        link = world.network[here].links.get(end[1])
        if link is not None and link.type_id == world.network.kinds[there]:
            world.network[here].links.remove(end[1])
            books.unwatch([end])
            books.unowned.discard(end)


def _knows_old_addresses(world: World, stack: str) -> bool:
    return any(_is_at_an_old_address(world, one) for one in world.stacks[stack].resources.values())


def _is_at_an_old_address(world: World, resource: Resource) -> bool:
    for role in ("source", "target"):
        if f"{role}.url" in resource.outputs["drift"]:
            return True  # an end that did not answer does not know the other one's address
        url = resource.outputs[role]["url"]
        if world.network[world.books.application(resource.outputs, role)].url != url:
            return True
    return False
