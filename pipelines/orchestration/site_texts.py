"""What parvis.yaml and organisations.csv say in public, scanned as everything else that becomes public is."""

from typing import Any

from ..anonymise.final_scan import scan_said
from ..anonymise.scan import Leak
from ..errors import UnsafeData
from ..messages import _
from ..settings import Installation

# Asked for by law, or made to be written to: an e-mail or a phone number there is what they are for.
_CONTACTS = frozenset({"phone", "email", "host_phone", "data_protection_officer"})
_OF_CONTACTS = frozenset({"email", "phone"})


def refuse_leaks_of_site(installation: Installation, siren: str | None = None) -> None:
    """Raise UnsafeData, naming the keys, kinds and counts, where a text of the site holds a personal identifier.

    Of the organisations all are looked at, or the one with this SIREN: no other's mistake stops its publication.
    """
    if leaks := site_leaks(installation, siren):
        found = ", ".join(leak.in_words() for leak in leaks[:5])
        raise UnsafeData(
            _("The site's own texts hold personal identifiers, and would be public: {found}. Take them out.").format(
                found=found
            )
        )


def site_leaks(installation: Installation, siren: str | None = None) -> tuple[Leak, ...]:
    """Of the title, the legal mentions and the names of organisations; where each stands."""
    organisations = [one for one in installation.organisations if siren in (None, one.siren)]
    legal = installation.config.legal.model_dump(mode="json")
    plain: dict[str, Any] = {"parvis.yaml: title": installation.config.title.model_dump()}
    plain |= {f"parvis.yaml: legal.{key}": said for key, said in legal.items() if key not in _CONTACTS}
    plain |= {f"organisations.csv: {one.siren}": [one.slug, one.name] for one in organisations}
    contacts: dict[str, Any] = {f"parvis.yaml: legal.{key}": legal[key] for key in sorted(_CONTACTS)}
    contacts |= {f"organisations.csv: {one.siren}": one.contact_email for one in organisations}
    return (*scan_said(plain), *(leak for leak in scan_said(contacts) if leak.kind not in _OF_CONTACTS))
