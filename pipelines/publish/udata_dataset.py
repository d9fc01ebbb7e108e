"""A publication in udata's words, and the difference to what a udata holds: pure functions over its JSON.

udata has no atomic change and no lock, so each part tells by itself whether it is
done: our dataset by `parvis:identifier`, a resource by `parvis:file`, its bytes by our
sha256 beside the sha1 that udata counted when it took them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..vocabularies import FREQUENCIES, LICENCES
from .plan import Change, Subject
from .publication import Publication, Vacancy
from .udata_resources import Record, Terms, resource_changes

IDENTIFIER, SEQUENCE, VERSION = "parvis:identifier", "parvis:sequence", "parvis:version"
# A PUT without them empties the first two; the others are sent so that no rule of the server decides.
_KEPT = ("tags", "temporal_coverage", "description_short", "acronym", "frequency_date")


@dataclass(frozen=True)
class Found:
    """What the portal holds of a publication: its dataset, and others that a lost answer left behind."""

    dataset: Record
    duplicates: tuple[Record, ...] = ()


def choose(datasets: Sequence[Record], subject: Subject) -> Found | None:
    """Our dataset among the organisation's: the oldest that bears our identifier and is not deleted."""
    ours = [dataset for dataset in datasets if dataset["extras"].get(IDENTIFIER) == subject.identifier]
    living = sorted((dataset for dataset in ours if not dataset["deleted"]), key=_age)
    if living:
        return Found(living[0], tuple(living[1:]))
    return Found(min(ours, key=_age)) if ours else None


def harvested(datasets: Sequence[Record], place: Vacancy) -> Record | None:
    """The dataset that the portal's own harvester made of ours; it keeps our identifier as its dct:identifier."""
    living = (dataset for dataset in datasets if dataset.get("harvest") and not dataset["deleted"])
    return next((one for one in living if one["harvest"].get("dct_identifier") == place.identifier), None)


def fields(publication: Publication, terms: Terms) -> dict[str, Any]:
    """The dataset's own fields."""
    metadata = publication.manifest.metadata
    wanted: dict[str, Any] = {
        "title": publication.title,
        "description": f"{publication.description}\n\n{publication.documentation}",
        "license": LICENCES[metadata["license"]].udata_id,
        "frequency": FREQUENCIES[metadata["update_frequency"]].udata,
        "tags": tags(metadata["keywords"]),
    }
    if publication.code_insee:
        wanted["spatial"] = {"zones": [terms.zone] if terms.zone else None, "granularity": "fr:commune"}
    if period := publication.read_period():
        wanted["temporal_coverage"] = {"start": period[0], "end": period[1]}
    return wanted


def extras(subject: Subject) -> dict[str, str | int]:
    """What finds the dataset again, and tells which version it holds; sent last."""
    if isinstance(subject, Vacancy):
        return {IDENTIFIER: subject.identifier, SEQUENCE: 0, VERSION: ""}
    return {IDENTIFIER: subject.identifier, SEQUENCE: subject.manifest.sequence, VERSION: subject.number}


def tags(keywords: Sequence[str]) -> list[str]:
    """Keywords as udata keeps them: a-z, 0-9 and dashes, 3 to 96 of them, each once, sorted."""
    plain = (_without_accents(keyword.lower()) for keyword in _split(keywords))
    slugs = (re.sub(r"[^a-z0-9]+", "-", keyword).strip("-")[:96].strip("-") for keyword in plain)
    return sorted({slug for slug in slugs if len(slug) >= 3})


def creation(publication: Publication, organisation_id: str) -> dict[str, Any]:
    """The dataset before its files: private, so that no reader meets it empty; findable from its first moment."""
    return {
        "title": publication.title,
        "description": publication.description,
        "organization": organisation_id,
        "private": True,
        "extras": {IDENTIFIER: publication.identifier},
    }


def update(publication: Publication, dataset: Record, terms: Terms) -> dict[str, Any]:
    """The PUT that gives our fields, and what the dataset has of others'; public once it was never complete."""
    private = bool(dataset["private"]) and sequence_of(dataset) > 0
    return {**kept(dataset), **fields(publication, terms), "private": private}


def kept(dataset: Record) -> dict[str, Any]:
    """What every PUT repeats, so that nothing of it is lost."""
    held = {key: dataset.get(key) for key in _KEPT if dataset.get(key) is not None}
    return {**held, "contact_points": [contact["id"] for contact in dataset.get("contact_points") or []]}


def sequence_of(dataset: Record) -> int:
    """The place of the version that the dataset holds whole, 0 where none was ever completed."""
    return int(dataset["extras"].get(SEQUENCE) or 0)


def differences(subject: Subject, found: Found | None, terms: Terms) -> tuple[Change, ...]:
    """What must change for the portal to hold the subject."""
    if found is None:
        if isinstance(subject, Vacancy):
            return ()
        return (Change("dataset-created", subject.name), *resource_changes(subject, (), terms))
    return (
        *(Change("duplicate-removed", str(duplicate["title"])) for duplicate in found.duplicates),
        *resource_changes(subject, found.dataset["resources"], terms),
        *_field_changes(subject, found.dataset, terms),
    )


def _field_changes(subject: Subject, dataset: Record, terms: Terms) -> Iterator[Change]:
    for name, value in fields(subject, terms).items() if isinstance(subject, Publication) else ():
        if not _same(dataset.get(name), value):
            yield Change("field-changed", name, _text(dataset.get(name)), _text(value))
    for name, value in extras(subject).items():
        if dataset["extras"].get(name) != value:
            yield Change("field-changed", name, _text(dataset["extras"].get(name)), _text(value))


def _same(held: Any, wanted: Any) -> bool:
    """True where each key that we set is as we set it; udata adds others."""
    if isinstance(wanted, Mapping) and isinstance(held, Mapping):
        return all((held.get(key) or None) == (value or None) for key, value in wanted.items())
    return bool(held == wanted)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(inner)}" for key, inner in value.items() if inner)
    return ", ".join(value) if isinstance(value, list) else str(value if value is not None else "")


def _split(keywords: Sequence[str]) -> Iterator[str]:
    """udata splits a list of one keyword at its commas; so do we, always, and it finds nothing to split."""
    for keyword in keywords:
        yield from keyword.split(",")


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _age(dataset: Record) -> tuple[str, str]:
    return str(dataset["created_at"]), str(dataset["id"])
