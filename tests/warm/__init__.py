"""Python processes that start in no time: forked from one that has imported everything already.

An engine, the program it runs and the provider's plugin are three Python processes, and most of their time is imports. Here a
`python` is in place of the interpreter: it hands its arguments, environment, folder and open files to a server, which forks.
What runs is a process of its own anyway, with the same pipes, exit codes and signals. Only what imports cost, and what they
do by themselves, can't be seen; the key of a passphrase is made once; and what the CLI asks of an environment before each run
(its version, its packages) is asked of the interpreter once. The stories that are marked `cold` start the interpreter as a user
does.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent
_PYTHON = """\
#!/bin/sh
case "$*" in
    --version) asked=version ;;
    "-m pip --version") asked=pip ;;
    "-m pip list --format json") asked=packages ;;
    "-c import "*pulumi-plugin.json*) asked=plugins ;;
    "-c import sys; print(sys.executable)") echo {folder}/python; exit ;;
    *) exec {interpreter} -IS {shim} {folder}/socket "$@" ;;
esac
[ -f {folder}/$asked ] || {{ {interpreter} "$@" >{folder}/$$ && mv {folder}/$$ {folder}/$asked; }} || exit
exec cat {folder}/$asked
"""


@contextmanager
def interpreter(folder: Path) -> Iterator[str]:
    """A server, and the path of the `python` that asks it; the interpreter itself with an SDK that leaves nothing to fork.

    Args:
        folder: an empty one.
    """
    paths = {"folder": folder, "interpreter": sys.executable, "shim": _HERE / "shim.py"}
    text = _PYTHON.format(**{name: shlex.quote(str(path)) for name, path in paths.items()})
    for name in ("python", "python3"):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "APPLINKS"))
    }
    with subprocess.Popen(
        [sys.executable, str(_HERE / "server.py"), str(folder / "socket"), str(folder / "python")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        ready = server.stdout.readline() == b"ready\n"
        assert ready or server.wait() == 0
        try:
            yield str(folder / "python") if ready else sys.executable
        finally:
            server.kill()
