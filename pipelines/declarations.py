"""dataset.yaml -> frozen `Dataset`, with its Table Schema and its quality suite. No Python lies in datasets/."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from croniter import croniter
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from .closed import CRON, NAME, Closed, Words, known_word, nearest, read_closed, read_yaml
from .column_policies import Generalise, unfit_type
from .errors import InvalidDeclaration
from .ladders import Tables, read_households, read_ladder
from .messages import _
from .privacy_policy import Privacy
from .table_schema import primary_key
from .vocabularies import FREQUENCIES, LICENCES, THEMES

ConnectorName = Literal["totem", "decidim_projects", "pabulib", "open311", "file"]


def _as_sequence(given: object) -> object:
    return (given,) if isinstance(given, str) else given


def _comes_some_day(cron: str) -> str:
    """Also without its day of the week: cron adds that one to a day of the month, which must exist by itself."""
    for each in (cron, f"{cron.rpartition(' ')[0]} *"):
        try:
            croniter(each, datetime(2000, 1, 1, tzinfo=UTC)).get_next()
        except ValueError:
            raise ValueError(_("cron knows no such time, or it never comes; “0 6 * * 1” is Mondays at 6")) from None
    return cron


class Source(Closed):
    """Where the rows come from and what reads them."""

    connectors: Annotated[
        tuple[ConnectorName, ...],
        BeforeValidator(_as_sequence, json_schema_input_type=ConnectorName | tuple[ConnectorName, ...]),
    ] = Field(
        alias="connector",
        min_length=1,
        description="What reads the file, or a list of these, told by the file's suffix. file: any table (CSV, "
        "spreadsheet, JSON, Parquet); totem: budgets in XML; decidim_projects, pabulib: participatory budgets; "
        "open311: citizen requests.",
    )
    path: str = Field(
        description="Where exports are dropped, below the installation, such as depot/{organisation}/petitions/*.csv; "
        "{organisation} stands for the slug in organisations.csv, and * for any name."
    )
    columns: Mapping[str, str] = Field(
        default_factory=dict,
        description="The source's title -> column of `privacy`, where they differ by more than case, accents, blanks "
        "and signs, and the schema's `title` does not say it already.",
    )


class Announcement(Closed):
    """A breaking change, told before the day on which it comes."""

    day: date = Field(description="When it comes, as YYYY-MM-DD.")
    change: Words = Field(description="What will be different, and what reusers should do.")


Licence = Annotated[
    str, AfterValidator(lambda word: known_word(word, LICENCES)), Field(json_schema_extra={"enum": list(LICENCES)})
]
Theme = Annotated[
    str, AfterValidator(lambda word: known_word(word, THEMES)), Field(json_schema_extra={"enum": list(THEMES)})
]
Frequency = Annotated[
    str,
    AfterValidator(lambda word: known_word(word, FREQUENCIES)),
    Field(json_schema_extra={"enum": list(FREQUENCIES)}),
]


class Declaration(Closed):
    """dataset.yaml, whole."""

    name: Annotated[str, Field(pattern=NAME, max_length=40)] = Field(
        description="The folder's name, which is the dataset's name in commands and addresses for good: a-z, 0-9 and _."
    )
    title: Words = Field(description="The title that readers see.")
    description: Words = Field(
        description="What a row is, where it comes from, and what was left out or made coarser to protect people."
    )
    license: Licence = Field(description="etalab-2.0 (Licence Ouverte), or odc-odbl (share alike).")
    themes: tuple[Theme, ...] = Field(
        description="EU data themes: GOVE government, ECON finance, EDUC education, culture and sport, ENVI "
        "environment, REGI regions and cities, SOCI society, TRAN transport..."
    )
    keywords: tuple[str, ...] = Field(description="Words that people search by, in French.")
    update_frequency: Frequency = Field(description="How often a new version is promised to readers.")
    contact: str = Field(description="The e-mail address that reusers write to: of a service, not of a person.")
    source: Source = Field(description="Where exports are dropped, what reads them, and what their titles stand for.")
    schema_name: str = Field(
        alias="schema", description="The Table Schema of a row: NAME stands for schemas/NAME.json."
    )
    update: Literal["replace", "part"] = Field(
        description="What a new delivery replaces. replace: the whole dataset; part: the rows with the same `part_key`."
    )
    part_key: tuple[str, ...] = Field(
        default=(),
        description="With `update: part`, the columns that tell a part, such as [annee]; never about people.",
    )
    max_refused: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0,
        description="The share of rows that may be wrong and left out, such as 0.01; beyond it, none leaves.",
    )
    privacy: Privacy = Field(description="A role and an action for every column, and how small a group may be shown.")
    quality: str = Field(
        description="What is expected of the table that is published, an aggregate's margins included: NAME stands for "
        "quality/NAME.yaml."
    )
    filter_by: tuple[str, ...] = Field(
        default=(), description="Published columns that readers filter by first: the query file is sorted by them."
    )
    schedule: Annotated[str, Field(pattern=CRON), AfterValidator(_comes_some_day)] = Field(
        description="When the source is looked at, as the five fields of cron (minute hour day month weekday) in the "
        "time of Paris: “0 6 * * 1” is on Mondays at 6."
    )
    portals: tuple[str, ...] = Field(
        default=(), description="Names of portals in parvis.yaml that the dataset is published to; [] for none."
    )
    announcements: tuple[Announcement, ...] = Field(
        default=(), description="Breaking changes to come: on the page and in the feeds."
    )

    @property
    def titles(self) -> dict[str, str]:
        """The column that each title of the source stands for: every declared one its own, then the aliases."""
        return {name: name for name in self.privacy.columns} | dict(self.source.columns)

    @model_validator(mode="after")
    def _check_part_key(self) -> Self:
        if (self.update == "part") != bool(self.part_key):
            raise ValueError(_("part_key: needed with “update: part”, and only there"))
        return self


class Dataset(Declaration):
    """One declared publication, with the folder it was read from, its Table Schema and its suite."""

    folder: Path
    table_schema: Mapping[str, Any]
    suite: Mapping[str, Any]
    tables: Tables = Tables()  # the ladders and households that the columns look up

    @property
    def path(self) -> Path:
        """The dataset.yaml itself, for messages."""
        return self.folder / "dataset.yaml"

    @property
    def field_names(self) -> tuple[str, ...]:
        """The schema's fields, in order: the columns of a validated row."""
        return tuple(field["name"] for field in self.table_schema["fields"])

    @property
    def published_names(self) -> tuple[str, ...]:
        """The fields that leave, in the schema's order."""
        return tuple(name for name in self.field_names if self.privacy.columns[name].action != "drop")

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """What tells the labels of each ladder's published level from other ones."""
        ladders = self.tables.ladders
        return {
            name: {"labels_sha256": ladders[name].digest(column.level)}
            for name, column in self.privacy.columns.items()
            if isinstance(column, Generalise) and name in ladders
        }


