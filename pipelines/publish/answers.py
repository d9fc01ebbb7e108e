"""The two refusals after which asking again may help: the only ones that `publish` looks into."""

from ..errors import PortalRefused


class Unanswered(PortalRefused):
    """The portal gave no answer that can be trusted: the work may or may not be done."""


class Overtaken(PortalRefused):
    """Somebody changed the dataset on the portal between plan and apply; nothing was done."""
