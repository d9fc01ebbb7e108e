"""The invented towns of these tests: what they publish, and the store it lies in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipelines.access.site import Site
from pipelines.versions.candidate import Candidate
from pipelines.versions.manifest import Manifest
from pipelines.versions.publication import publish_version
from pipelines.versions.store import Store


@dataclass(frozen=True)
class Town:
    siren: str
    slug: str
    name: str
    contact_email: str = ""
    code_insee: str = ""


VALMONT = Town("219300480", "valmont", "Commune de Valmont", "donnees@valmont.example", "93048")
LORIOL = Town("213800012", "loriol", "Commune de Loriol-sur-Orne")
SITE = Site({"fr": "Données ouvertes du Val", "en": "Open data of the Val"}, "http://127.0.0.1:8010", "fr")

TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
PROJETS_SCHEMA: Mapping[str, Any] = {
    "primaryKey": ["id"],
    "fields": [
        {"name": "id", "type": "string", "title": "Identifier", "constraints": {"required": True}},
        {"name": "edition", "type": "integer", "description": "Year of the vote."},
        {"name": "titre", "type": "string", "description": "Title of the project."},
        {"name": "quartier", "type": "string", "description": "District."},
        {"name": "cout_eur", "type": "number", "decimals": 2, "description": "Cost, in euros."},
        {"name": "voix", "type": "integer", "description": "Votes."},
        {"name": "laureat", "type": "boolean", "description": "Chosen or not."},
        {"name": "vote_le", "type": "date", "description": "Day of the vote."},
    ],
}
PROJETS = [
    ("001", 2022, "Une forêt à l'école", "Nord", Decimal("12000.50"), 310, True, dt.date(2022, 5, 14)),
    ("002", 2022, "Pistes cyclables, rue Haute", "Sud", Decimal("45000.00"), 210, True, dt.date(2022, 5, 14)),
    ("003", 2022, "Boîtes à livres", "Nord", Decimal("1800.00"), 95, False, dt.date(2022, 5, 15)),
    ("004", 2023, "Jardin « partagé »", "Centre", Decimal("7300.25"), 402, True, dt.date(2023, 6, 2)),
    ("005", 2023, "Éclairage du stade", "Sud", None, 12, False, dt.date(2023, 6, 2)),
    ("006", 2023, "=Potager", None, Decimal("900.00"), 57, False, None),
]
METADATA: Mapping[str, Any] = {
    "title": {"fr": "Projets du budget participatif", "en": "Participatory budget projects"},
    "description": {
        "fr": "Ce que les habitants ont proposé, ce que chaque projet coûterait, et les voix qu'il a reçues au vote.",
        "en": "What the inhabitants proposed, what each project would cost, and how many votes it got in the end.",
    },
    "license": "etalab-2.0",
    "themes": ["GOVE"],
    "keywords": ["budget participatif"],
    "update_frequency": "annual",
    "contact": "opendata@valmont.example",
}
PRIVACY = {"porteur": {"role": "identifier", "action": "drop"}, "titre": {"role": "public", "action": "keep"}}
FIRST_DAY = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


def table(rows: list[tuple[Any, ...]], schema: Mapping[str, Any] = PROJETS_SCHEMA) -> pa.Table:
    """Rows as the checked table of a dataset."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema["fields"])
    fields = [(field["name"], TYPES[field["type"]]) for field in schema["fields"]]
    return pa.table(dict(zip([name for name, _ in fields], columns, strict=True)), schema=pa.schema(fields))


def candidate(town: Town = VALMONT, rows: list[tuple[Any, ...]] | None = None, **changed: Any) -> Candidate:
    """Something to publish."""
    return replace(
        Candidate(
            siren=town.siren,
            organisation=town.slug,
            organisation_name=town.name,
            dataset="bp_projets",
            table=table(PROJETS if rows is None else rows),
            metadata=METADATA,
            table_schema=PROJETS_SCHEMA,
            privacy=PRIVACY,
            provenance={"parvis_version": "0.1.0"},
            parts=(),
        ),
        **changed,
    )


def publish(store: Store, what: Candidate, day: int = 0) -> Manifest:
    """`what` as a version, committed `day` days after the first day."""
    return publish_version(store, what, FIRST_DAY + dt.timedelta(days=day)).manifest
