"""Does it make sense? Suites of quality/<name>.yaml, judged by Great Expectations over tables that DuckDB prepares.

A suite's queries see `rows` (the candidate, whole), `previous` (the version before
it, or no rows of the same shape) and `$siren`. Amounts are summed there in integer
cents: sums of Decimals inside Great Expectations go through floats. Results are
booleans only, since its fuller formats quote cells.
"""

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pyarrow as pa
from pydantic import Field

from .closed import Closed, Words, parse_closed
from .errors import InvalidDeclaration
from .messages import _, language

if TYPE_CHECKING:
    import great_expectations as gx

ROWS = "rows"


class Expectation(Closed):
    """One expectation of Great Expectations' core, on `rows` or on a query of the suite."""

    table: str = ROWS
    expect: str
    arguments: Mapping[str, Any] = Field(alias="with", default_factory=dict)
    severity: Literal["error", "warning"]
    message: Words


class Suite(Closed):
    """quality/<name>.yaml, whole."""

    queries: Mapping[str, str] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class Verdict:
    """One expectation, judged. `message` says what was expected and what to do, in the reader's language."""

    table: str
    expect: str
    severity: str
    message: str
    is_met: bool


def read_suite(name: str, content: Mapping[str, Any]) -> Suite:
    """The suite called `name` from its YAML. Raises InvalidDeclaration naming the key."""
    suite = parse_closed(Suite, content, f"quality/{name}.yaml")
    for expectation in suite.expectations:
        if expectation.table not in (ROWS, *suite.queries):
            raise InvalidDeclaration(
                _("quality/{name}.yaml: “{table}” is neither rows nor one of its queries.").format(
                    name=name, table=expectation.table
                )
            )
    return suite


def check(suite: Suite, rows: pa.Table, previous: pa.Table | None, siren: str) -> tuple[Verdict, ...]:
    """Every expectation of the suite, judged, in the suite's order.

    Raises InvalidDeclaration where a query or an expectation cannot be computed.
    """
    tables = _prepare(suite, rows, previous, siren)
    met = _judge(suite.expectations, tables)
    said = language()
    return tuple(
        Verdict(one.table, one.expect, one.severity, one.message.en if said == "en" else one.message.fr, index in met)
        for index, one in enumerate(suite.expectations)
    )


def failures(verdicts: Sequence[Verdict], severity: str) -> tuple[str, ...]:
    """What was expected and is not so, at this severity, in words."""
    return tuple(verdict.message for verdict in verdicts if not verdict.is_met and verdict.severity == severity)


def _prepare(suite: Suite, rows: pa.Table, previous: pa.Table | None, siren: str) -> dict[str, pa.Table]:
    tables = {ROWS: rows}
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", rows)
        connection.register("previous", previous if previous is not None else rows.schema.empty_table())
        for name, query in suite.queries.items():
            try:
                parameters = {"siren": siren} if "$siren" in query else None
                tables[name] = connection.sql(query, params=parameters).to_arrow_table()
            except duckdb.Error as error:
                # DuckDB's messages quote cells ("Could not convert string 'Mme …'"): only its kind is told.
                raise InvalidDeclaration(
                    _("quality: query “{name}” cannot be computed ({kind}); correct it in the suite.").format(
                        name=name, kind=type(error).__name__
                    )
                ) from None
    return tables


def _judge(expectations: Sequence[Expectation], tables: Mapping[str, pa.Table]) -> frozenset[int]:
    """The indexes of the expectations that are met."""
    context = _context()
    met: set[int] = set()
    for name, table in tables.items():
        asked = {index: one for index, one in enumerate(expectations) if one.table == name}
        if asked:
            met |= _judge_table(context, name, table, asked)
    return frozenset(met)


def _judge_table(
    context: "gx.data_context.EphemeralDataContext", name: str, table: pa.Table, asked: Mapping[int, Expectation]
) -> set[int]:
    import great_expectations as gx

    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": table.to_pandas()})
    suite = gx.ExpectationSuite(name, expectations=[_build(one, index) for index, one in asked.items()])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = batch.validate(suite, result_format="BOOLEAN_ONLY").results
    met = set()
    for result in results:
        index = result.expectation_config.meta["index"]
        if _raised(result.exception_info):
            raise InvalidDeclaration(
                _("quality: {expect} on {table} cannot be computed; see its column and arguments.").format(
                    expect=asked[index].expect, table=name
                )
            )
        if result.success:
            met.add(index)
    return met


def _build(one: Expectation, index: int) -> Any:
    """The Great Expectations object; its result is found again by `index`, since results come in another order."""
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import get_expectation_impl

    try:
        return get_expectation_impl(one.expect)(**one.arguments, meta={"index": index})
    except (ExpectationNotFoundError, ValueError, TypeError):
        raise InvalidDeclaration(
            _("quality: {expect}: no such expectation, or not its arguments.").format(expect=one.expect)
        ) from None


def _raised(information: Mapping[str, Any]) -> bool:
    """Whether computing raised: flat for a success, one entry per metric otherwise."""
    entries = [information, *(entry for entry in information.values() if isinstance(entry, Mapping))]
    return any(entry.get("raised_exception") for entry in entries)


def _context() -> "gx.data_context.EphemeralDataContext":
    """Great Expectations without its telemetry and progress bars; imported here, since it costs 5 s."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context
