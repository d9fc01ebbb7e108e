"""What happens to people's data: in words, in a column of text, and what is held back."""

import json
from collections import Counter
from pathlib import Path

import click
import yaml

from ..anonymise.explain import explain as in_sentences
from ..anonymise.measured import recall
from ..anonymise.propose.proposal import as_yaml
from ..anonymise.report import as_html, run_report
from ..anonymise.scan import KINDS
from ..anonymise.text import names_model
from ..anonymise.text.free_text import scan as scan_texts
from ..anonymise.text.free_text import scan_with_names
from ..declarations import read_datasets
from ..errors import InvalidDeclaration
from ..messages import _, language, mark
from ..orchestration.owners import references
from ..orchestration.proposing import propose_for
from ..orchestration.retention import files_held, retentions
from ..orchestration.sources import readable
from ..private_files import private
from ..settings import Settings, read_installation
from ..validate.door import read_column
from .contents import PURPOSES
from .glue import JsonOption, OrganisationOption, command, find_dataset, group, show, the_organisation
from .root import parvis

privacy = group(parvis, "privacy", PURPOSES["privacy"])


@command(
    privacy,
    mark(
        "Find personal data in a column of text; it is placed, never quoted. "
        "Names of people are looked for wherever the extra `texte` is installed."
    ),
    "parvis privacy scan a.csv --column texte",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, metavar=mark("NAME"), help=mark("The column's title."))
@click.option(
    "--names/--no-names",
    default=None,
    help=mark("With or without the French model of names. Default: with it, where the extra `texte` is installed."),
)
@JsonOption
def scan(_settings: Settings, file: Path, column: str, names: bool | None, as_json: bool) -> None:
    read = read_column(file, column)
    if names is None and not (names := names_model.is_installed()):
        click.echo(_("Without most names of people: the extra `parvis[texte]` is not installed."), err=True)
    found = (scan_with_names if names else scan_texts)(read.texts)
    kinds: Counter[str] = Counter()
    for row, spans in zip(read.rows, found, strict=True):
        kinds.update(span.kind for span in spans)
        if as_json:
            placed = [{"start": span.start, "end": span.end, "kind": span.kind} for span in spans]
            click.echo(json.dumps({"row": row, "spans": placed}))
    if not as_json:
        lines = [_("{subject}: {words}").format(subject=KINDS[kind](), words=kinds[kind]) for kind in sorted(kinds)]
        click.echo("\n".join(lines) or _("Nothing was found."))


@command(
    privacy, mark("List what is held back: refused rows, private, purged after their retention."), "parvis privacy held"
)
@JsonOption
def held(settings: Settings, as_json: bool) -> None:
    installation = read_installation(settings.root)
    own_days = retentions(read_datasets(installation.declaration_roots))
    files = files_held(installation.held, own_days, settings.held_retention_days)
    as_data = [
        {"path": str(one.path), "bytes": one.path.stat().st_size, "ends_on": one.ends_on.isoformat()} for one in files
    ]
    lines = [_("{path} (deleted from {day} on)").format(path=one.path, day=one.ends_on) for one in files]
    show(as_data, "\n".join(lines) or _("Nothing is held back."), as_json)


@command(
    privacy,
    mark("Search the declared ladders for the best steps, and print a policy to adopt."),
    "parvis privacy propose grc_signalements --source demandes.json",
)
@click.argument("dataset")
@click.option(
    "--source", required=True, type=click.Path(path_type=Path), metavar=mark("FILE"), help=mark("The rows to try on.")
)
@JsonOption
def propose(settings: Settings, dataset: str, source: Path, as_json: bool) -> None:
    installation = read_installation(settings.root)
    declared = find_dataset(dataset, installation)
    found = propose_for(declared, readable(source, settings.source_max_bytes), references(installation))
    written = yaml.safe_load(declared.path.read_text("utf-8"))["privacy"]
    show([vars(one) for one in found], as_yaml(found, written).rstrip(), as_json)


@command(privacy, mark("Say what happens to each column, and why."), "parvis privacy explain grc_signalements")
@click.argument("dataset")
@JsonOption
def explain(settings: Settings, dataset: str, as_json: bool) -> None:
    declared = find_dataset(dataset, read_installation(settings.root))
    sentences = in_sentences(declared.privacy)
    show(sentences, "\n".join(sentences), as_json)


@command(
    privacy,
    mark("Write the internal report for the data controller and the data protection officer."),
    "parvis privacy report grc_signalements",
)
@click.argument("dataset")
@OrganisationOption
def report(settings: Settings, dataset: str, organisation: str | None) -> None:
    from ..orchestration.measures import measures

    installation = read_installation(settings.root)
    declared, siren = find_dataset(dataset, installation), the_organisation(organisation, installation)
    kept = measures(installation, siren, declared.name)
    measured = recall(kept)
    if measured is None:
        raise InvalidDeclaration(
            _("{dataset}: no run was measured yet; `parvis run {dataset}` does it.").format(dataset=declared.name)
        )
    title = _("Protection of people: {dataset}").format(
        dataset=declared.title.en if language() == "en" else declared.title.fr
    )
    about = [
        _("{organisation}, version {version}, measured on {day}.").format(
            organisation=measured.organisation, version=measured.version, day=measured.measured_at[:10]
        ),
        _(
            "Internal: exact figures that help an attacker. For the data controller, who decides, "
            "and the data protection officer, who advises."
        ),
    ]
    path = kept.with_suffix(".html")
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", opener=private) as file:
        file.write(as_html(title, about, run_report(declared.name, declared.privacy, measured)))
    click.echo(_("The report lies in {path}").format(path=path))
