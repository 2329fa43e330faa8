"""An application as two nodes behind a balancer: what a node that lags answers, and when it follows."""

from pulumi_applinks.lab.applications import BALANCER_COOKIE
from tests.unit.lab_applications.conftest import link_both_ways

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"


def body_of(other, name="Docs"):
    """A link to another application."""
    return {
        "id": other.server_id,
        "typeId": other.type_id,
        "name": name,
        "displayUrl": other.url,
        "rpcUrl": other.url,
    }


def names(ask, application, **more):
    """What an application's list shows."""
    return [one["name"] for one in ask(application, "GET", f"{V3}/applinks", **more).json()]


def test_a_node_that_lags_says_that_there_is_nothing(lab, ask):
    """Without affinity the nodes take turns: what one made, the other one does not find, until it catches up."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    cluster = jira.play_cluster(affinity=False)
    made = ask(jira, "PUT", f"{V1}/applicationlink/{wiki.server_id}", json=body_of(wiki))

    assert made.status_code == 201
    assert not made.cookies.get(BALANCER_COOKIE)
    assert ask(jira, "DELETE", f"{V1}/applicationlink/{wiki.server_id}").status_code == 404
    assert [names(ask, jira) for _ in range(4)] == [["Docs"], [], ["Docs"], []]
    assert [one.node for one in jira.requests.all()] == [0, 1, 0, 1, 0, 1]
    cluster.catch_up()
    assert [names(ask, jira) for _ in range(2)] == [["Docs"], ["Docs"]]
    assert len(jira.links) == 1


def test_a_node_follows_after_as_many_requests_of_its_own(lab, ask):
    """A rename, and a deletion: each is noticed late."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki, name="Docs")
    jira.play_cluster(affinity=False, lag=1)
    renamed = {"name": "Wiki", "displayUrl": wiki.url, "rpcUrl": wiki.url}

    assert ask(jira, "PUT", f"{V3}/applinks/{wiki.server_id}", json=renamed).status_code == 200
    assert [names(ask, jira)[0] for _ in range(4)] == ["Docs", "Wiki", "Wiki", "Wiki"]
    assert ask(jira, "DELETE", f"{V1}/applicationlink/{wiki.server_id}").status_code == 200
    assert [len(names(ask, jira)) for _ in range(4)] == [1, 0, 0, 0]


def test_the_balancers_cookie_keeps_a_client_on_one_node(lab, ask):
    """There it finds what it did; who comes without it may come to the other one."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.play_cluster()
    made = ask(jira, "PUT", f"{V1}/applicationlink/{wiki.server_id}", json=body_of(wiki))
    cookie = {BALANCER_COOKIE: made.cookies[BALANCER_COOKIE]}

    assert [names(ask, jira, cookies=cookie) for _ in range(3)] == [["Docs"]] * 3
    assert names(ask, jira) == []


def test_a_node_that_does_not_know_of_a_link_loses_no_other(lab, ask):
    """What it writes itself is known everywhere; what it has not noticed comes later."""
    jira, wiki, bamboo = lab.start("jira"), lab.start("confluence"), lab.start("bamboo")
    cluster = jira.play_cluster(affinity=False)
    for other in (wiki, bamboo):
        ask(jira, "PUT", f"{V1}/applicationlink/{other.server_id}", json=body_of(other, other.name))
    assert [names(ask, jira) for _ in range(2)] == [["Confluence"], ["Bamboo"]]
    cluster.catch_up()

    assert sorted(names(ask, jira)) == sorted(names(ask, jira)) == ["Bamboo", "Confluence"]


def test_two_nodes_that_change_different_things_of_one_link_lose_neither(lab, ask):
    """One sets the levels, and the other one, which has not noticed, renames it."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki, name="Docs")
    cluster = jira.play_cluster(affinity=False)
    flags = {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False}
    none = dict.fromkeys(flags, False)
    path = f"{V3}/status/{wiki.server_id}/oauth"
    assert ask(jira, "PUT", path, json={"incoming": none, "outgoing": flags}).status_code == 204
    renamed = {"name": "Wiki", "displayUrl": wiki.url, "rpcUrl": wiki.url}
    assert ask(jira, "PUT", f"{V3}/applinks/{wiki.server_id}", json=renamed).status_code == 200
    cluster.catch_up()
    assert [names(ask, jira) for _ in range(2)] == [["Wiki"], ["Wiki"]]
    assert jira.links[wiki.server_id].outgoing.level == "oauth"


def test_what_an_administrator_does_by_hand_is_known_to_both_nodes(lab, ask):
    """And the status of a link on a cluster is found out by asking either."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.play_cluster(affinity=False)
    link_both_ways(jira, wiki)

    assert [ask(jira, "GET", f"{V3}/status/{wiki.server_id}").json()["working"] for _ in range(2)] == [
        True,
        True,
    ]
    assert ask(wiki, "GET", f"{V3}/status/{jira.server_id}").json()["working"] is True
