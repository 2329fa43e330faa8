"""A dynamic provider that writes down each call; environment variables control it."""

import json
import os
import sys

import grpc
import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

if "ALIVE" in os.environ:
    alive = os.open(os.environ["ALIVE"], os.O_WRONLY)  # closed when this process is gone


def call(name, *values):
    shown = [
        {key: one for key, one in value.items() if key != "__provider"} if isinstance(value, dict) else value
        for value in values
    ]
    with open("calls.log", "a", encoding="utf-8") as log:
        log.write(json.dumps([name, *shown], default=lambda _: "unknown") + "\n")


def waits_at(step):
    """The step ends when the test says so."""
    if os.environ.get("WAIT") == step:
        for pipe, mode in (("waiting", "w"), ("go", "r")):
            open(pipe, mode, encoding="utf-8").close()  # blocks until the test opens its other end


def log(severity, urn, ephemeral=False):
    """Report something to the engine, as a provider can: its address is the process's one argument."""
    with grpc.insecure_channel(sys.argv[1]) as channel:
        text = f"{'for now' if ephemeral else 'to keep'}: {os.environ['LOG']}"
        request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral)
        engine_pb2_grpc.EngineStub(channel).Log(request)


class Provider(ResourceProvider):
    serialize_as_secret_always = False

    def configure(self, req):
        call("configure", req.config.get("token"))

    def check(self, olds, news):
        call("check", news["name"], olds, news)
        return CheckResult(
            news,
            [CheckFailure(key, "is bad") for key in news if key != "__provider"]
            if news.get("url") == "bad"
            else [],
        )

    def diff(self, id_, olds, news):
        call("diff", news["name"], id_, olds, news)
        changed = [key for key in news if key != "__provider" and olds.get(key) != news[key]]
        return DiffResult(
            bool(changed), [key for key in changed if key == "kind"], delete_before_replace="first" in news
        )

    def create(self, props):
        call("create", props["name"], props)
        if "LOG" in os.environ:
            log(engine_pb2.DEBUG, "")
            log(engine_pb2.INFO, "")
            log(engine_pb2.INFO, "", ephemeral=True)
            log(
                engine_pb2.WARNING,
                f"urn:pulumi:dev::trial::pulumi-python:dynamic/things:Thing::{props['name']}",
            )
        waits_at(f"create {props['name']}")
        if props["name"] == os.environ.get("CRASH"):
            os._exit(1)
        if props["name"] == os.environ.get("FAIL"):
            raise RuntimeError("nothing was made; ask an administrator")
        if "BREAK" in os.environ:  # the state becomes a folder, which no file replaces
            os.unlink(os.environ["BREAK"])
            os.mkdir(os.environ["BREAK"])
        print("from the provider", file=sys.stderr)
        return CreateResult(f"{props['name']}-{props.get('kind', '')}", {**props, "made": True})

    def read(self, id_, props):
        call("read", props["name"], id_, props)
        if props["name"] == os.environ.get("FAIL"):
            raise RuntimeError("nothing was read")
        if props["name"] == os.environ.get("GONE"):
            return ReadResult(None, {})
        return ReadResult(id_, {**props, "url": os.environ.get("DRIFT", props["url"])})

    def update(self, id_, olds, news):
        call("update", news["name"], id_, olds, news)
        if news["name"] == os.environ.get("FAIL"):
            raise RuntimeError("nothing was changed")
        return UpdateResult({**news, "made": True})

    def delete(self, id_, props):
        call("delete", props["name"], id_, props)
        waits_at(f"delete {props['name']}")
        if props["name"] == os.environ.get("STUCK"):
            raise RuntimeError("nothing was deleted")


class Thing(Resource, module="things", name="Thing"):
    url: pulumi.Output[str]
    made: pulumi.Output[bool]

    def __init__(self, name, opts=None, **props):
        super().__init__(Provider(), name, {"name": name, "made": None, "url": "one", **props}, opts)
