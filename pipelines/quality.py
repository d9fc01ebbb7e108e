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

from .closed import Closed, Words, nearest, parse_closed
from .errors import InvalidDeclaration
from .messages import _, language

if TYPE_CHECKING:
    import great_expectations as gx

ROWS = "rows"
_SOME_SIREN = "000000000"  # nine digits, the key among them right: nobody's
# Whether such columns are there is what these ask.
_OF_COLUMNS = ("expect_column_to_exist", "expect_table_columns_to_match_")


class Expectation(Closed):
    """One expectation of Great Expectations' core, on `rows` or on a query of the suite."""

    table: str = ROWS
    expect: str
    arguments: Mapping[str, Any] = Field(alias="with", default_factory=dict)
    severity: Literal["error", "warning"]
    message: Words


class Written(Closed):
    """quality/<name>.yaml, whole."""

    queries: Mapping[str, str] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...]


class Suite(Written):
    """A suite and the name of its file."""

    name: str

    @property
    def path(self) -> str:
        """The file, for messages."""
        return f"quality/{self.name}.yaml"


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
    written = parse_closed(Written, content, f"quality/{name}.yaml")
    for expectation in written.expectations:
        if expectation.table not in (ROWS, *written.queries):
            raise InvalidDeclaration(
                _("quality/{name}.yaml: “{table}” is neither rows nor one of its queries.").format(
                    name=name, table=expectation.table
                )
            )
    return Suite(name=name, **dict(written))


def refuse_impossible(suite: Suite, columns: pa.Schema) -> None:
    """Raise InvalidDeclaration for what no rows with these columns would let be computed: a query, an expectation.

    What columns a query has may depend on its rows (PIVOT): those are known at the run.
    """
    tables = _prepare(suite, columns.empty_table(), None, _SOME_SIREN)
    _refuse_unknown_columns(suite, {ROWS: tables[ROWS]})
    _great_expectations()
    for index, one in enumerate(suite.expectations):
        _build(suite, one, index)


def check(suite: Suite, rows: pa.Table, previous: pa.Table | None, siren: str) -> tuple[Verdict, ...]:
    """Every expectation of the suite, judged, in the suite's order.

    Raises InvalidDeclaration where a query or an expectation cannot be computed.
    """
    tables = _prepare(suite, rows, previous, siren)
    _refuse_unknown_columns(suite, tables)
    met = _judge(suite, tables)
    said = language()
    return tuple(
        Verdict(one.table, one.expect, one.severity, one.message.en if said == "en" else one.message.fr, index in met)
        for index, one in enumerate(suite.expectations)
    )


def failures(verdicts: Sequence[Verdict], severity: str) -> tuple[str, ...]:
    """What was expected and is not so, at this severity, in words."""
    return tuple(verdict.message for verdict in verdicts if not verdict.is_met and verdict.severity == severity)


def _prepare(suite: Suite, rows: pa.Table, previous: pa.Table | None, siren: str) -> dict[str, pa.Table]:
    """The tables that expectations are on."""
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
                    _("{path}: query “{name}” cannot be computed ({kind}); correct it.").format(
                        path=suite.path, name=name, kind=type(error).__name__
                    )
                ) from None
    return tables


def _refuse_unknown_columns(suite: Suite, tables: Mapping[str, pa.Table]) -> None:
    """Raise InvalidDeclaration where an expectation on one of these tables is about a column that is not there."""
    for one in suite.expectations:
        if one.table in tables and not one.expect.startswith(_OF_COLUMNS):
            _refuse_unknown_arguments(suite, one, tables[one.table].column_names)


def _refuse_unknown_arguments(suite: Suite, one: Expectation, known: Sequence[str]) -> None:
    """Great Expectations names columns in arguments such as `column`, `column_A` and `column_list`."""
    for argument, value in one.arguments.items():
        named = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        for column in named:
            if argument.startswith("column") and column not in known:
                raise InvalidDeclaration(
                    _("{path}: {expect} on {table}: {argument}: “{column}” is no column there").format(
                        path=suite.path, expect=one.expect, table=one.table, argument=argument, column=column
                    )
                    + nearest(str(column), known)
                )


def _judge(suite: Suite, tables: Mapping[str, pa.Table]) -> frozenset[int]:
    """The indexes of the expectations that are met."""
    context = _context()
    met: set[int] = set()
    for name, table in tables.items():
        asked = {index: one for index, one in enumerate(suite.expectations) if one.table == name}
        if asked:
            met |= _judge_table(context, suite, name, table, asked)
    return frozenset(met)


def _judge_table(
    context: "gx.data_context.EphemeralDataContext",
    suite: Suite,
    name: str,
    table: pa.Table,
    asked: Mapping[int, Expectation],
) -> set[int]:
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe(name).get_batch({"dataframe": table.to_pandas()})
    built = [_build(suite, one, index) for index, one in asked.items()]
    expectations = _great_expectations().ExpectationSuite(name, expectations=built)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = batch.validate(expectations, result_format="BOOLEAN_ONLY").results
    met = set()
    for result in results:
        index = result.expectation_config.meta["index"]
        if _raised(result.exception_info):
            raise InvalidDeclaration(
                _("{path}: {expect} on {table} cannot be computed; see its arguments.").format(
                    path=suite.path, expect=asked[index].expect, table=name
                )
            )
        if result.success:
            met.add(index)
    return met


def _build(suite: Suite, one: Expectation, index: int) -> Any:
    """The Great Expectations object; its result is found again by `index`, since results come in another order."""
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.registry import get_expectation_impl

    try:
        return get_expectation_impl(one.expect)(**one.arguments, meta={"index": index})
    except (ExpectationNotFoundError, ValueError, TypeError):
        raise InvalidDeclaration(
            _("{path}: {expect}: no such expectation, or not its arguments.").format(path=suite.path, expect=one.expect)
        ) from None


def _raised(information: Mapping[str, Any]) -> bool:
    """Whether computing raised: flat for a success, one entry per metric otherwise."""
    entries = [information, *(entry for entry in information.values() if isinstance(entry, Mapping))]
    return any(entry.get("raised_exception") for entry in entries)


def _context() -> "gx.data_context.EphemeralDataContext":
    """Great Expectations without its progress bars."""
    gx = _great_expectations()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def _great_expectations() -> Any:
    """The library without its telemetry; imported here, since it costs 5 s."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    return gx
