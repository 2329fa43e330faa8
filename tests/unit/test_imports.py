"""What a program imports: the product and its libraries, nothing of the lab and nothing of its libraries."""

import importlib.metadata
import json
import os
import subprocess
import sys

import pytest

import pulumi_applinks

OF_THE_LAB = {"werkzeug", "oauthlib", "cryptography", "hypothesis", "jwt"}
OF_THE_MAP = {"pygraphviz", "jinja2"}
OF_THE_COMMAND = {"typer", "rich", "click", *OF_THE_MAP}
OF_A_PROGRAM = {
    "pulumi_applinks",
    "pulumi_applinks.codes",
    "pulumi_applinks.inputs",
    "pulumi_applinks.names",
    "pulumi_applinks.outputs",
    "pulumi_applinks.provider",
    "pulumi_applinks.resources",
}
TELL = "import json, sys; print(json.dumps(sorted(sys.modules)))"
DECLARES_A_LINK = """
import pulumi
from pulumi_applinks import Application, ApplicationLink

class Mocks(pulumi.runtime.Mocks):
    def call(self, args):
        return {}

    def new_resource(self, args):
        assert args.typ == "pulumi-python:dynamic/applinks:ApplicationLink"
        seen = {"id": "a", "name": "Wiki", "duplicates": []}
        given = {"source_link": seen, "drift": {"target.name": {"declared": "Docs"}}, "legacy": {}, "managed_ends": ["source"]}
        return "id", {**args.inputs, **given, "status": "working"}

pulumi.runtime.set_mocks(Mocks())

@pulumi.runtime.test
def program():
    jira, wiki = Application("https://jira.example.com"), Application("https://wiki.example.com")
    link = ApplicationLink("link", jira, wiki)
    given = pulumi.Output.all(link.source_link["name"], link.drift, link.legacy, link.managed_ends, link.status)
    return given.apply(check)

def check(given):
    assert given == ["Wiki", {"target.name": {"declared": "Docs"}}, {}, ["source"], "working"], given

program()
"""
EACH_NAME_FIRST = """
import json, sys
import pulumi.dynamic
import pulumi_applinks

names, imported = pulumi_applinks.__all__, {}
for name in names:
    imported[name] = []
    for way in (f"import pulumi_applinks; pulumi_applinks.{name}", f"from pulumi_applinks import {name}"):
        for module in [one for one in sys.modules if one.startswith("pulumi_applinks")]:
            del sys.modules[module]
        exec(way)
        imported[name].append(sorted(one for one in sys.modules if one.startswith("pulumi_applinks")))
print(json.dumps(imported))
"""
CALLS_AT_ONCE = """
import json, sys, threading
from concurrent.futures import ThreadPoolExecutor
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider

sys.setswitchinterval(1e-6)
assert "pulumi_applinks.hooks" not in sys.modules
provider, together = ApplicationLinkProvider(), threading.Barrier(4)
ends = {role: {"url": f"https://{role}.invalid", "credentials": role} for role in ("source", "target")}
link = {**ends, "authentication": {way: {"level": "none"} for way in ("outgoing", "incoming")}, "two_way": True}

def check():
    together.wait()
    return [failure.property for failure in provider.check({}, {**link, "two_way": "perhaps"}).failures]

def diff():
    together.wait()
    return provider.diff("id", link, link).changes

def delete():
    together.wait()
    try:
        provider.delete("one/two", {**link, "managed_ends": ["source"]})
    except ApplicationLinkError as error:
        return str(error)

with ThreadPoolExecutor(4) as pool:
    print(json.dumps([done.result() for done in [pool.submit(hook) for hook in (check, diff, delete, check)]]))
"""


def modules_after(code: str) -> set[str]:
    """What a fresh interpreter has imported after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{TELL}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "code",
    [
        "import pulumi_applinks; pulumi_applinks.ApplicationLink",
        "import pulumi_applinks; [getattr(pulumi_applinks, name) for name in pulumi_applinks.__all__]",
        "import pulumi_applinks.provider, pulumi_applinks.hooks",
    ],
)
def test_a_program_imports_nothing_of_the_lab_and_the_command(code):
    """Neither does the provider's process; both start without werkzeug, oauthlib and cryptography, and without typer and rich."""
    found = modules_after(code)

    assert {
        name
        for name in found
        if name.startswith(("pulumi_applinks.lab", "pulumi_applinks.command", "pulumi_applinks.estate"))
    } == set()
    assert {name.partition(".")[0] for name in found} & (OF_THE_LAB | OF_THE_COMMAND) == set()


def test_the_command_lays_out_no_map_before_it_draws_one():
    """Every other command starts without the libraries that only a map needs."""
    found = modules_after("import pulumi_applinks.command.app")

    assert {name.partition(".")[0] for name in found} & OF_THE_MAP == set()


@pytest.mark.parametrize(
    "code",
    [
        "import pulumi_applinks; [getattr(pulumi_applinks, name) for name in pulumi_applinks.__all__]",
        DECLARES_A_LINK,
    ],
)
def test_a_program_imports_what_it_declares_with(code):
    """Not what asks applications, nor any library but Pulumi: only the provider's process needs those."""
    found = modules_after(code)
    others = found - modules_after("import pulumi.dynamic")

    assert {name for name in found if name.startswith("pulumi_applinks")} <= OF_A_PROGRAM
    assert "pulumi_applinks.resources" in found
    assert {name.partition(".")[0] for name in others} - sys.stdlib_module_names == {"pulumi_applinks"}


def test_the_command_starts_without_what_it_may_not_need():
    """Neither Pulumi, which takes longest, nor the lab: each is imported by the command that needs it."""
    found = modules_after("import pulumi_applinks.command.app")

    assert "pulumi_applinks.command.status" in found
    assert {name.partition(".")[0] for name in found} & ({"pulumi", "grpc"} | OF_THE_LAB) == set()
    of_the_lab = {name for name in found if name.startswith("pulumi_applinks.lab")}
    assert of_the_lab <= {"pulumi_applinks.lab", "pulumi_applinks.lab.troubles"}


def test_the_first_calls_come_at_once():
    """Four threads of the provider's process call hooks before anything is imported: each is answered."""
    environment = {key: text for key, text in os.environ.items() if not key.startswith("APPLINKS_")}
    done = subprocess.run(
        [sys.executable, "-c", CALLS_AT_ONCE],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )

    assert done.stderr == ""
    malformed, unchanged, refused, again = json.loads(done.stdout)
    assert malformed == again == ["two_way"]
    assert unchanged is False
    assert "the link two on source (https://source.invalid) was not deleted" in refused


def test_the_package_alone_imports_nothing_else():
    """What lives in it besides the product starts without the product."""
    found = modules_after("import pulumi_applinks")

    assert {name for name in found if name.startswith("pulumi_applinks")} == {"pulumi_applinks"}
    assert "pulumi" not in found


def test_every_public_name_can_be_had():
    """By itself, whichever is asked for first, and in both ways."""
    done = subprocess.run([sys.executable, "-c", EACH_NAME_FIRST], capture_output=True, text=True, check=True)
    imported = json.loads(done.stdout)

    assert imported.keys() == set(pulumi_applinks.__all__)
    for name, (as_attribute, from_package) in imported.items():
        assert set(as_attribute) <= set(from_package), name


def test_the_version_is_that_of_the_distribution():
    """What `pip` shows."""
    assert pulumi_applinks.__version__ == importlib.metadata.version("pulumi-applinks")
