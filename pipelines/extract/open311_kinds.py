"""The other things that an Open311 server answers, refused by their names."""

from collections.abc import Mapping

from ..errors import SourceUnavailable
from ..messages import _

_REQUEST_TITLES = {"service_request_id", "requested_datetime"}
_ROOT = "service_requests"


def check_kind(item: Mapping[str, object], source: str) -> None:
    """Raise SourceUnavailable for an item of a JSON list that is no request."""
    if _REQUEST_TITLES & set(item):
        return
    if {"service_code", "service_name"} <= set(item):
        raise SourceUnavailable(_services(source))
    if {"code", "description"} <= set(item):
        raise SourceUnavailable(_error_answer(source))
    raise SourceUnavailable(_other(source))


def check_root(name: str, source: str) -> None:
    """Raise SourceUnavailable for an XML file whose root element is not that of requests."""
    if name == _ROOT:
        return
    told = {"services": _services, "service_definition": _services, "errors": _error_answer}.get(name, _other)
    raise SourceUnavailable(told(source))


def _services(source: str) -> str:
    return _("{source}: a list of services, no requests; fetch requests.json or requests.xml instead.").format(
        source=source
    )


def _error_answer(source: str) -> str:
    return _("{source}: an error answer of the server, no requests; fetch the requests again.").format(source=source)


def _other(source: str) -> str:
    return _("{source}: no requests; expected Open311 GeoReport v2 requests, each with its identifier.").format(
        source=source
    )
