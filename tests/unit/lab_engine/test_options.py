"""Resource options and configuration: the same on every engine."""

from __future__ import annotations


def test_resource_options(trial):
    """Ignored changes are no changes, a retained resource is left, and a protected one stays."""
    trial.program("""
Thing("loose", ResourceOptions(retain_on_delete=True))
Thing("part", size={"deep": {"a": 1, "b": 2}})
Thing("safe", ResourceOptions(protect=True), first=True)
""")
    trial.run("up")
    trial.program("""
Thing("part", ResourceOptions(ignore_changes=["url", "size.deep.b"]), url="other", size={"deep": {"a": 1, "b": 3}})
Thing("safe", ResourceOptions(protect=True), first=True)
""")
    assert "- 1 deleted" in trial.run("up").output
    assert trial.changes == []
    assert "loose" not in trial.state()

    trial.program("Thing('safe', ResourceOptions(protect=True), first=True, kind='b')")
    refused = trial.run("preview", check=False)
    assert refused.returncode == 1
    assert "unable to replace resource" in refused.output
    trial.program("")
    refused = trial.run("up", check=False)
    assert refused.returncode == 1
    assert "cannot be deleted" in refused.output
    assert "protected" in refused.output
    assert "delete safe" not in trial.names
    assert "safe" in trial.state()


def test_an_alias_that_leads_nowhere(trial):
    """As each class that is derived from `ApplicationLink` has one."""
    trial.program("Thing('one', ResourceOptions(aliases=[Alias(name='none'), Alias(type_='a:b:C')]))")
    trial.run("up")
    trial.run("up", "--expect-no-changes")


def test_refresh_and_destroy_have_the_configuration_of_the_last_update(trial):
    """A rotated secret reaches the provider with the next update, or when the program is asked for."""
    trial.project.config_set("token", "old-token", secret=True)
    trial.program("Thing('one')")
    trial.run("up")
    trial.project.config_set("token", "new-token", secret=True)
    assert "new-token" not in (trial.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    trial.run("refresh")
    assert trial.calls[0] == ["configure", "old-token"]
    trial.run("preview", "--refresh")
    assert [one for one in trial.calls if one[0] == "configure"] == [
        ["configure", "old-token"],
        ["configure", "new-token"],
    ]
    assert trial.names == ["read one", "diff one", "check one", "diff one"]
    trial.run("destroy", "--run-program")
    assert trial.calls[0] == ["configure", "new-token"]