def read_datasets(roots: Sequence[Path]) -> tuple[Dataset, ...]:
    """Every dataset below `roots` (each with datasets/, schemas/, quality/), by name.

    Raises InvalidDeclaration, naming the file and the key.
    """
    return tuple(read_dataset(folder, roots) for folder in dataset_folders(roots).values())


def dataset_folders(roots: Sequence[Path]) -> dict[str, Path]:
    """Where each dataset is declared, by name; an earlier root wins."""
    folders: dict[str, Path] = {}
    for root in reversed(roots):
        folders |= {path.parent.name: path.parent for path in root.glob("datasets/*/dataset.yaml")}
    return dict(sorted(folders.items()))


def declared_titles(wanted: str, roots: Sequence[Path]) -> tuple[str, dict[str, str]]:
    """The schema of the dataset `wanted`, or the schema `wanted`; and the column that each declared title stands for.

    Raises InvalidDeclaration where the dataset cannot be read; another one that cannot publishes nothing, and is
    passed over.
    """
    folders = dataset_folders(roots)
    if wanted in folders:
        own = _read_declaration(folders[wanted])
        return own.schema_name, own.titles
    titles: dict[str, str] = {}
    for folder in folders.values():
        with suppress(InvalidDeclaration):
            if (declaration := _read_declaration(folder)).schema_name == wanted:
                titles |= declaration.titles
    return wanted, titles


def read_dataset(folder: Path, roots: Sequence[Path]) -> Dataset:
    """The dataset declared in `folder`; its schema and suite come from the first root that has them."""
    path, declaration = folder / "dataset.yaml", _read_declaration(folder)
    table_schema = json.loads(_text_of(roots, f"schemas/{declaration.schema_name}.json", path, "schema"))
    suite = read_yaml(_text_of(roots, f"quality/{declaration.quality}.yaml", path, "quality"))
    given = declaration.model_dump(by_alias=True)
    read = {"table_schema": table_schema, "suite": suite, "tables": _tables(declaration.privacy, path, roots)}
    dataset = Dataset.model_validate({**given, "folder": folder, **read})
    _check_against_schema(dataset)
    return dataset


