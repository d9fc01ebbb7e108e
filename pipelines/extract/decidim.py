"""Decidim's export of budget projects (CSV or XLSX) -> rows of participatory-budget projects.

The headers are those that the budgets module's `ProjectSerializer` had over the years. Decidim's CSV writer joins
nested keys with “/”, gives a translated text one column per language, and puts an apostrophe before a text that
starts with = + - @, against formulas.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from ..errors import InvalidData, SourceUnavailable
from ..messages import _, quoted
from . import Extract, References
from .content import refuse_our_names, text_table
from .file import extract_file
from .projects import SUBMITTED, WHOLE_TOWN

# The field <- the titles it had, newest first; {language} stands for any. A title that
# is not taken (an older one beside a newer one, another language) comes out as it is.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "projet_id": ("id",),
    "scrutin": ("budget/id", "decidim_budgets_budget_id/id"),
    "titre": ("title/{language}", "title"),
    "description": ("description/{language}", "description"),
    "thematique": ("taxonomies/name", "category/name/{language}", "category/name", "category"),
    "quartier": ("scope/name/{language}", "scope/name", "scope"),
    "cout_estime": ("budget_amount", "budget"),
    "votes": ("total_votes", "confirmed_votes"),
    "porteur": ("author/name",),
    "url": ("url",),
}
# By these the header is found, wherever it stands.
_TITLES = {title: title for titles in ALIASES.values() for title in (one.format(language="fr") for one in titles)}
_REQUIRED = ("projet_id", "titre", "cout_estime")
_SPACE_URL = "participatory_space/url"

# What else Decidim exports with the same writer, told by titles that only it has.
_OTHER_EXPORTS = {
    "comments": {"commentable_id", "root_commentable_url"},
    "meetings": {"start_time", "end_time"},
    "proposals": {"state", "published_at"},
    "results": {"start_date", "end_date", "progress"},
}

_GUARDED = re.compile(r"^'(?=[=+\-@])")
_NAMES = re.compile(r"\{[^{}]*=>[^{}]*\}")
_NAME = re.compile(r'"(?P<language>[\w-]+)"\s*=>\s*"(?P<name>(?:[^"\\]|\\.)*)"')
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
# An export is called after its day, and the seconds since midnight: no edition stands there.
_EXPORT_DAY = re.compile(r"\d{4}-\d\d-\d\d(-\d+)?|\d\d-\d\d-\d{4}(-\d+)?")


def extract_decidim_projects(path: Path, _references: References) -> Extract:
    """The projects of one edition; the edition is the year in the space's address or in the file's name.

    Raises SourceUnavailable for another export or another kind of file, InvalidData where the edition is not told.
    """
    found = extract_file(path, References(titles=_TITLES))
    titles = tuple(found.table.column_names)
    if kind := _kind_of(titles):
        raise SourceUnavailable(_not_projects(path.name, kind))
    taken = _fields(titles)
    _check(found.table, taken, path.name)
    fields = {title: field for field, title in taken.items()}
    columns = _columns(found.table, fields)
    count = found.table.num_rows
    computed = {"edition": [_edition(path, columns)] * count, "statut": [SUBMITTED] * count}
    computed["scrutin"] = [cell or WHOLE_TOWN for cell in columns.pop("scrutin", [""] * count)]
    table = text_table(computed | columns, path.name)
    places = {fields.get(title, title): number for title, number in found.places.items()}
    return replace(found, table=table, places=places, titles=taken)


def _columns(table: pa.Table, fields: Mapping[str, str]) -> dict[str, list[str]]:
    columns = {
        fields.get(title, title): [_unguarded(cell) for cell in cells] for title, cells in table.to_pydict().items()
    }
    if "thematique" in columns:
        columns["thematique"] = [_readable(cell) for cell in columns["thematique"]]
    return columns


def _kind_of(titles: tuple[str, ...]) -> str | None:
    return next((kind for kind, own in _OTHER_EXPORTS.items() if own <= set(titles)), None)


def _not_projects(source: str, kind: str) -> str:
    told = {
        "comments": _("Decidim's export of comments"),
        "meetings": _("Decidim's export of meetings"),
        "proposals": _("Decidim's export of proposals"),
        "results": _("Decidim's export of results"),
    }
    return _(
        "{source}: this is {found}; expected a budget's projects, exported as CSV where Decidim lists them."
    ).format(source=source, found=told[kind])


def _fields(titles: tuple[str, ...]) -> dict[str, str]:
    """The field -> the title that fills it."""
    found = {field: _first_present(aliases, titles) for field, aliases in ALIASES.items()}
    return {field: title for field, title in found.items() if title is not None}


def _first_present(aliases: tuple[str, ...], titles: tuple[str, ...]) -> str | None:
    """French first, then the source's own order of languages."""
    for alias in aliases:
        stem, translated, _rest = alias.partition("{language}")
        candidates = [title for title in titles if title.startswith(stem) and "/" not in title[len(stem) :]]
        if not translated:
            candidates = [title for title in titles if title == alias]
        if candidates:
            return f"{stem}fr" if f"{stem}fr" in candidates else candidates[0]
    return None


def _check(table: pa.Table, taken: Mapping[str, str], source: str) -> None:
    missing = [ALIASES[field][0].format(language="fr") for field in _REQUIRED if field not in taken]
    if missing:
        raise SourceUnavailable(
            _(
                "{source}: no column {titles}; expected a budget's projects, exported as CSV where Decidim lists them."
            ).format(source=source, titles=", ".join(map(quoted, missing)))
        )
    left = [title for title in table.column_names if title not in taken.values()]
    refuse_our_names(left, {*taken, "edition", "scrutin", "statut"}, source)
    if not table.num_rows:
        raise SourceUnavailable(
            _("{source}: a header and no project; export the budget that has the projects.").format(source=source)
        )


def _unguarded(cell: str) -> str:
    return _GUARDED.sub("", cell)


def _readable(cell: str) -> str:
    """The French names of a list of taxonomies, which the exporter writes as Ruby does: {"fr"=>"Nature"}."""
    names = []
    for written in _NAMES.findall(cell):
        found = {match["language"]: match["name"] for match in _NAME.finditer(written)}
        if found:
            names.append(re.sub(r"\\(.)", r"\1", found.get("fr") or next(iter(found.values()))))
    return ", ".join(names) or cell


def _edition(path: Path, columns: Mapping[str, list[str]]) -> str:
    """The year that the file's name and the spaces' addresses agree on. Raises InvalidData where they do not."""
    in_name: set[str] = set(_YEAR.findall(_EXPORT_DAY.sub("", path.stem)))
    in_space: set[str] = set(_YEAR.findall(" ".join(columns.get(_SPACE_URL, ()))))
    told = in_name & in_space or (in_name if not in_space else in_space if not in_name else set())
    if len(told) != 1:
        raise InvalidData(
            _(
                "{source}: the edition is not clear; its year must stand once in the file's name "
                "(“projets-2025.csv”) or in the address of the participatory space, and be the same in both."
            ).format(source=path.name)
        )
    return told.pop()
