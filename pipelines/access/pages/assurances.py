"""What a version's companions say, for its page: the verdicts of quality.json, the claims of certificate.json."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...messages import _
from ...versions.manifest import CERTIFICATE, QUALITY, Manifest
from ...versions.store import Store


@dataclass(frozen=True)
class Quality:
    """What was expected of the rows: in words, by language, apart by whether it is so."""

    met: tuple[Mapping[str, str], ...]
    not_met: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Certificate:
    """What was judged of the protection of people: groups of rows, or the figures in them, of `minimum` at least."""

    groups: str
    minimum: int | None
    key_id: str

    def words(self) -> str:
        """How groups of people were judged."""
        known = GROUPS.get(self.groups) if self.minimum is not None or self.groups != "judged" else None
        return known().format(minimum=self.minimum) if known else self.groups


GROUPS: Mapping[str, Callable[[], str]] = {
    "judged": lambda: _("No group of fewer than {minimum} can be told apart."),
    "tabulated": lambda: _(
        "Figures about fewer than {minimum} people are hidden, and others with them, so that nobody can compute them."
    ),
    "counted": lambda: _("No number of people below {minimum} is shown."),
    "exempt by law": lambda: _("The law makes these rows public: groups were not judged."),
    "no trait of a person": lambda: _("No column is a trait of a person: there are no groups to judge."),
    "not judged": lambda: _("The size of groups was not judged."),
}


def quality(store: Store, manifest: Manifest) -> Quality | None:
    """None where the version has no verdicts."""
    content = _content(store, manifest, QUALITY)
    if content is None:
        return None
    judged = content["expectations"]
    return Quality(
        tuple(each["message"] for each in judged if each["is_met"]),
        tuple(each["message"] for each in judged if not each["is_met"]),
    )


def certificate(store: Store, manifest: Manifest) -> Certificate | None:
    """None where the version has none."""
    content = _content(store, manifest, CERTIFICATE)
    return certificate_of(content) if content else None


def certificate_of(content: Mapping[str, Any]) -> Certificate:
    """What a page says of a certificate.json."""
    key_id = content["signature"]["key_id"]
    for name, groups in (("groups", "judged"), ("table", "tabulated"), ("counts", "counted")):
        if rule := content["recomputable"].get(name):
            return Certificate(groups, rule.get("minimum"), key_id)
    return Certificate(content["attested"]["groups"], None, key_id)


def _content(store: Store, manifest: Manifest, name: str) -> dict[str, Any] | None:
    file = manifest.file(name)
    if file is None:
        return None
    with store.open(file) as stream:
        content: dict[str, Any] = json.load(stream)
    return content
