"""The kinds of portal that parvis.yaml may name."""

from collections.abc import Callable, Mapping

from pydantic import SecretStr

from .ckan import Ckan
from .plan import Portal
from .udata import Udata

PORTALS: Mapping[str, Callable[[str, str, SecretStr, float], Portal]] = {"ckan": Ckan, "udata": Udata}
