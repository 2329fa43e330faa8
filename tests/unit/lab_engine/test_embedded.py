"""What only the embedded engine has to say."""

from __future__ import annotations

import json
import shutil

import pytest

from pulumi_applinks.lab.engine import EngineError, RunFailedError, find_engine
from pulumi_applinks.lab.engine.cli import main
from pulumi_applinks.lab.engine.diffs import brief, lines
from pulumi_applinks.lab.engine.errors import INSTALL
from pulumi_applinks.lab.engine.goals import keep_ignored, seconds
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.values import Secret, from_json, mark_secrets, to_json


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("pulumi.StackReference('a/b/c')", "the StackReference 'a/b/c'"),
        ("pulumi.CustomResource('random:index:Id', 'x', {})", "random:index:Id 'x'"),
        ("pulumi.runtime.invoke('random:index:f', {})", "the function random:index:f"),
    ],
)
def test_what_only_the_real_one_does_is_said(embedded, program, what):
    """One sentence names what is not supported and who does it."""
    embedded.program(program)
    with pytest.raises(RunFailedError) as caught:
        embedded.run("preview")
    result = caught.value.result
    assert result.returncode == 1
    assert result.stdout.startswith(embedded.project.engine.first_line)
    assert f"{what}" in result.output
    assert "is not supported by the embedded engine" in result.output
    assert INSTALL in result.output
    assert "Traceback" not in result.output


def test_the_command_line(tmp_path, monkeypatch, capsys):
    """Wrong flags, a missing --yes, a second stack of the name, a wrong passphrase and another runtime are errors that help."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "right")
    (tmp_path / "Pulumi.yaml").write_text("name: trial\nruntime: python\n", encoding="utf-8")
    assert run("preview")[0] == 1
    assert run("stack", "init", "dev")[0] == 0
    assert "already exists" in run("stack", "init", "dev")[1]
    code, output = run("up", "--exclude", "x")
    assert (code, INSTALL in output) == (1, True)
    code, output = run("up")
    assert (code, "--yes" in output) == (2, True)
    run("config", "set", "--secret", "token", "x")
    run("config", "set", "--path", "list[0].key", "v")
    assert run("config", "get", "list") == (0, '[{"key":"v"}]\n')
    for path in ("list[0].key", "list[7].gone", "nothing.there"):
        assert run("config", "rm", "--path", path)[0] == 0
    assert run("config", "get", "list") == (0, "[{}]\n")
    assert run("config", "rm", "list")[0] == 0
    assert run("config", "get", "list")[0] == 1
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    code, output = run("config", "get", "token")
    assert (code, "incorrect passphrase" in output) == (1, True)
    (tmp_path / "Pulumi.yaml").write_text("name: trial\nruntime: nodejs\n", encoding="utf-8")
    assert "'nodejs'" in run("preview")[1]


def test_find_engine(monkeypatch):
    """Without `pulumi` on PATH, asking for it is an error that says where to get it."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert find_engine().name == find_engine("embedded").name == "embedded"
    with pytest.raises(EngineError, match=INSTALL):
        find_engine("pulumi")


def test_secrets_as_the_real_engine_has_them():
    """A text that the real CLI encrypted is opened with its passphrase, and one that was read is written back as it was."""
    crypter = Crypter("x", "v1:q9SdJ7Bf12Y=:v1:pBWdQYQhxPt5mcdg:/G1zn2aBpiDUzp4gek5iQWb9d6Mo7g==")
    stored = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "ciphertext": "v1:J+583uaqQ7hqER1M:jg5MiSuWfZNzBs8d+dDNj0ROJ8UFFn/LTw==",
    }
    opened = from_json(stored, crypter.unseal)
    assert opened == Secret("hunter2")
    assert "hunter2" not in repr(opened)
    assert to_json(opened, crypter.seal) == stored
    assert to_json(Secret("other"), crypter.seal) != stored


def test_marks_come_back():
    """An output is secret where the input of its name was; a list as a whole."""
    inputs = {"a": Secret(1), "o": {"in": Secret(2), "out": 3}, "l": [Secret(4)], "p": 5}
    outputs = {"a": 1, "o": {"in": 2, "out": 3}, "l": [4], "p": 5}
    expected = {"a": Secret(1), "o": {"in": Secret(2), "out": 3}, "l": Secret([4]), "p": 5}
    assert mark_secrets(outputs, inputs) == expected


def test_differences_are_shown():
    """What changed has a sign, secrets have no value, and the provider itself is not shown."""
    olds = {"__provider": "x", "gone": 1, "list": [1, {"k": "v"}], "pass": Secret("a"), "same": True}
    news = {"__provider": "y", "list": [1, {"k": "w"}], "new": None, "pass": Secret("b"), "same": True}
    assert brief(olds, news) == "[diff: +new-gone~list,pass]"
    text = "\n".join(lines(olds, news, "        "))
    assert '~ k: "v" => "w"' in text
    assert "~ pass: [secret] => [secret]" in text
    assert "provider" not in text


def test_small_readings():
    """Ignored paths keep the old value, and durations are seconds."""
    assert keep_ignored({"a": {"b": [1, 2]}, "new": 1}, {"a": {"b": [1, 9]}}, ["a.b[1]", "new"]) == {
        "a": {"b": [1, 9]}
    }
    assert seconds("1h1m1.5s") == 3661.5
    with pytest.raises(EngineError, match="duration"):
        seconds("soon")


def test_a_state_of_somewhere_else_is_refused(embedded):
    """An import for another project changes nothing."""
    foreign = embedded.project.export()
    foreign["deployment"]["resources"] = [
        {"urn": "urn:pulumi:dev::other::a:b:C::c", "type": "a:b:C", "custom": False}
    ]
    refused = embedded.project.import_(foreign, check=False)
    assert refused.returncode == 1
    assert "belongs to another project" in refused.output
    assert json.dumps(embedded.project.export()).find("other") == -1
