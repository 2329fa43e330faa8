"""Imports what the processes of a story need, then forks for each of them. Run by path, in a process without threads."""

from __future__ import annotations

import array
import atexit
import gc
import io
import marshal
import os
import random
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from types import ModuleType

import dill  # noqa: F401
import pulumi.dynamic
import pulumi.runtime.proto  # noqa: F401

import pulumi_applinks.hooks
import pulumi_applinks.lab.engine.cli
import pulumi_applinks.lab.engine.operations
import pulumi_applinks.lab.engine.runner
import pulumi_applinks.provider
import pulumi_applinks.resources  # noqa: F401

_PATHS = sys.path[1:]


def serve(address: str, python: str) -> None:
    """Fork for each request, until standard input ends.

    Args:
        address: a socket of this machine.
        python: what the processes take for their interpreter.
    """
    sys.executable = python
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        print("ready", flush=True)
        assert threading.active_count() == 1
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _ = listener.accept()
            with connection:
                length, files = _received(connection)
                if os.fork() == 0:
                    listener.close()
                    request = b""
                    while len(request) < length:
                        request += connection.recv(length - len(request))
                    _process(connection, files, *marshal.loads(request))
                for file in files:
                    os.close(file)


def _received(connection: socket.socket) -> tuple[int, list[int]]:
    files = array.array("i")
    length, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_SPACE(3 * files.itemsize))
    for _, _, data in ancillary:
        files.frombytes(data)
    return int.from_bytes(length, "big"), list(files)


def _process(
    connection: socket.socket,
    files: Sequence[int],
    arguments: list[str],
    cwd: str,
    environment: Mapping[str, str],
) -> None:
    """Be the process that was asked for, and end as it ends."""
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    for number, how in ((signal.SIGCHLD, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        signal.signal(number, how)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    random.seed()
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    _open_streams(unbuffered="-u" in arguments[:2])
    threading.Thread(target=_obey, args=(connection,), daemon=True).start()
    ended = (0, _run(arguments, environment.get("PYTHONPATH", "")))
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does before it ends
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        connection.send(bytes(ended))
        os._exit(ended[1])


def _open_streams(*, unbuffered: bool) -> None:
    for name, number, mode in (("stdin", 0, "rb"), ("stdout", 1, "wb"), ("stderr", 2, "wb")):
        raw = open(number, mode, buffering=0 if unbuffered and number else -1, closefd=False)  # noqa: SIM115
        errors = "backslashreplace" if number == 2 else "strict"
        stream = io.TextIOWrapper(raw, "utf-8", errors, line_buffering=number == 2, write_through=unbuffered)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _obey(connection: socket.socket) -> None:
    """Be sent the signals that the other process gets; end when it is gone."""
    while number := connection.recv(1):
        os.kill(os.getpid(), number[0])
    os._exit(1)


def _run(arguments: list[str], path: str) -> int:
    sys.argv = arguments
    while sys.argv and sys.argv[0] in ("-u", "-B"):
        del sys.argv[0]
    flag, first = (
        (sys.argv[0], "")
        if sys.argv[0] in ("-c", "-m")
        else ("", os.path.dirname(os.path.abspath(sys.argv[0])))
    )
    sys.path[:] = [os.getcwd() if flag == "-m" else first, *filter(None, path.split(os.pathsep)), *_PATHS]
    try:
        if flag == "-c":
            code = sys.argv[1]
            sys.argv[:2] = ["-c"]
            sys.modules["__main__"] = main = ModuleType("__main__")
            exec(compile(code, "<string>", "exec"), vars(main))
        elif flag == "-m":
            module = sys.argv[1]
            del sys.argv[0]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(*sys.argv[1:])
