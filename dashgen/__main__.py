"""`python -m dashgen`, and the command of that name."""

import os
import sys
from contextlib import suppress

from dashgen.cli import main


def run() -> None:
    """Run the command and end the process at once.

    To take the interpreter apart, module by module, would take a quarter of a build's time, and nothing of it is left
    anyway: files, connections and processes were closed by those who opened them.
    """
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(end.code or 0)
        raise


if __name__ == "__main__":
    run()
