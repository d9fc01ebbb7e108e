"""The one barrier: only our own errors pass it; anything else comes out as type, module and line.

pyarrow, DuckDB, frictionless and Great Expectations all quote cells in their
exceptions. The traceback of a bug goes to a private file of the work area, for
whoever may see the data; everybody else gets where it happened.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from .disk_errors import store_unavailable
from .errors import InternalError, PublicationError
from .messages import _
from .private_files import make_private_folder, private

_HERE = str(Path(__file__).parent)


@contextmanager
def barrier(folder: Path | None, now: datetime) -> Iterator[None]:
    """Let PublicationError through; turn any other exception into InternalError, its traceback kept in `folder`.

    `folder` is private (0700, the file in it 0600), or None where there is no work area. Interruptions pass.
    """
    try:
        yield
    except PublicationError as error:
        raise type(error)(*error.args) from None  # drops what it was raised from: that may quote
    except OSError as error:
        if error.errno is None:
            raise _internal_error(error, folder, now) from None
        raise store_unavailable(error.filename or _("installation"), error) from None
    except Exception as error:  # noqa: BLE001 - the barrier
        raise _internal_error(error, folder, now) from None


def _internal_error(error: Exception, folder: Path | None, now: datetime) -> InternalError:
    where = _last_own_line(error)
    kept = _keep_traceback(error, folder, now)
    return InternalError(
        _(
            "internal error: {kind} at {where}. Nothing was published. The details, which may hold data, lie in {kept}."
        ).format(kind=type(error).__name__, where=where, kept=kept)
    )


def _last_own_line(error: Exception) -> str:
    """The deepest line of ours, as module:line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(_HERE)]
    return f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "?"


def _keep_traceback(error: Exception, folder: Path | None, now: datetime) -> str:
    """Write the traceback for the controller's eyes; a disk that refuses it must not hide the error."""
    if folder is None:
        return _("no file (there is no work area)")
    try:
        path = make_private_folder(folder) / f"{now:%Y%m%dT%H%M%S%f}.txt"
        with open(path, "w", encoding="utf-8", opener=private) as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return _("no file (the work area cannot be written)")
    return str(path)
