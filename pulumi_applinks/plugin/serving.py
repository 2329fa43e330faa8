"""The plugin's process. It serves until the engine ends it."""

from __future__ import annotations

import sys
from concurrent import futures
from importlib.metadata import version

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_applinks.plugin.servicer import Servicer

THREADS = 32
"""How many calls the plugin answers at the same time. The process of dynamic providers answers four."""
_LARGEST_MESSAGE = 400 * 1024 * 1024
"""The size of the largest message, in bytes. The engine has the same limit."""


def main() -> None:
    """Serve on a free port of the loopback interface. Print the port, because the engine waits for it."""
    if sys.argv[1:] == ["--version"]:
        print(version("pulumi-applinks"))
        return
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=THREADS),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    servicer = Servicer(engine=sys.argv[1] if len(sys.argv) > 1 else None)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(None)
    finally:
        servicer.close()
