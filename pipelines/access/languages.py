"""Which words a reader gets: `?lang=`, else Accept-Language, else the site's own language."""

from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..messages import LANGUAGES, language, speaking
from .weights import weights


def wanted_language(query: str, accept: str, default: str) -> str:
    """One of LANGUAGES; the first of equal preferences wins."""
    asked = parse_qs(query).get("lang", [""])[-1] if "lang=" in query else ""
    if asked in LANGUAGES:
        return asked
    return max(_preferences(accept), key=lambda known: known[1], default=(default, 0.0))[0]


def spoken() -> dict[str, str]:
    """The header of an answer in the reader's language that is no page."""
    return {"content-language": language()}


def _preferences(accept: str) -> list[tuple[str, float]]:
    wanted = [(tag.partition("-")[0], weight) for tag, weight in weights(accept)]
    return [(tag, weight) for tag, weight in wanted if tag in LANGUAGES and weight > 0]


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
        wanted = wanted_language(scope["query_string"].decode("latin-1"), accept, self.default)

        async def send_in_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "html" in headers.get("content-type", "") or "problem" in headers.get("content-type", ""):
                    headers["content-language"] = wanted
                if "content-language" in headers:
                    headers.add_vary_header("Accept-Language")
            await send(message)

        with speaking(wanted):
            await self.app(scope, receive, send_in_language)
