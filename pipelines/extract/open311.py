"""Open311 GeoReport v2 (JSON or XML) -> rows of requests to the town.

A day is the town's own: the clock time that the source wrote, whatever its offset from UTC, since a
request made at half past midnight in July is not one of the day before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import SourceUnavailable
from ..messages import _
from . import Extract, Finding, References
from .content import refuse_our_names, text_table
from .open311_json import requests_in_json
from .open311_xml import requests_in_xml

# The title -> its field; the others come out under the source's own title.
FIELDS: Mapping[str, str] = {
    "service_request_id": "signalement_id",
    "service_code": "service_code",
    "service_name": "service",
    "lat": "latitude",
    "long": "longitude",
}
COMPUTED = ("statut", "annee", "trimestre", "date_demande", "date_cloture", "delai_jours")
STATUSES = {"open": "ouvert", "closed": "clos"}
_REQUESTED, _UPDATED, _STATUS = "requested_datetime", "updated_datetime", "status"
# GeoReport v2: “Default query limit is a span of 90 days or first 1000 requests returned, whichever is smallest”.
_DEFAULT_LIMIT = 1000
_BATCH = 5000

Request = Mapping[str, str]


def extract_open311(path: Path, _references: References) -> Extract:
    """The requests of one answer or archive of answers, in the source's order, numbered from 1.

    Raises SourceUnavailable for a list of services, an error answer, an empty list or any other content.
    """
    read = requests_in_json if path.suffix.lower() == ".json" else requests_in_xml
    tables = [_table(batch, path.name) for batch in _batches(read(path))]
    if not tables:
        raise SourceUnavailable(
            _("{source}: no requests; ask the server for requests of a period that has some.").format(source=path.name)
        )
    table = _joined(tables)
    rows = tuple(range(1, table.num_rows + 1))
    return Extract(table, rows, path.name, findings=_findings(len(rows), path.name), has_header=False)


def _batches(requests: Iterator[Request]) -> Iterator[tuple[Request, ...]]:
    """Some thousands at a time: a table of text takes a fifth of what Python's own objects take."""
    while batch := tuple(islice(requests, _BATCH)):
        yield batch


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    """One table; a title that a batch does not have is empty in its rows."""
    whole = pa.concat_tables(tables, promote_options="default")
    return pa.table({name: pc.fill_null(whole[name], "") for name in whole.column_names})


def _table(requests: Sequence[Request], source: str) -> pa.Table:
    return text_table(_own_columns(requests, source) | _computed_columns(requests), source)


def _own_columns(requests: Sequence[Request], source: str) -> dict[str, list[str]]:
    titles = list(dict.fromkeys(title for request in requests for title in request))
    refuse_our_names([title for title in titles if title not in FIELDS], {*FIELDS.values(), *COMPUTED}, source)
    return {FIELDS.get(title, title): [request.get(title, "") for request in requests] for title in titles}


def _computed_columns(requests: Sequence[Request]) -> dict[str, list[str]]:
    rows = [_computed(request) for request in requests]
    return {field: [row[field] for row in rows] for field in COMPUTED}


def _computed(request: Request) -> dict[str, str]:
    """What the schema asks and GeoReport says otherwise; a date that is none goes on as it is, for the schema."""
    status = request.get(_STATUS, "").strip()
    requested, closed = request.get(_REQUESTED, ""), ""
    if status.lower() == "closed":
        closed = request.get(_UPDATED, "")
    start, end = _clock_time(requested), _clock_time(closed)
    return {
        "statut": STATUSES.get(status.lower(), status),
        "annee": f"{start.year:04}" if start else "",
        "trimestre": f"{start.year:04}-T{(start.month + 2) // 3}" if start else "",
        "date_demande": _written(start, requested),
        "date_cloture": _written(end, closed),
        "delai_jours": str((end.date() - start.date()).days) if start and end else "",
    }


def _clock_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None


def _written(moment: datetime | None, text: str) -> str:
    return moment.isoformat() if moment else text


def _findings(count: int, source: str) -> tuple[Finding, ...]:
    if count != _DEFAULT_LIMIT:
        return ()
    told = _(
        "{source}: exactly {count} requests, where Open311 servers stop by default; "
        "check that none is missing, or ask for a shorter period."
    )
    return (Finding("warning", "answer-cut", told.format(source=source, count=count)),)
