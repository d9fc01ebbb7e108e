"""Making an installation: the folder with parvis.yaml, organisations.csv, the key, and Dagster's own files."""

import csv
import io
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import astuple
from pathlib import Path

import yaml

from .closed import parse_closed
from .declarations import dataset_folders, read_datasets
from .errors import InvalidDeclaration
from .keys import create_key
from .legal import Legal
from .messages import _
from .settings import (
    ORGANISATION_COLUMNS,
    Installation,
    Organisation,
    ParvisYaml,
    bundled,
    organisation_problem,
    read_installation,
    read_organisations,
)

DEMO = Organisation("219900016", "saint-parvis-sur-loire", "Saint-Parvis-sur-Loire", "99001", "commune", "", "")
DEMO_URL = "http://127.0.0.1:8010"
DEMO_POPULATIONS = f"siren,year,population\n{DEMO.siren},2022,438\n{DEMO.siren},2024,441\n"

# Standard output is not captured: libraries quote cells there, and each capture costs a process of its own.
_DAGSTER_YAML = (
    "telemetry:\n  enabled: false\n"
    "compute_logs:\n"
    "  module: dagster._core.storage.noop_compute_log_manager\n"
    "  class: NoOpComputeLogManager\n"
)
_WORKSPACE_YAML = (
    "load_from:\n  - python_module:\n      module_name: pipelines.definitions\n      location_name: parvis\n"
)


def create(root: Path, organisation: Organisation, public_url: str, locale: str) -> Installation:
    """A new installation with one organisation. Raises InvalidDeclaration where there is one, or it cannot be so."""
    if (root / "parvis.yaml").exists():
        raise InvalidDeclaration(_("{root}: there is an installation already.").format(root=root))
    _refuse_impossible(organisation, (), {})
    config = {
        "format": 1,
        "title": {"fr": f"Données ouvertes – {organisation.name}", "en": f"Open data – {organisation.name}"},
        "public_url": public_url,
        "locale": locale,
        "license": "etalab-2.0",
        "legal": Legal(publisher=organisation.name).model_dump(mode="json"),
        "portals": {},
    }
    parse_closed(ParvisYaml, config, "parvis.yaml")
    deliveries = [f"depot/{organisation.slug}/{name}" for name in dataset_folders((bundled(),))]
    for folder in ("datasets", "schemas", "quality", "store", *deliveries):
        (root / folder).mkdir(parents=True, exist_ok=True)
    work = root / "work"
    work.mkdir(mode=0o700, exist_ok=True)
    work.chmod(0o700)
    create_key(work)
    create_dagster_home(root)
    write_declaration_schema(root)
    _write_organisations(root / "organisations.csv", (organisation,))
    # Written last: an interrupted start leaves no half installation that a second `init` would refuse.
    _write_whole(root / "parvis.yaml", yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
    return read_installation(root)


def create_demo(root: Path) -> Installation:
    """The installation of an invented town, with the examples delivered; an existing one is used as it is."""
    installation = read_installation(root) if (root / "parvis.yaml").exists() else create(root, DEMO, DEMO_URL, "fr")
    _write_whole(root / "populations.csv", DEMO_POPULATIONS)
    for dataset in read_datasets((bundled(),)):
        depot = root / "depot" / DEMO.slug / dataset.name
        depot.mkdir(parents=True, exist_ok=True)
        for path in sorted((dataset.folder / "example").iterdir()):
            if path.name != "planted.txt":
                shutil.copyfile(path, depot / path.name)
    return installation


def add_organisation(root: Path, organisation: Organisation, published: Mapping[str, Set[str]]) -> None:
    """One more line in organisations.csv. Raises InvalidDeclaration where it cannot be.

    `published`: every slug under which something was published -> the SIREN of those who did.
    """
    path = root / "organisations.csv"
    existing = read_organisations(path)
    _refuse_impossible(organisation, existing, published)
    _write_organisations(path, (*existing, organisation))


def create_dagster_home(root: Path) -> None:
    """ROOT/.dagster (storage, no telemetry), and what makes `dagster dev` work in ROOT without a word more."""
    home = root.resolve() / ".dagster"
    home.mkdir(mode=0o700, exist_ok=True)
    files = {
        home / "dagster.yaml": _DAGSTER_YAML,
        root / "workspace.yaml": _WORKSPACE_YAML,
        root / ".env": f"DAGSTER_HOME={home}\nPARVIS_ROOT={root.resolve()}\n",  # Dagster reads it at start
    }
    for path, content in files.items():
        if not path.exists():
            _write_whole(path, content)


def write_declaration_schema(root: Path) -> None:
    """schemas/dataset.schema.json of this Parvis, by which an editor completes and explains a dataset.yaml."""
    name = "schemas/dataset.schema.json"
    content = (bundled() / name).read_text("utf-8")
    path = root / name
    if not path.is_file() or path.read_text("utf-8") != content:
        _write_whole(path, content)


def slug_of(name: str) -> str:
    """A name as it stands in an address: “Saint-Étienne” -> “saint-etienne”."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].rstrip("-")


def _refuse_impossible(new: Organisation, existing: Sequence[Organisation], published: Mapping[str, Set[str]]) -> None:
    sirens, slugs = {one.siren for one in existing}, {one.slug for one in existing}
    if problem := organisation_problem(new, sirens, slugs, published):
        raise InvalidDeclaration(_("organisation {siren}: {problem}.").format(siren=new.siren, problem=problem))


def _write_organisations(path: Path, organisations: tuple[Organisation, ...]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(ORGANISATION_COLUMNS)
    writer.writerows(astuple(one) for one in organisations)
    _write_whole(path, text.getvalue())


def _write_whole(path: Path, content: str) -> None:
    """The file as it was or as it shall be, never half."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(content, "utf-8")
    temporary.replace(path)
