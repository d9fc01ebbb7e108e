"""Everything a town can write, as an attack: the texts, and a store and a site that are made of them."""

import json
from dataclasses import replace

import pyarrow as pa

from pipelines.access.site import Site
from pipelines.legal import MANDATORY, Legal
from pipelines.versions.candidate import Candidate
from pipelines.versions.companions import Edition
from pipelines.versions.publication import publish_version
from pipelines.versions.store import Store
from tests.access.square import REQUESTS_SCHEMA, budget, requests
from tests.access.town import FIRST_DAY, METADATA, Town, candidate, publish

RUN = "document.title='RAN'"
WRAPPINGS = (
    "<script>{0}</script>",
    "</script><script>{0}</script>",
    "<img src=x onerror={0}>",
    "<svg onload={0}>",
    "<svg><script>{0}</script></svg>",
    "<body onload={0}>",
    "<iframe srcdoc='<script>parent.{0}</script>'>",
    "<details open ontoggle={0}>",
    "<input autofocus onfocus={0}>",
    "<video><source onerror={0}></video>",
    "<a href=javascript:{0}>x</a>",
    "<math><mtext><style><img src=x onerror={0}></style></mtext></math>",
    "<style>@import 'javascript:{0}';</style>",
    "<object data=javascript:{0}>",
    "<form action=javascript:{0}><button autofocus>x</button></form>",
    "<base href=javascript:{0}//>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    '"><script>{0}</script>',
    "'><script>{0}</script>",
    '" onmouseover={0} x="',
    "' autofocus onfocus={0} x='",
    "{{{{{0}}}}}",
    "{{% {0} %}}",
    "${{{0}}}",
    "javascript:{0}",
    "data:text/html,<script>{0}</script>",
    "]]><script>{0}</script>",
    "<!--><script>{0}</script>-->",
    "<script\x0b>{0}</script\x0b>",
    "<scr\x00ipt>{0}</scr\x00ipt>",
    "\u003cscript\u003e{0}\u003c/script\u003e",
    "\u2028<script>{0}</script>",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "&#60;script&#62;{0}&#60;/script&#62;",
    "%3Cscript%3E{0}%3C/script%3E",
    "<img src='http://127.0.0.1:9/{0}'>",
    "<link rel=stylesheet href='http://127.0.0.1:9/{0}'>",
    "<embed src=javascript:{0}>",
    "<marquee onstart={0}>",
    "<template><script>{0}</script></template>",
    "<noscript><p title='</noscript><script>{0}</script>'>",
    "<textarea><script>{0}</script>",
    "<title><script>{0}</script>",
    "<xmp><script>{0}</script>",
    "<plaintext><script>{0}",
    "<table background=javascript:{0}>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg onload={0}>'>",
    "<select onfocus={0} autofocus>",
    "<div style='background:url(javascript:{0})'>",
    "<img srcset='x 1x' onerror={0}>",
    "<audio src onerror={0}>",
    "<button popovertarget=x onclick={0}>",
    "<script type=module>{0}</script>",
    "<script src=data:,{0}></script>",
    "<x onclick={0} tabindex=1 autofocus onfocus={0}>",
    "=cmd|'/c calc'!A0 <script>{0}</script>",
    "[x](javascript:{0})",
    "![x](x onerror={0})",
    "<http://x onmouseover={0}>",
    '\\"><script>{0}</script>',
    "\u202e<script>{0}</script>",
)
ATTACKS = [wrapping.format(RUN) for wrapping in WRAPPINGS]
EVERYTHING = " ".join(ATTACKS).replace("\x00", "")
BOTH = {"fr": EVERYTHING, "en": EVERYTHING}
SAID = METADATA | {"title": BOTH, "description": BOTH, "keywords": ATTACKS[:20], "contact": ATTACKS[10]}
TOWN = Town("219300480", "valmont", EVERYTHING, f"javascript:{RUN}@x")
SITE = Site(BOTH, "http://127.0.0.1:8010", legal=Legal(**dict.fromkeys(MANDATORY, EVERYTHING)))
PRIVACY = {EVERYTHING: {"role": "identifier", "action": "drop", "basis": EVERYTHING}}


def fill(store: Store) -> Store:
    """Every text of every kind of dataset is every attack: cells, column names, labels of charts, verdicts."""
    name = f"<img src=x onerror={RUN}>"
    field = {"name": name, "title": EVERYTHING, "description": EVERYTHING, "type": "string"}
    cells = pa.table({name: [attack.replace("\x00", "") for attack in ATTACKS]})
    common = {"metadata": SAID, "privacy": PRIVACY, "organisation_name": EVERYTHING}
    plain = candidate(TOWN, table=cells, table_schema={"fields": [field]}, **common)
    publish(store, plain)
    publish_version(store, replace(plain, table=cells.slice(1)), FIRST_DAY, _verdicts)
    publish(store, _budget())
    publish(store, _requests())
    return store


def _verdicts(_edition: Edition) -> dict[str, bytes]:
    expected = [{"message": BOTH, "is_met": is_met} for is_met in (True, False)]
    certificate = {
        "recomputable": {"groups": None, "table": None},
        "attested": {"groups": EVERYTHING},
        "signature": {"key_id": EVERYTHING},
    }
    return {
        "quality.json": json.dumps({"expectations": expected}).encode(),
        "certificate.json": json.dumps(certificate).encode(),
    }


def _budget() -> Candidate:
    """Chapters without an everyday word are called by their own label."""
    made = budget()
    rows = [row | {"BGT_CONTNAT": "999", "BGT_CONTNAT_LABEL": EVERYTHING} for row in made.table.to_pylist()]
    return replace(made, table=pa.Table.from_pylist(rows, made.table.schema), metadata=SAID)


def _requests() -> Candidate:
    """The labels of charts are attacks."""
    made = requests()
    rows = [row | {"service": ATTACKS[number % 12]} for number, row in enumerate(made.table.to_pylist())]
    fields = [field | {"title": EVERYTHING} for field in REQUESTS_SCHEMA["fields"]]
    table = pa.Table.from_pylist(rows, made.table.schema)
    return replace(made, table=table, table_schema=dict(REQUESTS_SCHEMA) | {"fields": fields}, metadata=SAID)


TOWNS = (TOWN,)
