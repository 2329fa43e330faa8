"""Connections that are kept, and applications that are far away."""

import contextlib
import http.client
import socket
import types
from urllib.parse import urlsplit

import pytest

from pulumi_applinks.lab.applications import dispatch
from pulumi_applinks.lab.applications.__main__ import main
from tests.unit.lab_applications.conftest import link_both_ways


@contextlib.contextmanager
def connected(application):
    """A connection to an application."""
    host, _, port = application.url.partition("://")[2].partition("/")[0].partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def asked(connection, application, **headers):
    """Ask for the manifest; the answer is the status, and the client's side of the connection."""
    path = f"{application.context_path}/rest/applinks/1.0/manifest"
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, connection.sock and connection.sock.getsockname()


def test_a_connection_is_kept(lab):
    """Two requests go over one connection, and a client that wants it closed has it closed."""
    jira = lab.start("jira")
    with connected(jira) as connection:
        first, second = asked(connection, jira), asked(connection, jira)

        assert first == second
        assert first[1] is not None
        assert asked(connection, jira, Connection="close") == (200, None)


def test_an_application_that_stops_breaks_off_what_was_kept(lab):
    """A client that still has a connection is not answered by an application that is down."""
    jira = lab.start("jira")
    with connected(jira) as connection:
        asked(connection, jira)
        jira.stop()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            asked(connection, jira)


def test_applications_notice_that_another_one_was_restarted(lab, ask):
    """What they keep of a connection does not hide that it is down, nor that it is up again."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    path = f"/rest/applinks/3.0/status/{wiki.server_id}"

    assert ask(jira, "GET", path).json()["working"]
    wiki.stop()
    assert ask(jira, "GET", path).json()["error"]["type"] == "CONNECTION_REFUSED"
    wiki.start()
    assert ask(jira, "GET", path).json()["working"]


def test_a_body_that_is_not_read_does_not_spoil_the_next_request(lab):
    """A request that is refused before anybody looks at its body leaves the connection usable."""
    jira = lab.start("jira")
    with connected(jira) as connection:
        connection.request("PUT", f"{jira.context_path}/nowhere", body=b'{"a": 1}' * 100)
        refused = connection.getresponse()
        refused.read()

        assert refused.status == 404
        assert asked(connection, jira)[0] == 200


def test_clients_wait_and_applications_do_not(lab, ask, monkeypatch):
    """Latency lies between a client and an application, not between two applications."""
    jira, wiki = lab.start("jira", latency=0.25), lab.start("confluence", latency=0.5)
    link_both_ways(jira, wiki)
    waited: list[float] = []
    monkeypatch.setattr(dispatch, "time", types.SimpleNamespace(sleep=waited.append))

    assert ask(jira, "GET", f"/rest/applinks/3.0/status/{wiki.server_id}").json()["working"]
    assert waited == [0.25]
    assert wiki.requests.counts() == {"client": 0, "application": 4}
    assert jira.requests.counts() == {"client": 1, "application": 0}


@pytest.mark.parametrize("wrong", ["-1", "soon", "nan"])
def test_a_latency_is_a_number_of_milliseconds(wrong, capsys):
    """Anything else is a wrong command line."""
    with pytest.raises(SystemExit) as caught:
        main(["jira", "--latency", wrong])

    assert caught.value.code == 2
    assert "--latency" in capsys.readouterr().err


def test_what_a_version_can_do_may_be_remembered(lab, ask):
    """As the real ones do: the second look at a link asks for less, and still finds out that the other end is gone."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    jira.known_capabilities = {}
    path = f"/rest/applinks/3.0/status/{wiki.server_id}"
    counts = []
    for _ in range(2):
        assert ask(jira, "GET", path).json()["working"]
        counts.append(wiki.requests.counts()["application"])
    wiki.links.remove(jira.server_id)

    assert counts == [4, 6]
    assert ask(jira, "GET", path).json()["error"]["type"] == "NO_REMOTE_APPLINK"


def is_free(port):
    """Whether another process could be given a port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", port))
            other.listen()
        except OSError:
            return False
    return True


def test_the_port_of_a_stopped_application_stays_its_own(lab):
    """Its address refuses connections, and it can come back there; what moved away leaves its port to others."""
    jira = lab.start("jira")
    url, port = jira.url, urlsplit(jira.url).port
    for _ in range(2):
        jira.stop()
        with connected(jira) as connection, pytest.raises(ConnectionRefusedError):
            asked(connection, jira)
        assert not is_free(port)
        jira.start()
    with connected(jira) as connection:
        assert asked(connection, jira)[0] == 200

    jira.stop()
    wiki = lab.start("confluence", port=port)
    assert urlsplit(wiki.url).port == port
    wiki.move()
    assert is_free(port)
    jira.move()
    assert jira.url != url
