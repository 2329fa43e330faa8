"""Imports what the processes of a story need, then forks for each of them. Run by path, in a process without threads."""

from __future__ import annotations

import array
import atexit
import gc
import hashlib
import importlib
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
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import dill  # noqa: F401
import pulumi.dynamic
import pulumi.runtime.proto  # noqa: F401

import pulumi_applinks.command.app
import pulumi_applinks.hooks
import pulumi_applinks.lab.engine.operation
import pulumi_applinks.plugin.serving
import pulumi_applinks.provider
import pulumi_applinks.resources  # noqa: F401
from pulumi_applinks.lab.engine import secrets
from pulumi_applinks.lab.engine.cli import parser

_LATE = ("experimental", "_channel", "_interceptor", "_server", "_simple_stubs")
"""What grpc imports when it is first used. Using it here would start threads."""
_PATHS = sys.path[1:]
_PYTHON = sys.executable
_FOLDER = Path(sys.argv[-1]).parent


def serve(address: str, python: str) -> None:
    """Fork for each request, until standard input ends. Hand on the signals of who asked, and say how the process ended.

    Args:
        address: a socket of this machine.
        python: what the processes take for their interpreter.
    """
    if threading.active_count() > 1:
        return  # older SDKs start one when they are imported: a fork of this process could wait for ever
    sys.executable = python
    _make_keys_once()
    parser()  # it is kept
    for name in _LATE:
        with suppress(ImportError):
            importlib.import_module(f"grpc.{name}")
    ended, ends = socket.socketpair()
    ends.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(ends.fileno())
    running: dict[socket.socket, int] = {}
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([listener, sys.stdin, ended, *running], [], [])
            if sys.stdin in ready:
                return
            if listener in ready:
                connection, _ = listener.accept()
                request, files = _received(connection)
                process = os.fork()
                if process == 0:
                    for one in (listener, ended, ends, *running):
                        one.close()
                    connection.close()
                    _be(request, files)
                running[connection] = process
                for file in files:
                    os.close(file)
            for connection in running.keys() & set(ready):
                os.kill(running[connection], _sent(connection))
            if ended in ready:
                ended.recv(4096)
                for connection, process in list(running.items()):
                    if _has_ended(connection, process):
                        del running[connection]


def _make_keys_once() -> None:
    """A key takes long to make: what one process has made is there for all of them."""
    make = secrets.key_of

    def key_of(passphrase: str, salt: bytes) -> bytes:
        known = _FOLDER / hashlib.sha256(salt + passphrase.encode()).hexdigest()
        if not known.exists():
            written = _FOLDER / f"{os.getpid()}.made"
            written.write_bytes(make(passphrase, salt))
            written.rename(known)
        return known.read_bytes()

    secrets.key_of = key_of


def _received(connection: socket.socket) -> tuple[bytes, list[int]]:
    files = array.array("i")
    length, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_SPACE(3 * files.itemsize))
    for _, _, data in ancillary:
        files.frombytes(data)
    request = b""
    while len(request) < int.from_bytes(length, "big") and (more := connection.recv(65536)):
        request += more
    return request, list(files)


def _sent(connection: socket.socket) -> int:
    """The signal that who asked was sent; when that process is gone, nothing comes, and what it asked for goes too."""
    with suppress(ConnectionError):
        return int.from_bytes(connection.recv(1), "big") or signal.SIGKILL
    return signal.SIGKILL


def _has_ended(connection: socket.socket, process: int) -> bool:
    number, status = os.waitpid(process, os.WNOHANG)
    if number == 0:
        return False
    signalled = os.WIFSIGNALED(status)
    with connection, suppress(OSError):  # nobody may be left to be notified
        connection.send(bytes((signalled, os.WTERMSIG(status) if signalled else os.WEXITSTATUS(status))))
    return True


def _be(request: bytes, files: Sequence[int]) -> NoReturn:
    """Become the process that was asked for."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments, folder, environment = marshal.loads(request)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environb.update(environment)
    random.seed()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    _open_streams(unbuffered="-u" in arguments[:2] or bool(os.environ.get("PYTHONUNBUFFERED")))
    code = _run(arguments)
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does before it ends
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _open_streams(*, unbuffered: bool) -> None:
    for name, number, mode in (("stdin", 0, "rb"), ("stdout", 1, "wb"), ("stderr", 2, "wb")):
        raw = open(number, mode, buffering=0 if unbuffered and number else -1, closefd=False)  # noqa: SIM115
        errors = "backslashreplace" if number == 2 else "strict"
        stream = io.TextIOWrapper(raw, "utf-8", errors, line_buffering=number == 2, write_through=unbuffered)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _run(arguments: list[str]) -> int:
    sys.argv = arguments
    while sys.argv and sys.argv[0] in ("-u", "-B"):
        del sys.argv[0]
    if not sys.argv or (sys.argv[0].startswith("-") and sys.argv[0] not in ("-c", "-m")):
        os.execv(_PYTHON, [_PYTHON, *sys.argv])
    flag, first = (
        (sys.argv[0], "")
        if sys.argv[0] in ("-c", "-m")
        else ("", os.path.dirname(os.path.abspath(sys.argv[0])))
    )
    sys.path[:] = [
        os.getcwd() if flag == "-m" else first,
        *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)),
        *_PATHS,
    ]
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
    except KeyboardInterrupt:
        traceback.print_exc()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException as error:
        own = error.__traceback__
        traceback.print_exception(type(error), error, own and own.tb_next)
        return 1
    return 0


if __name__ == "__main__":
    serve(*sys.argv[1:])
