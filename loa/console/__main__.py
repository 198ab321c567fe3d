"""``python -m loa.console FOLDER LISTEN PORT TLS``: what `loa run` starts beside itself."""

import sys
from pathlib import Path

from loa.console.serve import serve
from loa.console_settings import ConsoleSettings, ConsoleTls


def main(folder: str, listen: str, port: str, tls: str) -> int:
    """Serve; return the exit code."""
    return serve(Path(folder), ConsoleSettings(listen=listen, port=int(port), tls=ConsoleTls(tls)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
