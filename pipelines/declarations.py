"""dataset.yaml -> frozen `Dataset`, with its Table Schema and its quality suite.

Everything a person writes is closed: an unknown or missing key is an error that
names the file, the key and the nearest known word. No Python lies in datasets/.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from .errors import InvalidDeclaration
from .messages import _
from .vocabularies import FREQUENCIES, LICENCES, THEMES, PresetName

ConnectorName = Literal["totem", "decidim_projects", "pabulib", "open311", "file"]
Role = Literal["identifier", "quasi_identifier", "sensitive", "opinion", "public", "free_text"]
DATASET_NAME = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"


M = TypeVar("M", bound="Closed")


class Closed(BaseModel):
    """A mapping written by a person: frozen, and no key beyond those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Closed):
    """A text for people, in the two languages."""

    fr: str
    en: str


class Source(Closed):
    """Where the rows come from and what reads them."""

    connector: ConnectorName | tuple[ConnectorName, ...] = Field(description="One word, or one per kind of file.")
    path: str = Field(description="Glob below the installation; {organisation} is the organisation's slug.")
    columns: Mapping[str, str] = Field(default_factory=dict, description="The source's title -> field.")

    @property
    def connectors(self) -> tuple[ConnectorName, ...]:
        """The connectors by name; the one that reads a file's suffix reads the file."""
        return (self.connector,) if isinstance(self.connector, str) else self.connector


class _Column(Closed):
    role: Role
    basis: str | None = Field(default=None, description="The article of law that makes this column public.")


class Keep(_Column):
    """Published as it is."""

    action: Literal["keep"]
    reviewed: str | None = Field(default=None, description="Free text: the function that read every text, and when.")


class Drop(_Column):
    """Never leaves; an `identifier` may have no other action but this and `pseudonymise`."""

    action: Literal["drop"]


class Generalise(_Column):
    """A date or datetime cut to a coarser step; the published field has the step's own type."""

    action: Literal["generalise"]
    to: Literal["day", "month", "quarter", "year"]


class Grid(_Column):
    """One coordinate (WGS84 degrees) of a pair, moved to the centre of its INSPIRE cell (EPSG:3035)."""

    action: Literal["grid"]
    axis: Literal["latitude", "longitude"]
    cell_m: Literal[200, 1000, 2000, 5000, 10000]


class Pseudonymise(_Column):
    """Replaced by a keyed HMAC-SHA-256 of the value: still personal data (recital 26), hence the reason."""

    action: Literal["pseudonymise"]
    reason: Annotated[str, Field(min_length=10, description="Why reusers need to tell contributors apart.")]


ColumnPolicy = Annotated[Keep | Drop | Generalise | Grid | Pseudonymise, Field(discriminator="action")]


class Suppression(Closed):
    """How much may be hidden so that nobody stands out, and what is hidden first."""

    max_rows: Annotated[float, Field(ge=0, le=1, description="Share of rows that may lose a cell or leave.")] = 0.05
    priority: tuple[str, ...] = Field(default=(), description="Columns to blank, first to last, before a row is.")


class Aggregate(Closed):
    """Only a table with its margins leaves: one row per cell, never one per person."""

    by: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    value: str | None = Field(default=None, description="Amount to sum in each cell; without it cells are counts.")


