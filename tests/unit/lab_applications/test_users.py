"""What a product's own resources say about a user, and what becomes of requests that run as one that can't be used."""

import pytest

from pulumi_applinks.lab.applications import User
from tests.unit.lab_applications.conftest import link_both_ways

V3 = "/rest/applinks/3.0"
PATHS = {
    "jira": "/rest/api/2/user?username={}",
    "confluence": "/rest/api/user?username={}",
    "stash": "/rest/api/1.0/users/{}",
}
NAMES = {"jira": "name", "confluence": "username", "stash": "name"}


@pytest.mark.parametrize("type_id", PATHS)
def test_a_user_is_looked_up_where_the_product_tells_of_users(lab, ask, type_id):
    """By an administrator; an unknown name is 404, and the public learns nothing."""
    application = lab.start(type_id)
    path = PATHS[type_id]

    assert ask(application, "GET", path.format("user"), "admin").json()[NAMES[type_id]] == "user"
    assert ask(application, "GET", path.format("ghost"), "admin").status_code == 404
    assert ask(application, "GET", path.format("user"), None).status_code == 401


@pytest.mark.parametrize("type_id", ["bamboo", "fecru", "refapp"])
def test_the_other_products_tell_nobody(lab, ask, type_id):
    """They have no public resource about users."""
    application = lab.start(type_id)

    assert {ask(application, "GET", path.format("user")).status_code for path in PATHS.values()} == {404}


def test_crowd_tells_applications_and_no_administrator(lab, ask):
    """Its resource takes the name and the password of an application that is registered there."""
    crowd = lab.start("crowd")
    crowd.crowd_applications["demo"] = "secret"
    path = "/rest/usermanagement/1/user?username={}"
    as_application = {"Authorization": "Basic ZGVtbzpzZWNyZXQ="}

    assert ask(crowd, "GET", path.format("user")).status_code == 401
    assert ask(crowd, "GET", path.format("user"), None, headers=as_application).json()["active"] is True
    assert ask(crowd, "GET", path.format("ghost"), None, headers=as_application).status_code == 404


def test_who_is_a_system_administrator(lab, ask):
    """Jira and Confluence report the groups, Bitbucket the permissions; each says who is inactive, Confluence when it is asked to."""
    jira, wiki, stash = lab.start("jira"), lab.start("confluence"), lab.start("stash")
    for application in (jira, wiki, stash):
        application.users.add(User("gone", "secret", active=False, groups=("writers",)))

    def of_jira(name):
        return ask(jira, "GET", PATHS["jira"].format(name) + "&expand=groups").json()

    def of_wiki(name):
        found = ask(wiki, "GET", f"/rest/api/user/memberof?username={name}").json()
        return [one["name"] for one in found["results"]]

    assert [one["name"] for one in of_jira("sysadmin")["groups"]["items"]] == [
        "jira-software-users",
        "jira-administrators",
    ]
    assert ask(jira, "GET", PATHS["jira"].format("sysadmin")).json()["groups"] == {"size": 2, "items": []}
    assert (of_jira("user")["active"], of_jira("gone")["active"]) == (True, False)
    assert "confluence-administrators" in of_wiki("sysadmin")
    assert "confluence-administrators" not in of_wiki("admin")
    assert of_wiki("gone") == ["writers"]
    assert "status" not in ask(wiki, "GET", PATHS["confluence"].format("gone")).json()
    of_status = PATHS["confluence"] + "&expand=status"
    told = [ask(wiki, "GET", of_status.format(name)).json()["status"] for name in ("user", "gone")]
    assert told == ["current", "deactivated"]
    stash.users.add(User("nested", "secret", groups=("ops",)))
    stash.users.add(User("gone-too", "secret", "sysadmin", active=False))

    def granted(permission, part=""):
        path = f"/rest/api/1.0/users?filter={part}&permission={permission}"
        return [one["name"] for one in ask(stash, "GET", path).json()["values"]]

    assert (granted("SYS_ADMIN"), granted("ADMIN", "ADMIN")) == (["sysadmin"], ["sysadmin", "admin"])
    stash.users.within["ops"] = "root"
    assert granted("SYS_ADMIN") == ["sysadmin"]
    stash.users.within["root"] = "stash-system-administrators"
    assert granted("SYS_ADMIN", "nest") == ["nested"]
    first = ask(stash, "GET", "/rest/api/1.0/users?limit=1").json()
    assert (first["size"], first["isLastPage"], first["nextPageStart"]) == (1, False, 1)
    assert ask(stash, "GET", PATHS["stash"].format("gone")).json()["active"] is False


@pytest.mark.parametrize("name", ["ghost", "gone", "locked"])
def test_a_request_that_runs_as_nobody_usable_is_refused(lab, ask, name):
    """401 without a body and with a challenge; the caller's status takes that for an unsupported level, and does not name the user."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    wiki.users.add(User("gone", "secret", active=False))
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    consumer.execute_as = name
    found = ask(jira, "GET", f"{V3}/status/{wiki.server_id}").json()

    assert found["working"] is False
    assert found["error"] == {"category": "DEPRECATED", "type": "AUTH_LEVEL_UNSUPPORTED", "details": None}
    assert (wiki.requests.all()[-1].status, wiki.requests.all()[-1].login) == (401, "signed")