def _read_declaration(folder: Path) -> Declaration:
    path = folder / "dataset.yaml"
    declaration = read_closed(Declaration, path)
    if declaration.name != folder.name:
        raise InvalidDeclaration(
            _("{path}: name “{name}” must be its folder's name “{folder}”.").format(
                path=path, name=declaration.name, folder=folder.name
            )
        )
    return declaration


def _tables(privacy: Privacy, path: Path, roots: Sequence[Path]) -> Tables:
    """The files that columns name: beside the declaration, or in ladders/ of the first root that has them."""
    folders = [path.parent, *(root / "ladders" for root in roots)]
    ladders, households = {}, {}
    for name, column in privacy.columns.items():
        if isinstance(column, Generalise) and column.ladder is not None:
            ladders[name] = read_ladder(_found(folders, column.ladder, path, f"{name}.ladder"), name)
            if column.level >= ladders[name].height:
                raise InvalidDeclaration(
                    _("{path}: privacy.columns.{column}: level: the ladder ends at level {last}.").format(
                        path=path, column=name, last=ladders[name].height - 1
                    )
                )
        if file := getattr(column, "households", None):
            households[name] = read_households(_found(folders, file, path, f"{name}.households"))
    return Tables(ladders, households)


def _found(folders: Sequence[Path], name: str, path: Path, key: str) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise InvalidDeclaration(
        _("{path}: privacy.columns.{key}: {file} lies neither beside the declaration nor in ladders/.").format(
            path=path, key=key, file=name
        )
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of dataset.yaml, for editors."""
    return Declaration.model_json_schema(by_alias=True)


def _text_of(roots: Sequence[Path], relative: str, path: Path, key: str) -> str:
    for root in roots:
        if (root / relative).is_file():
            return (root / relative).read_text("utf-8")
    found = (one.stem for root in roots for one in (root / relative).parent.glob(f"*{Path(relative).suffix}"))
    known = {stem for stem in found if "." not in stem}
    told = _("{path}: {key}: {file} does not exist; write it, or correct the name")
    raise InvalidDeclaration(
        told.format(path=path, key=key, file=relative) + nearest(Path(relative).stem, sorted(known))
    )


def _check_against_schema(dataset: Dataset) -> None:
    problems = list(_schema_problems(dataset))
    if problems:
        raise InvalidDeclaration(_("{path}: {problems}.").format(path=dataset.path, problems="; ".join(problems)))


def _schema_problems(dataset: Dataset) -> Iterator[str]:
    fields, columns = dataset.field_names, dataset.privacy.columns
    undeclared = [name for name in fields if name not in columns]
    for name in undeclared:
        yield _("privacy.columns: field “{name}” of the schema has no role and action").format(name=name)
    for name, column in columns.items():
        if name not in fields and column.action != "drop":
            told = _("privacy.columns.{name}: not a field of the schema, so it can only be dropped").format(name=name)
            yield told + (nearest(name, undeclared) if undeclared else "")
    types = {field["name"]: field.get("type", "string") for field in dataset.table_schema["fields"]}
    for name, column in columns.items():
        if name in types and (problem := unfit_type(column, types[name])):
            yield _("privacy.columns.{name}: {problem}").format(name=name, problem=problem)
    if dataset.privacy.aggregate and dataset.part_key:
        yield _("privacy.aggregate: needs “update: replace”: each part would have totals of its own")
    published = {name for name in fields if name in columns and columns[name].action != "drop"}
    # A part's key stands in the manifest as the source gives it: no treated column, and no dropped one about people.
    known_parts = {
        name
        for name, column in columns.items()
        if column.action == "keep" or (column.action == "drop" and column.role == "public")
    }
    keys = {
        "part_key": (dataset.part_key, known_parts),  # a delivery may be told apart by what is not published
        "filter_by": (dataset.filter_by, published),
        "primaryKey": (primary_key(dataset.table_schema), published),
    }
    for key, (names, known) in keys.items():
        for name in names:
            if name not in known:
                yield _("{key}: “{name}” is not a published column").format(key=key, name=name) + nearest(
                    name, sorted(known)
                )
    for title, name in dataset.source.columns.items():
        if name not in fields and name not in columns:
            yield _("source.columns: “{title}” stands for “{name}”, which is no column").format(
                title=title, name=name
            ) + nearest(name, fields)
