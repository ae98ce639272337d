"""`python -m helpers.mock`, by whichever Python: it goes on in one that has the packages.

Only the standard library, and no syntax newer than Python 3.7: an old Python gets a sentence.
"""

from __future__ import annotations

import os
import subprocess
import sys

from helpers.environment import PINS, NotMadeError, environment, variables


def main() -> int:
    """Serve the mock API until interrupted; return the exit code."""
    if sys.version_info < (3, 10):  # noqa: UP036
        print(f"The mock needs Python 3.10 or later; this is {sys.version.split()[0]}.")
        return 1
    try:
        return _serve()
    except KeyboardInterrupt:
        print()
        return 0


def _serve() -> int:
    try:
        from helpers.mock import program
    except ModuleNotFoundError as error:
        return _go_on_elsewhere(error)
    return program.main()


def _go_on_elsewhere(error: ModuleNotFoundError) -> int:
    """Run the program in the environment of the lessons, which is made if it is not there."""
    try:
        python = environment(PINS)
    except NotMadeError as why:
        print(why)
        return 1
    if python == sys.executable:
        raise error
    command = [python, "-m", "helpers.mock", *sys.argv[1:]]
    settings = variables()
    if os.name != "nt":
        # In the place of this process, so that what ends this one ends the mock.
        os.execve(python, command, settings)
    return subprocess.call(command, env=settings)


if __name__ == "__main__":
    sys.exit(main())
