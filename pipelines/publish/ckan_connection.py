"""Calls to a CKAN's action API through ckanapi: each with a timeout, each failure in our words.

Sites translate their messages, so errors are told apart by class and field, never
by text. No message of ours quotes a request: it would carry the token.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, BinaryIO

import requests
from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotAuthorized, NotFound, ServerIncompatibleError, ValidationError
from pydantic import SecretStr
from requests_toolbelt import MultipartEncoder

from ..errors import PortalRefused
from ..messages import _
from .answers import Overtaken, Unanswered, retry_after

Upload = tuple[str, str, BinaryIO, str]  # field, file name, content, media type


class Forbidden(PortalRefused):
    """The token may not do it."""


class Missing(Exception):
    """What was asked for is not there, or is not shown to this token."""


class _StreamingSession(requests.Session):
    """Sends files from where they lie: requests by itself builds the whole body in memory, some copies of it."""

    def post(self, url: str | bytes, data: Any = None, json: Any = None, **options: Any) -> requests.Response:
        if files := options.pop("files", None):
            texts = {key.decode(): value for key, value in data.items()}
            data = MultipartEncoder({**texts, **files})
            options["headers"] = {**options["headers"], "Content-Type": data.content_type}
        return super().post(url, data, json, **options)


class CkanConnection:
    """One CKAN and one token."""

    def __init__(self, name: str, url: str, token: SecretStr, timeout_seconds: float) -> None:
        self._name, self._url, self._token, self._timeout = name, url, token, timeout_seconds
        if not (token.get_secret_value().isascii() and token.get_secret_value().isprintable()):
            raise PortalRefused(_("portal {portal}: the token has characters that no token has.").format(portal=name))

    def call(self, action: str, data: Mapping[str, Any] | None = None, uploads: Iterable[Upload] = ()) -> Any:
        """The action's result. Raises Missing, Overtaken, Unanswered, or PortalRefused with the portal's reason."""
        files = {field: (name, content, media_type) for field, name, content, media_type in uploads}
        answers: list[requests.Response] = []
        with ExitStack() as stack:
            session = stack.enter_context(_StreamingSession())
            # Without an `auth` of its own, requests would put a login of ~/.netrc in the token's place.
            session.auth = lambda request: request
            session.hooks["response"].append(lambda answer, *_args, **_kwargs: answers.append(answer))
            ckan = RemoteCKAN(self._url, apikey=self._token.get_secret_value(), session=session)
            options = {"timeout": (min(10.0, self._timeout), self._timeout)}
            try:
                return ckan.call_action(action, dict(data or {}), files=files or None, requests_kwargs=options)
            except NotFound:
                raise Missing from None
            except NotAuthorized:
                raise Forbidden(str(self._refusal(_("the token may not do this ({action})"), action))) from None
            except ValidationError as error:
                raise self._invalid(action, error.error_dict) from None
            except (CKANAPIError, ServerIncompatibleError):
                raise self._unexpected(action, answers[-1]) from None
            except requests.RequestException:
                raise Unanswered(
                    _(
                        "portal {portal}: {url} gave no answer ({action}). Check the address and the network; "
                        "running again is safe, it looks first."
                    ).format(portal=self._name, url=self._url, action=action)
                ) from None

    def _invalid(self, action: str, problems: Mapping[str, Any]) -> PortalRefused:
        if "match" in problems:
            return Overtaken(
                _("portal {portal}: the dataset was changed there in the meantime; run again.").format(
                    portal=self._name
                )
            )
        told = "; ".join(f"{field}: {text}" for field, text in _sentences(problems))
        told = told.replace(self._token.get_secret_value(), "…")[:500]
        return self._refusal(_("it refuses what was sent ({action}): {told}"), action, told)

    def _unexpected(self, action: str, answer: requests.Response) -> PortalRefused:
        status = answer.status_code
        if status == 429:
            text = _("portal {portal}: too many requests for now; run again later, what is done stays done.")
            return Unanswered(text.format(portal=self._name), retry_after(answer.headers))
        if status >= 500 or status == 408:
            text = _(
                "portal {portal}: error {status} ({action}), the work may be done or not; "
                "running again is safe, it looks first."
            )
            told = text.format(portal=self._name, status=status, action=action)
            return Unanswered(told, retry_after(answer.headers))
        if 200 <= status < 300:  # on the way back, something spoke in the portal's place
            text = _("portal {portal}: {url} does not answer like a CKAN; check the address in parvis.yaml.")
            return Unanswered(text.format(portal=self._name, url=self._url))
        if status == 413:
            return self._refusal(_("a file is larger than it accepts; ask its operator to raise the limit"), action)
        if 300 <= status < 400:
            return self._refusal(_("{url} leads elsewhere; write the address it leads to in parvis.yaml"), action)
        return self._refusal(_("{url} does not answer like a CKAN; check the address in parvis.yaml"), action)

    def _refusal(self, problem: str, action: str, told: str = "") -> PortalRefused:
        text = problem.format(action=action, url=self._url, told=told)
        return PortalRefused(_("portal {portal}: {problem}.").format(portal=self._name, problem=text))


def _sentences(problems: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, str]]:
    """CKAN's nested errors, flat: resources.0.upload -> its texts. `__type` names a class, not a field."""
    for field, value in problems.items():
        here = f"{path}{field}"
        for position, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, Mapping):
                yield from _sentences(item, f"{here}.{position}.")
            elif field != "__type":
                yield here, str(item)
