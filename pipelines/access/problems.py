"""One shape for every error (RFC 9457): what was wrong, what is allowed, nothing of the machine."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..messages import _

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is no result. `members` are shown to the reader: parameter, allowed, ..."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase

    @property
    def heading(self) -> str:
        """The title of the error's page, in the reader's language."""
        return {
            404: _("Nothing is here"),
            410: _("This version was withdrawn"),
            429: _("Too many requests"),
            503: _("Not available at the moment"),
        }.get(self.status, _("This did not work"))

    def response(self) -> Response:
        content = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return JSONResponse(content | self.members, self.status, self.headers, MEDIA_TYPE)


class Moved(Exception):
    """The organisation has another slug now."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(new)
        self.old = old
        self.new = new


def unknown_address() -> Problem:
    """Nothing lies at this address."""
    return Problem(404, _("There is nothing at this address; the catalogue lists all that is published."))


def failed() -> Problem:
    """A bug of ours, without a word of it."""
    return Problem(500, _("The server failed to answer; the same request later may work."))


def from_router(error: HTTPException) -> Problem:
    """What Starlette itself refuses: an unknown path, a method that does not exist."""
    if error.status_code == 405:
        return Problem(405, _("This address is only read: GET or HEAD."), error.headers)
    return unknown_address() if error.status_code == 404 else Problem(error.status_code, error.detail, error.headers)


def prefers_page(request: Request) -> bool:
    """Whether the reader is a person with a browser."""
    return "text/html" in request.headers.get("accept", "")
