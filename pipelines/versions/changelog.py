"""The history of a dataset in words: each version with its causes, and what was withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass

from ..closed import nearest
from ..errors import InvalidDeclaration
from ..messages import _, ngettext
from .history import Summary, history
from .manifest import Cause
from .store import Store
from .tombstone import Tombstone


@dataclass(frozen=True)
class Entry:
    """One line of the changelog."""

    number: str
    date: str  # ISO, of the commit or of the withdrawal
    is_withdrawn: bool
    causes: tuple[Cause, ...]

    def in_words(self) -> list[str]:
        """Why this version exists, or that it was withdrawn."""
        return [_("withdrawn")] if self.is_withdrawn else [cause_in_words(cause) for cause in self.causes]


def changelog(store: Store, siren: str, dataset: str, since: str | None = None) -> tuple[Entry, ...]:
    """The newest first; those after version `since` where one is given. Raises InvalidDeclaration for unknown names."""
    every: list[Summary | Tombstone] = [*history(store, siren, dataset), *store.tombstones(siren, dataset)]
    if not every:
        published = [name for owner, name in store.datasets() if owner == siren]
        near = nearest(dataset, published) if published else ""
        raise InvalidDeclaration(_("{dataset}: nothing was published yet").format(dataset=dataset) + near)
    every.sort(key=lambda version: version.sequence, reverse=True)
    if since is None:
        return tuple(map(_entry, every))
    known = store.resolve(siren, dataset, since) or store.tombstone(siren, dataset, since)
    if known is None:
        raise InvalidDeclaration(
            _("{dataset}: no version {wanted}; `parvis versions {dataset}` lists them.").format(
                dataset=dataset, wanted=since
            )
        )
    return tuple(_entry(version) for version in every if version.sequence > known.sequence)


def cause_in_words(cause: Cause) -> str:
    """The cause as a reuser reads it."""
    if cause.what in _COUNTED:
        return _COUNTED[cause.what](int(cause.detail)).format(count=cause.detail)
    return _SENTENCES[cause.what]().format(names=cause.detail)


def _entry(version: Summary | Tombstone) -> Entry:
    if isinstance(version, Tombstone):
        return Entry(version.number, version.withdrawn_on, True, ())
    return Entry(version.number, version.committed_at[:10], False, version.causes)


_COUNTED: dict[str, Callable[[int], str]] = {
    "rows-added": lambda count: ngettext("{count} row added", "{count} rows added", count),
    "rows-withdrawn": lambda count: ngettext("{count} row withdrawn", "{count} rows withdrawn", count),
    "values-corrected": lambda count: ngettext("{count} row corrected", "{count} rows corrected", count),
}
_SENTENCES: dict[str, Callable[[], str]] = {
    "first-version": lambda: _("first version"),
    "reissued": lambda: _("published again after a withdrawal"),
    "rollback": lambda: _("back to version {names}"),
    "column-removed": lambda: _("columns removed: {names}"),
    "columns-reordered": lambda: _("columns in another order"),
    "column-retyped": lambda: _("columns with another type: {names}"),
    "constraint-tightened": lambda: _("stricter rule for: {names}"),
    "constraint-loosened": lambda: _("looser rule for: {names}"),
    "key-changed": lambda: _("another key tells rows apart"),
    "anonymisation-changed": lambda: _("another anonymisation of: {names}"),
    "column-added": lambda: _("columns added: {names}"),
    "metadata": lambda: _("description corrected"),
    "rows-reordered": lambda: _("rows in another order"),
    "files-rewritten": lambda: _("same rows, files written anew"),
}
