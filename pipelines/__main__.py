"""`parvis`, and `python -m pipelines`: Ctrl-C ends in silence while the rest is imported, and is never lost."""

import os
import signal
import sys
from threading import Timer


def main() -> None:
    """Import the commands and run one."""
    signal.signal(signal.SIGINT, lambda _signal, _frame: os._exit(130))
    from .cli import main as run

    sys.unraisablehook = _ask_again
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _ask_again(lost: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised while it takes an object away: where that was Ctrl-C, it comes again in a moment."""
    if issubclass(lost.exc_type, Exception):
        sys.__unraisablehook__(lost)
    else:
        Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()


if __name__ == "__main__":
    main()
