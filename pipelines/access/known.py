"""What a reader has already, and is not sent again (RFC 9110, 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.requests import Request


def is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the reader has the answer with these headers: by its tag, compared weakly, else by its date."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return headers["etag"].removeprefix("W/") in known or known == ["*"]
    since, modified = _moment(request.headers.get("if-modified-since")), _moment(headers.get("last-modified"))
    if since is None or modified is None:
        return False
    # `latest` may be older than what it was before: a version can be taken back, and that has to reach copies.
    return since == modified or (since > modified and "content-location" not in headers)


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
