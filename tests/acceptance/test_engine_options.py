"""What Pulumi users expect of any resource: outputs as inputs, and the engine's options."""

from pulumi_applinks.lab.applications import Lab
from tests.acceptance.harness import Story, link, plans, says, working


def test_what_another_resource_makes_is_an_input(pair: Story, jira, wiki):
    """A URL and a secret that are not known in a preview: it passes, and `up` makes the link; the secret is not shown."""
    (pair.project.directory / "made.py").write_text(
        "from pulumi.dynamic import CreateResult, Resource, ResourceProvider\n"
        "class Provider(ResourceProvider):\n"
        "    def create(self, props):\n"
        '        return CreateResult("made", {**props, "made_url": props["url"], "made_password": props["password"]})\n'
        "class Site(Resource):\n"
        "    def __init__(self, name, url, password, opts=None):\n"
        '        props = {"url": url, "password": password, "made_url": None, "made_password": None}\n'
        "        super().__init__(Provider(), name, props, opts)\n",
        encoding="utf-8",
    )
    admin = wiki.users["sysadmin"]
    pair.program(
        f"""
        import os
        from made import Site

        site = Site("site", "{wiki.url}", pulumi.Output.secret(os.environ["WIKI_PASSWORD"]),
            opts=ResourceOptions(additional_secret_outputs=["made_password"]))
        link = ApplicationLink(
            "jira-wiki",
            source=Application("{jira.url}", credentials="jira"),
            target=Application(site.made_url, credentials=Credentials("{admin.name}", site.made_password)),
        )
        pulumi.export("status", link.status)
        """
    )
    pair.environment["WIKI_PASSWORD"] = admin.password
    plans(pair.preview(), create=3)
    pair.up()
    assert working(jira, wiki)
    assert pair.outputs()["status"] == "working"
    pair.finish()
    assert all(admin.password not in run.output for run in pair.runs)


def test_protect_retain_ignore_and_order(pair: Story, lab: Lab, jira, wiki):
    """`protect` keeps a link from destroy, `ignore_changes` keeps an old name, `retain_on_delete` leaves the link."""
    stash = lab.start("stash")
    pair.watch(stash)
    pair.credentials("stash", stash)
    after = "opts=ResourceOptions(depends_on=[first])"
    second = link(jira, stash, after, name="jira-stash", credentials=("jira", "stash"))

    def declare(name: str, options: str) -> None:
        first = link(jira, wiki, f"opts=ResourceOptions({options})", target_more=f'name="{name}"')
        pair.program(f"first = {first}{second}")

    declare("Docs", "protect=True")
    pair.up()
    puts = [one.path for one in jira.requests.all("client") if one.method == "PUT" and one.status == 201]
    made = [
        path.rpartition("/")[2]
        for path in puts
        if "/1.0/applicationlink/" in path and "authentication" not in path
    ]
    assert made == [wiki.server_id, stash.server_id]

    told = pair.destroy(check=False)
    assert told.returncode != 0
    says(told, "protect")
    assert wiki.server_id in jira.links

    declare("Renamed", 'ignore_changes=["target"]')
    pair.up()
    assert jira.links[wiki.server_id].name == "Docs"
    declare("Renamed", "retain_on_delete=True")
    pair.up()
    assert jira.links[wiki.server_id].name == "Renamed"
    pair.gives_up(jira, wiki.server_id)
    pair.destroy()
    assert stash.server_id not in jira.links
    assert wiki.server_id in jira.links
    for here, there in ((jira, wiki), (wiki, jira)):
        here.links.remove(there.server_id)
    pair.is_gone()
