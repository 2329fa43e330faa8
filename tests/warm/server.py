"""Imports what the processes of a story need, then forks for each of them. Run by path, in a process without threads."""

from __future__ import annotations

import array
import atexit
import gc
import hashlib
import io
import marshal
import os
import random
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import dill  # noqa: F401
import pulumi.dynamic
import pulumi.runtime.proto  # noqa: F401

import pulumi_applinks.hooks
import pulumi_applinks.lab.engine.cli
import pulumi_applinks.lab.engine.operations
import pulumi_applinks.lab.engine.runner
import pulumi_applinks.provider
import pulumi_applinks.resources  # noqa: F401
from pulumi_applinks.lab.engine import secrets

_PATHS = sys.path[1:]
_PYTHON = sys.executable
_KEPT = Path(sys.argv[-1]).parent
_ABOUT_PACKAGES = (["-m", "pip", "--version"], ["-m", "pip", "list"])


def serve(address: str, python: str) -> None:
    """Fork for each request, until standard input ends.

    Args:
        address: a socket of this machine.
        python: what the processes take for their interpreter.
    """
    if threading.active_count() > 1:
        return  # older SDKs start one when they are imported: a fork of this process could wait for ever
    sys.executable = python
    _make_keys_once()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        print("ready", flush=True)
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


def _once(what: bytes, make: Callable[[], bytes]) -> bytes:
    """What takes long and is the same each time, made once for all processes."""
    known = _KEPT / hashlib.sha256(what).hexdigest()
    if not known.exists():
        written = _KEPT / f"{os.getpid()}.made"
        written.write_bytes(make())
        written.rename(known)
    return known.read_bytes()


def _make_keys_once() -> None:
    make = secrets.key_of

    def key_of(passphrase: str, salt: bytes) -> bytes:
        return _once(salt + passphrase.encode(), lambda: make(passphrase, salt))

    secrets.key_of = key_of


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
) -> NoReturn:
    """Start the process that was asked for, hand its signals over, and say how it ended."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        connection.close()
        _be(files, arguments, cwd, environment)
    for file in (*files, 0, 1, 2):
        os.close(file)

    ended = threading.Event()  # the child's number may be another process's from then on

    def say_the_end() -> None:
        _, status = os.waitpid(child, 0)
        ended.set()
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        with suppress(OSError):  # nobody may be there any more to be told
            connection.send(bytes((os.WIFSIGNALED(status), number)))

    def send(number: int) -> None:
        if not ended.is_set():
            os.kill(child, number)

    teller = threading.Thread(target=say_the_end)
    teller.start()
    while number := connection.recv(1):
        send(number[0])
    send(signal.SIGKILL)  # whoever asked for it is gone
    teller.join()
    os._exit(0)


def _be(files: Sequence[int], arguments: list[str], cwd: str, environment: Mapping[str, str]) -> NoReturn:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    random.seed()
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    _open_streams(unbuffered="-u" in arguments[:2])
    code = _run(arguments, environment.get("PYTHONPATH", ""))
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


def _output(arguments: Sequence[str]) -> bytes:
    return subprocess.run([_PYTHON, *arguments], stdout=subprocess.PIPE, check=True).stdout


def _run(arguments: list[str], path: str) -> int:
    # The CLI asks before each run for the packages that are installed.
    if arguments[:3] in _ABOUT_PACKAGES or any("pulumi-plugin.json" in one for one in arguments[1:2]):
        sys.stdout.buffer.write(_once(repr(arguments).encode(), lambda: _output(arguments)))
        return 0
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
