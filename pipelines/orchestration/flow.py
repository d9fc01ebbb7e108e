"""One dataset of one organisation, from its source to a version in the store: plain functions, no Dagster.

`raw -> valid -> anonymous -> checked -> version`: each step takes what the step
before gave. Tables stay in memory; only refused rows are written, to work/held/.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..anonymise import Anonymised, Beside, GateReport, anonymise, refuse_undeclared
from ..declarations import Dataset
from ..errors import InvalidData
from ..extract import Extract, Finding, References
from ..extract.connectors import extract
from ..messages import _, ngettext, percent
from ..quality import Verdict, check, failures, read_suite
from ..settings import Installation, Organisation
from ..state import Refusal
from ..table_schema import primary_key
from ..validate import Validated, further_findings, validate_table
from ..validate.wording import refusal_in_words
from ..versions import Candidate, Publication, Store, publish_version
from .attestation import Attestation
from .beside import ForReview, contributors, set_apart
from .gating import cadence_advice, gate_parts, kept_pseudonyms
from .parts import Delivery, cut, deliveries, merge_parts, name_of
from .request import Request


@dataclass(frozen=True)
class Valid:
    """The good rows of one source file, with what the validation said of the others."""

    extract: Extract
    validated: Validated
    findings: Sequence[Finding]  # what the schema asks beyond frictionless: unique keys, the official custom checks


@dataclass(frozen=True)
class Anonymous:
    """Every row that will be published: this run's, and the parts that it leaves as they are."""

    table: pa.Table
    deliveries: tuple[Delivery, ...]
    table_schema: Mapping[str, Any]  # of the published rows
    cells_treated: int  # of this run's rows
    reports: Mapping[tuple[str, ...], GateReport]  # by part of this run
    to_review: tuple[ForReview, ...]  # rows that the law's exemption does not cover
    advice: str  # on how often the dataset can be published; "" where there is nothing to say
    based_on: int  # the sequence of the version whose other parts these rows hold; 0: none


def extract_all(request: Request, references: References) -> tuple[Extract, ...]:
    """Every source file, read. Raises InvalidData where a file is another organisation's, or cannot be published."""
    shaped = replace(references, table_schema=request.dataset.table_schema, titles=request.dataset.titles)
    found = tuple(extract(path, request.dataset.source, shaped) for path in request.sources)
    for one in found:
        _refuse_other_organisation(one, request.organisation)
        _refuse_erroneous(one)
    return found


def refuse_undeclared_columns(request: Request, extracts: Sequence[Extract]) -> None:
    """Raise UnsafeData where a file has a column that the declaration does not name."""
    for one in extracts:
        refuse_undeclared(one.table.column_names, request.dataset.privacy, one.source, one.places)


def validate_all(request: Request, extracts: Sequence[Extract]) -> tuple[Valid, ...]:
    """Each file's good rows, typed, and what is wrong with the others."""
    dataset = request.dataset
    return tuple(_valid(_fields_only(one, dataset), one, dataset) for one in extracts)


def _valid(fields: Extract, whole: Extract, dataset: Dataset) -> Valid:
    schema = dataset.table_schema
    return Valid(whole, validate_table(fields, schema), further_findings(fields, schema))


def refuse_too_many(request: Request, valid: Sequence[Valid], held: Path | None) -> None:
    """Raise InvalidData where no row was delivered, or more rows are refused than `max_refused` allows."""
    read, refused, allowed = rows_read(valid), rows_refused(valid), request.dataset.max_refused
    if read == 0:
        raise InvalidData(
            _("{source}: no row at all. Nothing was published; deliver a file with rows.").format(
                source=", ".join(one.extract.source for one in valid)
            )
        )
    if refused > read * allowed:
        told = ngettext(
            "{refused} of {read} rows refused, more than max_refused allows ({allowed}): {reasons}. "
            "See {path} (.csv and .html beside it), mend the source and run again.",
            "{refused} of {read} rows refused, more than max_refused allows ({allowed}): {reasons}. "
            "See {path} (.csv and .html beside it), mend the source and run again.",
            refused,
        )
        reasons = _in_words(refusals(valid))
        raise InvalidData(
            told.format(refused=refused, read=read, allowed=percent(allowed, 1), reasons=reasons, path=held)
        )


