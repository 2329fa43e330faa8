"""What the embedded engine does not play is refused in one sentence; and its command line."""

from __future__ import annotations

import shutil

import pytest

from pulumi_applinks.lab.engine import EngineError, find_engine
from pulumi_applinks.lab.engine.cli import main
from pulumi_applinks.lab.engine.errors import INSTALL


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("pulumi.StackReference('a/b/c')", "looking up pulumi:pulumi:StackReference 'a/b/c'"),
        ("pulumi.CustomResource('random:index:Id', 'x', {})", "random:index:Id 'x'"),
        ("pulumi.runtime.invoke('random:index:f', {})", "the function random:index:f"),
        ("pulumi.runtime.register_stack_transform(lambda args: None)", "a resource transform"),
        ("Thing('one', ResourceOptions(id='x'))", "looking up pulumi-python:dynamic/things:Thing 'one'"),
        ("Thing('one', ResourceOptions(aliases=[Alias(name='old')]))", "renaming"),
        ("Thing('one', ResourceOptions(import_='x'))", "the option 'import_id' of"),
        ("Thing('one', ResourceOptions(ignore_changes=['a[0]']))", "the path 'a[0]' under 'ignore_changes'"),
        ("Thing('one', ResourceOptions(replace_on_changes=['url']))", "the option 'replace_on_changes' of"),
        (
            "Thing('one', ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create='1m')))",
            "the option 'custom_timeouts' of",
        ),
        ("Thing('one', ResourceOptions(deleted_with=Thing('other')))", "the option 'deleted_with' of"),
        ("Thing('old', kind='b')", "replacing pulumi-python:dynamic/things:Thing 'old' without"),
    ],
)
def test_what_a_program_asks_for(embedded, program, what):
    """Nothing is done, and the sentence names who does it."""
    embedded.program("Thing('old')")
    embedded.run("up")
    embedded.program(program)
    refused = embedded.run("up", check=False)
    assert refused.returncode == 1
    told = " ".join(refused.output.split())
    assert f"error: {what}" in told
    assert (
        f"is not supported by the embedded engine of the pulumi-applinks lab; the real Pulumi CLI does it: {INSTALL}"
        in told
    )
    assert told.count("is not supported") == 1
    assert "Traceback" not in told
    assert "delete old" not in embedded.names


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a project's folder; gives its exit code and what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "right")
    (tmp_path / "Pulumi.yaml").write_text("name: trial\nruntime: python\n", encoding="utf-8")

    def run(words: str) -> tuple[int, str]:
        code = main(words.split())
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


@pytest.mark.parametrize(
    "words",
    [
        "import --file x",
        "state delete urn",
        "stack import",
        "stack history",
        "cancel",
        "up --target x",
        "up --exclude x",
        "up --replace x",
        "up --plan x",
        "up --continue-on-error",
        "up --exp",
        "preview --json",
        "refresh --clear-pending-creates",
        "destroy --remove",
    ],
)
def test_a_command_line(run, words):
    """An unknown verb or flag; no flag is guessed from its beginning."""
    code, output = run(words)
    assert (code, INSTALL in output, output.count("\n")) == (1, True, 1)


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ("runtime: nodejs", "the runtime 'nodejs'"),
        ("runtime: python\nplugins: {}", "'plugins' in Pulumi.yaml"),
        ("runtime: python\noptions:\n  refresh: always", "'options' in Pulumi.yaml"),
        ("runtime:\n  name: python\n  options:\n    typechecker: mypy", "'typechecker' under 'options'"),
    ],
)
def test_a_project(run, tmp_path, settings, what):
    """A key that it does not know."""
    (tmp_path / "Pulumi.yaml").write_text(f"name: trial\n{settings}\n", encoding="utf-8")
    code, output = run("preview --stack dev")
    assert (code, what in output) == (1, True)


def test_a_stack_of_the_cli(run, tmp_path):
    """Of which the secrets or the configuration are kept elsewhere."""
    for setting, what in (
        ("secretsprovider: hashivault://x", "the secrets provider 'hashivault://x'"),
        ("environment: [x]", "'environment' in Pulumi.dev.yaml"),
    ):
        (tmp_path / "Pulumi.dev.yaml").write_text(f"{setting}\n", encoding="utf-8")
        code, output = run("preview --stack dev")
        assert (code, what in output) == (1, True)


def test_stacks(run):
    """Made, chosen, listed and removed; the one that was made last is chosen."""
    assert "no stack is selected" in run("preview")[1]
    assert run("stack init dev")[0] == 0
    assert "already exists" in run("stack init dev")[1]
    assert run("stack init --stack other")[0] == 0
    assert run("stack ls") == (0, "dev\nother*\n")
    assert run("stack select dev") == (0, "")
    for words in ("stack select none", "preview --stack none", "up --stack none --yes --skip-preview"):
        assert "no stack named 'none' found" in run(words)[1]
    assert run("stack ls") == (0, "dev*\nother\n")
    code, output = run("up")
    assert (code, "--yes" in output) == (2, True)
    assert run("stack rm other")[0] == 2
    assert run("stack rm other --yes")[0] == 0
    assert run("stack ls") == (0, "dev*\n")


def test_configuration(run, monkeypatch):
    """Values, paths and secrets."""
    run("config set --secret token x")
    assert run("config set --secret --stack dev token x")[0] == 0
    assert run("config set --stack dev --path list[0].key v")[0] == 0
    assert run("config set --stack dev --path list[5] v")[0] == 1
    assert run("config get --stack dev list") == (0, '[{"key":"v"}]\n')
    for path in ("list[0].key", "list[7].gone", "nothing.there"):
        assert run(f"config rm --stack dev --path {path}")[0] == 0
    assert run("config get --stack dev list") == (0, "[{}]\n")
    assert run("config rm --stack dev list")[0] == 0
    assert run("config get --stack dev list")[0] == 1
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    code, output = run("config get --stack dev token")
    assert (code, "incorrect passphrase" in output) == (1, True)


def test_find_engine(monkeypatch):
    """Without `pulumi` on PATH, asking for it is an error that says where to get it."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert find_engine().name == find_engine("embedded").name == "embedded"
    with pytest.raises(EngineError, match=INSTALL):
        find_engine("pulumi")
