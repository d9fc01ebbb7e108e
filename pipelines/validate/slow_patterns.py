"""The child process that judges what neither tame nor linear engines can, and is killed when it takes too long."""

import json
import select
import subprocess
import sys
from contextlib import suppress

from ..errors import InvalidDeclaration
from ..messages import _

SECONDS_PER_CELL = 2.0
_REMEMBERED = 100_000

_CHILD = """
import json, re, sys
for line in sys.stdin:
    pattern, cell = json.loads(line)
    print(int(re.compile(f"^{pattern}$").match(cell) is not None), flush=True)
"""


class SlowPatterns:
    """Verdicts of Python's engine, one cell at a time; use as a context, which ends the child."""

    def __init__(self, seconds: float = SECONDS_PER_CELL) -> None:
        self._seconds = seconds
        self._verdicts: dict[tuple[str, str], bool] = {}
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> "SlowPatterns":
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def __call__(self, pattern: str, cell: str) -> bool:
        """Raises InvalidDeclaration where the pattern gives no answer in time."""
        key = (pattern, cell)
        if key not in self._verdicts:
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            self._verdicts[key] = self._ask(pattern, cell)
        return self._verdicts[key]

    def _ask(self, pattern: str, cell: str) -> bool:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self._answer_of(".", "a", startup=30.0)
        return self._answer_of(pattern, cell)

    def _answer_of(self, pattern: str, cell: str, startup: float = 0.0) -> bool:
        child = self._child
        assert child is not None and child.stdin is not None and child.stdout is not None
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps([pattern, cell]) + "\n")
            child.stdin.flush()
        ready, _w, _x = select.select([child.stdout], [], [], self._seconds + startup)
        answer = child.stdout.readline() if ready else ""
        if answer not in ("0\n", "1\n"):
            self.__exit__()
            raise InvalidDeclaration(
                _(
                    "schema: the pattern “{pattern}” gives no answer within {seconds} seconds. "
                    "Write it without a repetition inside a repetition."
                ).format(pattern=pattern, seconds=self._seconds)
            )
        return answer == "1\n"
