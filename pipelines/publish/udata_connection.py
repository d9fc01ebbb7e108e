"""Calls to a udata's API over httpx: each with a timeout, each failure in our words.

Bodies of errors come in several forms and in the portal's language, so they are told
apart by status and field. No message of ours quotes a request: it would carry the key.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import httpx
from pydantic import SecretStr

from ..errors import PortalRefused
from ..messages import _
from .answers import Unanswered, retry_after

Upload = tuple[str, BinaryIO, str]  # file name, content, media type


class Missing(Exception):
    """What was asked for is not there, was deleted, or is not shown to this key."""


class UdataConnection:
    """One udata and one key."""

    def __init__(self, name: str, url: str, token: SecretStr, timeout_seconds: float) -> None:
        self._name, self._url, self._token = name, url, token
        if not (token.get_secret_value().isascii() and token.get_secret_value().isprintable()):
            raise PortalRefused(_("portal {portal}: the token has characters that no token has.").format(portal=name))
        self._known: dict[str, Any] = {}
        # No connection is kept open between calls: the portal may close it just as a write begins,
        # and nobody could say whether it was done.
        self._client = httpx.Client(
            base_url=f"{url}/api/",
            timeout=httpx.Timeout(timeout_seconds, connect=min(10.0, timeout_seconds)),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def get(self, path: str, only: str = "", **parameters: str | int) -> Any:
        """What lies at `path` below /api/; `only` is a mask of fields."""
        return self._call("GET", path, params=parameters, headers={"X-Fields": only} if only else {})

    def get_once(self, path: str) -> Any:
        """What does not change while one portal is being served: vocabularies, whose key this is."""
        if path not in self._known:
            self._known[path] = self.get(path)
        return self._known[path]

    def post(self, path: str, content: Mapping[str, Any]) -> Any:
        return self._call("POST", path, json=content)

    def put(self, path: str, content: Mapping[str, Any] | list[Any]) -> Any:
        return self._call("PUT", path, json=content)

    def delete(self, path: str) -> None:
        """What is gone already is as good as deleted."""
        try:
            self._call("DELETE", path)
        except Missing:
            return

    def upload(self, path: str, upload: Upload, form: Mapping[str, str | int] | None = None) -> Any:
        """One multipart request; the file is streamed from where it lies."""
        return self._call("POST", path, files={"file": upload}, data=form)

    def finish_upload(self, path: str, form: Mapping[str, str | int]) -> Any:
        """The request after the last chunk: a multipart form without a file."""
        return self._call("POST", path, files={key: (None, str(value)) for key, value in form.items()})

    def _call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **content: Any) -> Any:
        key = {"X-API-KEY": self._token.get_secret_value()}
        try:
            answer = self._client.request(method, path, headers={**key, **(headers or {})}, **content)
            if answer.is_success:
                return answer.json() if answer.content else None
        except (httpx.RequestError, ValueError):
            text = _(
                "portal {portal}: {url} gave no answer ({call}). Check the address and the network; "
                "running again is safe, it looks first."
            )
            raise Unanswered(text.format(portal=self._name, url=self._url, call=f"{method} {path}")) from None
        raise self._failure(answer, f"{method} {path}")

    def _failure(self, answer: httpx.Response, call: str) -> Exception:
        status = answer.status_code
        if status in (404, 410):
            return Missing()
        if status == 429:
            text = _("portal {portal}: too many requests for now; run again later, what is done stays done.")
            return Unanswered(text.format(portal=self._name), retry_after(answer.headers))
        if status >= 500 or status in (408, 423):
            text = _(
                "portal {portal}: error {status} ({call}), the work may be done or not; "
                "running again is safe, it looks first."
            )
            told = text.format(portal=self._name, status=status, call=call)
            return Unanswered(told, retry_after(answer.headers))
        return PortalRefused(
            _("portal {portal}: {problem}.").format(portal=self._name, problem=self._told(answer, call))
        )

    def _told(self, answer: httpx.Response, call: str) -> str:
        if answer.status_code == 401:
            return _("the token is not known there, or has expired; make a new one on your profile page")
        if answer.status_code == 403:
            return _("the token may not do this ({call})").format(call=call)
        if answer.status_code == 413:
            return _("a file is larger than it accepts; publish it with “files: linked” in parvis.yaml")
        if answer.is_redirect:
            return _("{url} leads elsewhere; write the address it leads to in parvis.yaml").format(url=self._url)
        words = "; ".join(sentences(_body(answer))).replace(self._token.get_secret_value(), "…")[:500]
        return _("it refuses what was sent ({call}): {words}").format(call=call, words=words or answer.status_code)


def sentences(problems: Any, path: str = "") -> Iterator[str]:
    """udata's errors, flat. Fields hold a text, a list or fields again; some bodies have only a `message`."""
    if isinstance(problems, Mapping):
        inner = problems.get("errors") or problems.get("error") or problems.get("message")
        if inner is not None and not path:
            yield from sentences(inner, "")
            return
        for field, value in problems.items():
            yield from sentences(value, f"{path}.{field}" if path else str(field))
    elif isinstance(problems, list):
        for value in problems:
            yield from sentences(value, path)
    else:
        yield f"{path}: {problems}" if path else str(problems)


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}
