"""What stands in place of `python`. It imports next to nothing: it is to be quick."""

import _signal  # type: ignore[import-not-found]  # `signal` takes longer to import than all else
import _socket
import array
import marshal
import os
import sys

_FORWARDED = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP, _signal.SIGUSR1)


def main(address: str) -> None:
    """Have the arguments of this process run by the server, and end as that ends.

    Args:
        address: of the server.
    """
    arguments = sys.argv[1:]
    server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    server.connect(address)
    request = marshal.dumps((arguments, os.getcwd(), dict(os.environ)))
    files = array.array("i", (0, 1, 2)).tobytes()
    server.sendmsg([len(request).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
    server.sendall(request)
    for number in _FORWARDED:
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, lambda number, _: server.send(bytes([number])))
    answer = server.recv(2)
    if len(answer) == 2 and answer[0] == 0:
        os._exit(answer[1])
    # It was killed, or ended by a signal: so is this process.
    number = answer[1] if len(answer) == 2 else _signal.SIGKILL
    _signal.signal(number, _signal.SIG_DFL) if number != _signal.SIGKILL else None
    os.kill(os.getpid(), number)