class Privacy(Closed):
    """What happens to every column that the source delivers: a closed world."""

    unit: str = Field(description="Column that identifies a contributor, or none.")
    basis: str | None = Field(default=None, description="The article of law that makes the whole dataset public.")
    contacts: tuple[str, ...] = Field(
        default=(), description="E-mail domains and phone numbers of the institution itself, which may be published."
    )
    preset: PresetName | None = Field(default=None, description="The smallest group that may be shown, and its source.")
    distinct: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Distinct values of each sensitive column in a group (l); default: the preset's."
    )
    max_share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None, description="Largest share of one sensitive value in a group (alpha); default: the preset's."
    )
    suppression: Suppression = Suppression()
    aggregate: Aggregate | None = None
    releases: Literal["wait", "refuse"] = Field(
        default="wait", description="Too few new contributors in a group: its rows wait, or the run is refused."
    )
    retention_days: Annotated[int, Field(ge=1, le=366)] = 30
    columns: Mapping[str, ColumnPolicy]

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        if self.unit != "none" and self.unit not in self.columns:
            raise ValueError(_("unit: “{unit}” is not one of the columns").format(unit=self.unit))
        for name, column in self.columns.items():
            if problem := self._unfit(column):
                raise ValueError(_("columns.{column}: {problem}").format(column=name, problem=problem))
            if column.role == "identifier" and column.action not in ("drop", "pseudonymise"):
                raise ValueError(
                    _("columns.{column}: an identifier is dropped or pseudonymised, never “{action}”").format(
                        column=name, action=column.action
                    )
                )
        self._check_named("suppression.priority", self.suppression.priority)
        if self.aggregate:
            self._check_named("aggregate", [*self.aggregate.by, *filter(None, [self.aggregate.value])])
        axes = sorted(column.axis for column in self.columns.values() if isinstance(column, Grid))
        cells = {column.cell_m for column in self.columns.values() if isinstance(column, Grid)}
        if axes and (axes != ["latitude", "longitude"] or len(cells) > 1):
            raise ValueError(_("columns: a grid needs one latitude and one longitude with the same cell_m"))
        return self

    def _unfit(self, column: ColumnPolicy) -> str | None:
        if column.role == "free_text" and column.action != "drop" and not getattr(column, "reviewed", None):
            return _("free text is dropped, or kept once `reviewed:` says which function read it, and when")
        if column.role == "opinion" and column.action != "drop" and self.aggregate is None:
            return _("an opinion (GDPR art. 9) is dropped, or leaves in an `aggregate:` table only")
        return None

    def _check_named(self, key: str, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.columns or self.columns[name].action == "drop":
                raise ValueError(_("{key}: “{name}” is not a column that is published").format(key=key, name=name))


class Declaration(Closed):
    """dataset.yaml, whole."""

    name: Annotated[str, Field(pattern=rf"^{DATASET_NAME}$", max_length=40)]
    title: Words
    description: Words
    license: str
    themes: tuple[str, ...]
    keywords: tuple[str, ...]
    update_frequency: str
    contact: str
    source: Source
    schema_name: str = Field(alias="schema")
    update: Literal["replace", "part"]
    part_key: tuple[str, ...] = ()
    max_refused: Annotated[float, Field(ge=0, lt=1)] = 0.0
    privacy: Privacy
    quality: str
    filter_by: tuple[str, ...] = ()
    schedule: Annotated[str, Field(pattern=r"^\S+(?: \S+){4}$", description="Cron, Europe/Paris.")]
    portals: tuple[str, ...] = ()

    @field_validator("license")
    @classmethod
    def _known_licence(cls, value: str) -> str:
        return _one_of(value, LICENCES)

    @field_validator("update_frequency")
    @classmethod
    def _known_frequency(cls, value: str) -> str:
        return _one_of(value, FREQUENCIES)

    @field_validator("themes")
    @classmethod
    def _known_themes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_one_of(theme, THEMES) for theme in value)

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


def read_datasets(roots: Sequence[Path]) -> tuple[Dataset, ...]:
    """Every dataset below `roots` (each with datasets/, schemas/, quality/), by name; an earlier root wins.

    Raises InvalidDeclaration, naming the file and the key.
    """
    folders: dict[str, Path] = {}
    for root in reversed(roots):
        folders |= {path.parent.name: path.parent for path in root.glob("datasets/*/dataset.yaml")}
    return tuple(read_dataset(folders[name], roots) for name in sorted(folders))


def read_dataset(folder: Path, roots: Sequence[Path]) -> Dataset:
    """The dataset declared in `folder`; its schema and suite come from the first root that has them."""
    path = folder / "dataset.yaml"
    declaration = read_closed(Declaration, path)
    if declaration.name != folder.name:
        raise InvalidDeclaration(
            _("{path}: name “{name}” must be its folder's name “{folder}”.").format(
                path=path, name=declaration.name, folder=folder.name
            )
        )
    table_schema = json.loads(_text_of(roots, f"schemas/{declaration.schema_name}.json", path, "schema"))
    suite = yaml.safe_load(_text_of(roots, f"quality/{declaration.quality}.yaml", path, "quality"))
    given = declaration.model_dump(by_alias=True)
    dataset = Dataset.model_validate({**given, "folder": folder, "table_schema": table_schema, "suite": suite})
    _check_against_schema(dataset)
    return dataset


