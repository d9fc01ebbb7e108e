"""The errors that a person can act on, one exit code per kind.

A message says where, what was expected and what to do next; it never quotes a
cell. Whatever else is raised is a bug: see `barrier`.
"""


class PublicationError(Exception):
    """Something an officer can correct; shown without a traceback."""

    exit_code = 1
    kind = "error"


class InvalidDeclaration(PublicationError):
    """A dataset.yaml, parvis.yaml, schema or suite says something that cannot be."""

    exit_code = 10
    kind = "declaration"


class InvalidData(PublicationError):
    """The source was read, and its content cannot be published."""

    exit_code = 11
    kind = "data"


class UnsafeData(PublicationError):
    """Publishing would show something about a person; nothing was written."""

    exit_code = 12
    kind = "unsafe"


class PortalRefused(PublicationError):
    """A portal is unreachable, refuses the token, or refuses the dataset."""

    exit_code = 13
    kind = "portal"


class SourceUnavailable(PublicationError):
    """The source is missing, empty, unreadable or not what its connector reads."""

    exit_code = 14
    kind = "source"


class StoreUnavailable(PublicationError):
    """The installation's own folder cannot be read or written (full disk, newer format, other run)."""

    exit_code = 15
    kind = "store"


class PortUnavailable(PublicationError):
    """The access point cannot listen where it should."""

    exit_code = 16
    kind = "port"


class InternalError(PublicationError):
    """A bug, told without a value: its traceback lies in a private file of the work area."""

    exit_code = 70
    kind = "bug"
