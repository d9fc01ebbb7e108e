"""The site's own style sheet and marks; their addresses carry their digest."""

from starlette.requests import Request
from starlette.responses import Response

from ..known import is_known
from ..media_types import media_type
from ..problems import unknown_address
from .templates import FOLDER, static_digests

YEAR = "public, max-age=31536000, immutable"


def static_file(request: Request) -> Response:
    """One of the files that lie in static/, and no other."""
    name = request.path_params["name"]
    digest = static_digests().get(name)
    if digest is None:
        raise unknown_address()
    headers = {"cache-control": YEAR, "etag": f'"{digest}"'}
    if is_known(request, headers):
        return Response(status_code=304, headers=headers)
    return Response((FOLDER / "static" / name).read_bytes(), headers=headers, media_type=media_type(name))