def rows_read(valid: Sequence[Valid]) -> int:
    return sum(one.extract.table.num_rows for one in valid)


def rows_refused(valid: Sequence[Valid]) -> int:
    return sum(one.validated.refused.num_rows for one in valid)


def anonymise_all(request: Request, valid: Sequence[Valid], store: Store, key: bytes) -> Anonymous:
    """The rows without anything that points to a person, merged with the parts that this run leaves as they are.

    Each part passes the gates by itself, beside the earlier versions of the same part.
    """
    dataset, siren = request.dataset, request.organisation.siren
    judged, to_review = set_apart([(one.extract, one.validated) for one in valid], dataset.privacy)
    release = str(store.head(siren, dataset.name).sequence + 1)
    beside = Beside(dataset.tables, contributors(judged, dataset.privacy), release)
    rows = pa.concat_tables([validated.table for _extract, validated in judged])
    treated = anonymise(rows, dataset.table_schema, dataset.privacy, key, f"{siren}/{dataset.name}", beside)
    sources = [(found, validated.row_numbers) for found, validated in judged]
    previous = store.latest(siren, dataset.name)
    kept = previous if previous and dataset.part_key else None
    published = {part.key for part in kept.parts} if kept else set()
    has_key = bool(primary_key(dataset.table_schema))
    fresh = deliveries(dataset.part_key, sources, treated.table, has_key, treated.units, published)
    fresh = tuple(_without_erased(one, request, treated) for one in fresh)
    advice = cadence_advice(rows, treated, dataset)
    gone = frozenset(one for one in published if name_of(one) in request.removed_parts)
    gated = gate_parts(fresh, treated, dataset, siren, store, request.siblings, request.erased, gone, advice)
    before = {one.key: one for one in cut(previous.parts, store.read_table(previous))} if previous else {}
    passed = [
        kept_pseudonyms(replace(one, table=through.table), before, dataset.privacy)
        for one, through in gated
        if through.table.num_rows or one.key in published or not through.report.rows_waiting
    ]
    merged = merge_parts(
        passed, kept.parts if kept else (), store.read_table(kept) if kept else None, request.removed_parts
    )
    table = pa.concat_tables([one.table for one in merged]).combine_chunks()
    table_schema = gated[0][1].table_schema if gated else treated.table_schema
    _refuse_duplicate_keys(table, table_schema)
    return Anonymous(
        table=table,
        deliveries=merged,
        table_schema=table_schema,
        cells_treated=treated.cells_treated + sum(_dropped_cells(one.extract, dataset) for one in valid),
        based_on=previous.sequence if previous else 0,
        reports={one.key: through.report for one, through in gated},
        to_review=tuple(to_review),
        advice=advice,
    )


def _without_erased(one: Delivery, request: Request, treated: Anonymised) -> Delivery:
    if request.erased is None:
        return one
    is_kept = request.erased.kept(request.organisation.siren, request.dataset.name, one.table, treated.table_schema)
    units = None if one.units is None else one.units.filter(is_kept)
    return replace(one, table=one.table.filter(is_kept), units=units)


def check_all(request: Request, anonymous: Anonymous, store: Store) -> tuple[Verdict, ...]:
    """The suite's verdicts. Raises InvalidData where an expectation of severity error is not met."""
    dataset, siren = request.dataset, request.organisation.siren
    previous = store.latest(siren, dataset.name)
    before = store.read_table(previous) if previous else None
    if before is not None and before.schema != anonymous.table.schema:
        before = None  # another shape cannot be compared row by row
    verdicts = check(read_suite(dataset.quality, dataset.suite), anonymous.table, before, siren)
    if errors := failures(verdicts, "error"):
        raise InvalidData(_("The data make no sense: {errors} Nothing was published.").format(errors=" ".join(errors)))
    return verdicts