def read_closed(model: type[M], path: Path) -> M:
    """The YAML file at `path` as `model`; what is wrong is told by file, key and nearest known word."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidDeclaration(_("{path}: no such file.").format(path=path)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise InvalidDeclaration(_("{path}, line {line}: not valid YAML.").format(path=path, line=line)) from None
    return parse_closed(model, content, str(path))


def parse_closed(model: type[M], content: object, place: str) -> M:
    """`content` as `model`; `place` names the file in messages. Raises InvalidDeclaration, never quoting a value."""
    if not isinstance(content, dict):
        raise InvalidDeclaration(_("{path}: expected “key: value” lines.").format(path=place))
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(_sentence(problem, model) for problem in error.errors()[:5])
        raise InvalidDeclaration(_("{path}: {problems}.").format(path=place, problems=problems)) from None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of dataset.yaml, for editors."""
    return Declaration.model_json_schema(by_alias=True)


def nearest(word: str, known: Sequence[str]) -> str:
    """“ (did you mean “x”?)” where a known word is near, else the list of known words."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return _(" (did you mean “{word}”?)").format(word=close[0])
    return _(" (known: {words})").format(words=", ".join(sorted(known)[:20]))


def _one_of(value: str, known: Mapping[str, object]) -> str:
    if value not in known:
        raise ValueError(_("unknown word “{word}”").format(word=value) + nearest(value, list(known)))
    return value


def _text_of(roots: Sequence[Path], relative: str, path: Path, key: str) -> str:
    for root in roots:
        if (root / relative).is_file():
            return (root / relative).read_text("utf-8")
    raise InvalidDeclaration(
        _("{path}: {key}: {file} does not exist; write it, or correct the name.").format(
            path=path, key=key, file=relative
        )
    )


def _check_against_schema(dataset: Dataset) -> None:
    problems = list(_schema_problems(dataset))
    if problems:
        raise InvalidDeclaration(_("{path}: {problems}.").format(path=dataset.path, problems="; ".join(problems)))


def _schema_problems(dataset: Dataset) -> Iterator[str]:
    fields, columns = dataset.field_names, dataset.privacy.columns
    for name in fields:
        if name not in columns:
            yield _("privacy.columns: field “{name}” of the schema has no role and action").format(name=name)
    for name, column in columns.items():
        if name not in fields and column.action != "drop":
            yield _("privacy.columns.{name}: not a field of the schema, so it can only be dropped").format(name=name)
    published = {name for name in fields if name in columns and columns[name].action != "drop"}
    primary_key = dataset.table_schema.get("primaryKey", [])
    known_parts = published | {name for name, column in columns.items() if column.role == "public"}
    keys = {
        "part_key": (dataset.part_key, known_parts),  # a delivery may be told apart by what is not published
        "filter_by": (dataset.filter_by, published),
        "primaryKey": ([primary_key] if isinstance(primary_key, str) else primary_key, published),
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


def _sentence(problem: ErrorDetails, model: type[Closed]) -> str:
    """One pydantic problem in words: key, what is wrong, nearest known word; never the value."""
    location = [str(part) for part in problem["loc"] if part not in _TAGS]
    key = ".".join(location) or "?"
    match problem["type"]:
        case "extra_forbidden":
            return _("{key}: unknown key").format(key=key) + nearest(location[-1], _known_keys(model, location[:-1]))
        case "missing":
            return _("{key}: missing key").format(key=key)
        case "value_error":
            return f"{key}: {problem['ctx']['error']}" if location else str(problem["ctx"]["error"])
        case "literal_error" | "union_tag_invalid":
            expected = problem["ctx"].get("expected") or problem["ctx"].get("expected_tags", "")
            return _("{key}: expected {expected}").format(key=key, expected=expected)
        case kind:
            return _("{key}: not valid ({kind})").format(key=key, kind=kind)


_TAGS = {"keep", "drop", "generalise", "grid", "pseudonymise"}


def _known_keys(model: type[Closed], location: Sequence[str]) -> list[str]:
    """The keys that the mapping at `location` may have."""
    schema = model.model_json_schema(by_alias=True)
    definitions, node = schema.get("$defs", {}), schema
    for part in location:
        node = node.get("properties", {}).get(part) or node.get("additionalProperties") or node.get("items") or {}
        options = node.get("oneOf") or node.get("anyOf") or [node]
        resolved = [
            definitions[option["$ref"].rpartition("/")[2]] if "$ref" in option else option for option in options
        ]
        node = {"properties": {k: v for option in resolved for k, v in option.get("properties", {}).items()}} | (
            resolved[0] if len(resolved) == 1 else {}
        )
    return list(node.get("properties", {}))


def is_slug(text: str) -> bool:
    """Whether `text` may stand in an address as an organisation's name."""
    return bool(re.fullmatch(r"[a-z0-9-]{2,60}", text))
