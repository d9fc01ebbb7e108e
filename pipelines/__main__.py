"""`parvis`, and `python -m pipelines`: Ctrl-C while the rest is imported ends in silence, not in a traceback."""

import os
import signal


def main() -> None:
    """Import the commands and run one."""
    signal.signal(signal.SIGINT, lambda _signal, _frame: os._exit(130))
    from .cli import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
