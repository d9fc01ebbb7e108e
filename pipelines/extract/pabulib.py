"""Pabulib (.pb, pabulib.org/format; Decidim writes it too) -> rows of participatory-budget projects.

A ballot is a person's opinion: ballots are counted here and go no further.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from . import Extract, References
from .content import refuse_our_names, text_table
from .pabulib_ballots import Tally, count_ballots
from .pabulib_checks import check_coherence
from .pabulib_file import PabulibFile, read_pabulib
from .projects import SUBMITTED, WHOLE_TOWN

# The field <- the titles of PROJECTS that fill it, the best first; the others come out as they are.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "projet_id": ("project_id",),
    "titre": ("name",),
    "description": ("description",),
    "thematique": ("category",),
    "quartier": ("neighborhood", "subunit", "district"),
    "cout_estime": ("cost",),
    "votes": ("votes",),
    "points": ("score",),
    "porteur": ("proposer",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
VOTE_TYPES = {
    "approval": "approbation",
    "choose-1": "choix_unique",
    "ordinal": "classement",
    "cumulative": "cumulatif",
    "scoring": "notation",
}
_SELECTED = {"0": ("non_laureat", "false"), "1": ("laureat", "true")}


def extract_pabulib(path: Path, _references: References) -> Extract:
    """The projects of one vote, with votes and points as declared, else as counted from the ballots.

    Raises SourceUnavailable and InvalidData as `read_pabulib` does; what does not hold together is a finding.
    """
    file = read_pabulib(path)
    tally = count_ballots(file)
    computed = _vote(file) | _results(file, tally)
    table = text_table(computed | _projects(file, computed, path.name), path.name)
    findings = (*file.findings, *check_coherence(file, tally, path.name))
    return Extract(table, file.projects.lines, path.name, findings=findings)


def _vote(file: PabulibFile) -> dict[str, list[str]]:
    """What META says of every project: the same in each row."""
    vote_type = file.meta.get("vote_type", "")
    same = {
        "edition": file.meta.get("instance", ""),
        "scrutin": file.meta.get("subunit") or file.meta.get("district") or WHOLE_TOWN,
        "monnaie": file.meta.get("currency", ""),
        "mode_vote": VOTE_TYPES.get(vote_type, vote_type),
        "enveloppe": file.meta.get("budget", ""),
    }
    return {field: [value] * len(file.projects.records) for field, value in same.items()}


def _projects(file: PabulibFile, computed: Collection[str], source: str) -> dict[str, list[str]]:
    titles = [title for title in file.projects.titles if title != "selected"]
    found = {field: next((alias for alias in aliases if alias in titles), None) for field, aliases in ALIASES.items()}
    fields = {title: field for field, title in found.items() if title is not None}
    refuse_our_names([title for title in titles if title not in fields], {*fields.values(), *computed}, source)
    return {fields.get(title, title): file.projects.column(title) for title in titles}


def _results(file: PabulibFile, tally: Tally) -> dict[str, list[str]]:
    selected = file.projects.column("selected")
    unknown = (SUBMITTED, "")
    results = {
        "statut": [_SELECTED.get(value, unknown)[0] for value in selected],
        "laureat": [_SELECTED.get(value, unknown)[1] for value in selected],
    }
    projects = file.projects.column("project_id")
    if "votes" not in file.projects.titles and file.votes.records:
        results["votes"] = [str(tally.votes[project]) for project in projects]
    if "score" not in file.projects.titles and tally.has_points:
        results["points"] = [str(tally.points[project]) for project in projects]
    return results
