"""Ways of working that only the real CLI has: hooks, plans, JSON, drift runs, the Automation API, components, toolchains, policies."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from pulumi import automation

from pulumi_applinks.lab.applications import Fault
from tests.acceptance.harness import PRELUDE, Story, link, plans, says, working
from tests.engines import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.real_cli(
    "hooks, plans, previews as JSON, the Automation API, toolchains and policies"
)


def test_a_hook_runs_after_a_link_was_made(pair: Story, jira, wiki):
    """And sees its outputs: what announces a new link."""
    hook = (
        "def announce(args):\n"
        "    print(f\"ANNOUNCED {args.new_outputs['status']} {args.new_outputs['link_id']}\")\n\n"
        "announced = pulumi.ResourceHook('announce', announce)\n"
    )
    binding = "opts=ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[announced]))"
    pair.program(hook + link(jira, wiki, binding))
    says(pair.up(), f"ANNOUNCED working {wiki.server_id}")
    pair.finish()


def test_a_hook_tries_again(pair: Story, jira, wiki):
    """While an application is starting: a create that failed changed nothing, so it is simply done again."""
    wiki.faults.add(Fault("GET", "*/manifest", status=503, times=1, origin="client"))
    hook = (
        "def again(args):\n"
        "    print('TRIED AGAIN')\n"
        "    return len(args.errors) < 3\n\n"
        "on_error = pulumi.ErrorHook('again', again)\n"
    )
    binding = "opts=ResourceOptions(hooks=pulumi.ResourceHookBinding(on_error=[on_error]))"
    pair.program(hook + link(jira, wiki, binding))
    wiki.faults.add(Fault("PUT", "*/oauth", status=500, times=1, origin="client"))
    says(pair.up(), "TRIED AGAIN")
    assert working(jira, wiki)
    pair.finish()


def test_a_plan_is_saved_and_carried_out(pair: Story, jira, wiki):
    """Made in a review, applied later; what is not in it is refused."""
    plan = str(pair.project.directory / "plan.json")
    pair.declare(jira, wiki)
    pair.preview("--save-plan", plan)
    assert wiki.server_id not in jira.links
    plans(pair.up("--plan", plan), create=2)
    assert working(jira, wiki)
    pair.preview("--save-plan", plan)
    pair.declare(jira, wiki, "primary=True")
    assert pair.up("--plan", plan, check=False).returncode != 0
    pair.declare(jira, wiki)
    pair.finish()


def test_a_drift_run(pair: Story, jira, wiki):
    """It ends non-zero, names what drifted, and changes nothing: neither the state nor an application."""
    pair.declare(jira, wiki)
    pair.up()
    pair.refresh("--preview-only", "--expect-no-changes")
    jira.links[wiki.server_id].name = "By hand"
    state = pair.resources()
    told = pair.refresh("--preview-only", "--expect-no-changes", "--diff", check=False)
    assert told.returncode != 0
    says(told, "By hand")
    assert pair.resources() == state
    assert jira.links[wiki.server_id].name == "By hand"
    pair.refresh()
    pair.up()
    pair.finish()


@pytest.mark.passphrase
def test_the_automation_api(pair: Story, jira, wiki):
    """A program drives the engine; outputs, previews and a failure's code come back."""
    pair.declare(jira, wiki)
    environment = {
        **pair.environment,
        **pair.project.engine.variables(Path(pair.project.home).resolve()),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
    }
    workspace = automation.LocalWorkspace(work_dir=str(pair.project.directory), env_vars=environment)
    stack = automation.Stack.select("dev", workspace)
    done = stack.up(on_output=lambda _: None)
    assert done.summary.result == "succeeded"
    assert working(jira, wiki)
    assert stack.up().summary.resource_changes == {"same": 2}
    wiki.stop()
    pair.declare(jira, wiki, "primary=True")
    with pytest.raises(automation.errors.CommandError, match=r"applinks/connection-refused"):
        stack.up()
    wiki.start()
    pair.declare(jira, wiki)
    pair.finish()


def test_a_component(pair: Story, jira, wiki):
    """A link below a component is made, changed and deleted as any other."""
    component = (
        "class Estate(pulumi.ComponentResource):\n"
        "    def __init__(self, name):\n"
        "        super().__init__('estate:index:Estate', name)\n"
        "        self.link = ApplicationLink(\n"
        f"            'jira-wiki', Application('{jira.url}', credentials='jira'),\n"
        f"            Application('{wiki.url}', credentials='wiki'), opts=ResourceOptions(parent=self))\n"
        "        self.register_outputs({'status': self.link.status})\n\n"
        "pulumi.export('status', Estate('estate').link.status)\n"
    )
    Path(pair.project.directory, "__main__.py").write_text(PRELUDE + component, encoding="utf-8")
    pair.up()
    assert pair.project.outputs() == {"status": "working"}
    assert "estate:index:Estate$" in str(pair.resources()[0]["urn"])
    pair.finish()


@pytest.mark.parametrize(
    "toolchain",
    [
        "pip",
        pytest.param(
            "uv", marks=pytest.mark.skipif(shutil.which("uv") is None, reason="`uv` is not on PATH")
        ),
    ],
)
def test_a_projects_toolchain(pair: Story, jira, wiki, toolchain):
    """The program and the plugin run in the virtual environment that the project names."""
    settings = pair.project.directory / "Pulumi.yaml"
    kept = yaml.safe_load(settings.read_text(encoding="utf-8"))
    runtime = {"name": "python", "options": {"toolchain": toolchain, "virtualenv": sys.prefix}}
    settings.write_text(yaml.safe_dump({**kept, "runtime": runtime}), encoding="utf-8")
    if toolchain == "uv":
        (pair.project.directory / "pyproject.toml").write_text(
            '[project]\nname = "story"\nversion = "1"\nrequires-python = ">=3.10"\n', encoding="utf-8"
        )
    pair.declare(jira, wiki)
    pair.up()
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.parametrize(
    "named", ["", ', module="company", name="Link"'], ids=["ours", "of-a-type-of-its-own"]
)
def test_the_policy_pack(pair: Story, jira, wiki, named: str):
    """Each rule of the example stops a link that breaks it, before anything is made; also one of a class with another type."""
    pack = ("--policy-pack", str(ROOT / "examples" / "policy_pack"))
    company = f"class CompanyLink(ApplicationLink{named}):\n    pass\n"
    breaking = link(jira, wiki, "authentication=Impersonating()")
    pair.program(company + breaking.replace("ApplicationLink(", "CompanyLink("))
    told = pair.preview(*pack, check=False)
    assert told.returncode != 0
    says(told, "https-only", f"{jira.url} is not https", "impersonation-takes-shared-users")
    pair.declare(jira, wiki)
    says(pair.up(*pack, check=False), "no-anonymous-oauth", "requests are answered anonymously")
    assert wiki.server_id not in jira.links
    pair.destroy()
    pair.is_gone()
