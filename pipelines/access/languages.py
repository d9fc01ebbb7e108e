"""Which words a reader gets: `?lang=`, else Accept-Language, else the site's own language."""

from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..messages import LANGUAGES, speaking


def wanted_language(query: str, accept: str, default: str) -> str:
    """One of LANGUAGES; the first of equal preferences wins."""
    asked = parse_qs(query).get("lang", [""])[-1] if "lang=" in query else ""
    if asked in LANGUAGES:
        return asked
    return max(_preferences(accept), key=lambda known: known[1], default=(default, 0.0))[0]


def _preferences(accept: str) -> list[tuple[str, float]]:
    known = []
    for item in accept.split(",")[:20]:
        tag, _semicolon, weight = item.partition(";q=")
        language = tag.strip()[:2].lower()
        quality = _quality(weight)
        if language in LANGUAGES and quality > 0:
            known.append((language, quality))
    return known


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight.strip() else 1.0
    except ValueError:
        return 0.0


class Languages:
    """Every answer in the language that its reader asked for, and said so to caches."""

    def __init__(self, app: ASGIApp, default: str) -> None:
        self.app = app
        self.default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        accept = Headers(scope=scope).get("accept-language", "")
        language = wanted_language(scope["query_string"].decode("latin-1"), accept, self.default)

        async def send_in_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "html" in headers.get("content-type", "") or "problem" in headers.get("content-type", ""):
                    headers["content-language"] = language
                    headers.add_vary_header("Accept-Language")
            await send(message)

        with speaking(language):
            await self.app(scope, receive, send_in_language)
