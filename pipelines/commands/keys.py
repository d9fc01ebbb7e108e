"""The keys that certificates are signed with."""

import click

from .. import reports
from ..messages import _, mark
from ..settings import Settings, read_installation
from ..signing import PUBLISHED, published_keys
from ..signing import rotate as make_new
from .contents import PURPOSES
from .glue import JsonOption, command, group, now, show
from .root import parvis

keys = group(parvis, "keys", PURPOSES["keys"])


@command(keys, mark("List the public keys, with the days from and until which each signs."), "parvis keys list")
@JsonOption
def _list(settings: Settings, as_json: bool) -> None:
    found = published_keys(read_installation(settings.root).root).values()
    as_data = [
        {"id": one.id, "from": one.start.isoformat(), "until": one.until.isoformat() if one.until else None}
        for one in found
    ]
    rows = [(one["id"] or "", one["from"] or "", one["until"] or "-") for one in as_data]
    nothing = _("No key yet: the first run makes one.")
    show(as_data, reports.table((_("key"), _("from"), _("until")), rows) if rows else nothing, as_json)


@command(
    keys,
    mark("Sign with a new key from today on; the old one is deleted, and its public half stays published."),
    "parvis keys rotate",
)
def rotate(settings: Settings) -> None:
    installation = read_installation(settings.root)
    new = make_new(installation.root, installation.work, now().date())
    click.echo(
        _("Key {id} signs from today on. {file} lists it, and what was signed before stays valid.").format(
            id=new.id, file=PUBLISHED
        )
    )