def publish_all(
    request: Request,
    anonymous: Anonymous,
    verdicts: Sequence[Verdict],
    made_from: Mapping[str, str],
    installation: Installation,
    store: Store,
    now: datetime,
) -> Publication:
    """The rows as a version in the store, with verdicts and certificate, unless they are the last version's."""
    attestation = Attestation(request.dataset, installation, store, anonymous.reports, verdicts)
    return publish_version(store, candidate(request, anonymous, made_from), now, attestation.companions)


def candidate(request: Request, anonymous: Anonymous, made_from: Mapping[str, str]) -> Candidate:
    """The version that may come of the rows, with all that is said about them; `made_from` is its provenance."""
    dataset, organisation = request.dataset, request.organisation
    return Candidate(
        siren=organisation.siren,
        organisation=organisation.slug,
        organisation_name=organisation.name,
        dataset=dataset.name,
        table=anonymous.table,
        parts=tuple(one.part for one in anonymous.deliveries),
        metadata=metadata(dataset),
        table_schema=anonymous.table_schema,
        privacy=privacy_summary(dataset),
        provenance=made_from,
        based_on=anonymous.based_on if dataset.part_key else None,
    )


def metadata(dataset: Dataset) -> dict[str, object]:
    """What pages and portals say of the dataset."""
    named = {"title", "description", "license", "themes", "keywords", "update_frequency", "contact", "filter_by"}
    announced = {"announcements"} if dataset.announcements else set()
    return {**dataset.model_dump(mode="json", include=named | announced), "unit": dataset.privacy.unit}


def privacy_summary(dataset: Dataset) -> dict[str, object]:
    """What happens to each column of the source, for everybody to read: role, action, step, article of law."""
    law = {"basis", "article", "covers"}
    everywhere = dataset.privacy.model_dump(mode="json", include=law, exclude_none=True)
    columns = dataset.privacy.columns.items()
    said = {name: {**everywhere, **column.model_dump(mode="json", exclude_none=True)} for name, column in columns}
    return said | {name: {**said[name], **labels} for name, labels in dataset.labels.items()}


def refusals(valid: Sequence[Valid]) -> tuple[Refusal, ...]:
    """How many cells broke which rule, the most frequent first."""
    counts = Counter((error.field_name or "", error.rule) for one in valid for error in one.validated.errors)
    return tuple(Refusal(column, rule, count) for (column, rule), count in counts.most_common())


def _in_words(found: Sequence[Refusal]) -> str:
    return ", ".join(refusal_in_words(one.column, one.rule, one.count) for one in found[:5])


def _refuse_other_organisation(one: Extract, organisation: Organisation) -> None:
    if one.siren is not None and one.siren != organisation.siren:
        raise InvalidData(
            _(
                "{source} is of organisation {found}, not of {expected} ({name}). Deliver it for its own organisation: "
                "`parvis organisations add {found} --name …`, then --organisation {found}."
            ).format(source=one.source, found=one.siren, expected=organisation.siren, name=organisation.name)
        )


def _refuse_erroneous(one: Extract) -> None:
    if errors := [finding.message for finding in one.findings if finding.severity == "error"]:
        raise InvalidData(" ".join(errors[:5]))


def _refuse_duplicate_keys(table: pa.Table, table_schema: Mapping[str, Any]) -> None:
    """Each file's keys are unique already; here they are over all files and parts."""
    key = primary_key(table_schema)
    if key and table.group_by(key).aggregate([]).num_rows < table.num_rows:
        raise InvalidData(
            _("The key {key} stands in more than one file or part. Mend the sources and run again.").format(
                key=" + ".join(key)
            )
        )


def _dropped_cells(one: Extract, dataset: Dataset) -> int:
    """Cells of the columns that are no field of the schema: dropped before anything looked at them."""
    columns = [one.table[name] for name in one.table.column_names if name not in dataset.field_names]
    return sum(pc.sum(pc.not_equal(column, "")).as_py() or 0 for column in columns)


def _fields_only(one: Extract, dataset: Dataset) -> Extract:
    """Without the columns that are no field: they are dropped here, before anything looks at them."""
    kept = [name for name in one.table.column_names if name in dataset.field_names]
    return replace(one, table=one.table.select(kept))
