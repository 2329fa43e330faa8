"""What is in place of `python`. It must be quick, so it imports only what the interpreter has in itself, and `_socket`."""

import _signal  # type: ignore[import-not-found]
import _socket
import marshal
import posix
import sys

_FORWARDED = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP, _signal.SIGUSR1)


def main(address: str) -> None:
    """Have the arguments of this process run by the server, and end as that ends.

    Args:
        address: of the server.
    """
    server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    server.connect(address)
    request = marshal.dumps((sys.argv[2:], posix.getcwd(), posix.environ))
    files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    server.sendmsg([len(request).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
    server.sendall(request)

    def forward(number: int, _: object) -> None:
        try:
            server.send(bytes([number]))
        except OSError:  # it has ended, and how it did is on its way
            return

    for number in _FORWARDED:
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, forward)
    answer = server.recv(2)
    if len(answer) == 2 and answer[0] == 0:
        posix._exit(answer[1])
    # It was killed, or ended by a signal: so is this process.
    number = answer[1] if len(answer) == 2 else _signal.SIGKILL
    _signal.signal(number, _signal.SIG_DFL) if number != _signal.SIGKILL else None
    posix.kill(posix.getpid(), number)


main(sys.argv[1])
