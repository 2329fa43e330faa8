"""Resource options and configuration: the same on every engine."""

from __future__ import annotations


def test_resource_options(trial):
    """Aliases keep a renamed resource and its children, ignored changes are no changes, a retained one is let go, a protected one stays."""
    trial.program("""
class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Box", name, {}, opts)
        Thing("inner", ResourceOptions(parent=self))
Box("box")
Thing("named")
Thing("loose", ResourceOptions(retain_on_delete=True))
Thing("safe", ResourceOptions(protect=True, custom_timeouts=pulumi.CustomTimeouts(create="1m30s")))
Thing("part", size={"deep": [1, 2]})
""")
    trial.run("up")
    assert trial.state()["safe"]["customTimeouts"] == {"create": 90}

    trial.program("""
class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Box", name, {}, opts)
        Thing("inner", ResourceOptions(parent=self))
Box("crate", ResourceOptions(aliases=[Alias(name="box")]))
Thing("named", ResourceOptions(aliases=[Alias(parent=pulumi.ROOT_STACK_RESOURCE)]), url="one")
Thing("part", ResourceOptions(ignore_changes=["url", "size.deep[1]"]), url="other", size={"deep": [1, 3]})
Thing("safe", ResourceOptions(protect=True))
""")
    up = trial.run("up")
    assert "- 1 deleted" in up.output
    assert not [name for name in trial.names if name.split()[0] in ("create", "update", "delete")]
    state = trial.state()
    assert "loose" not in state
    assert state["inner"]["parent"] == state["crate"]["urn"]

    trial.program("")
    refused = trial.run("up", check=False)
    assert refused.returncode == 1
    assert "cannot be deleted" in refused.output
    assert "protected" in refused.output
    assert "delete safe" not in trial.names
    assert "safe" in trial.state()


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
