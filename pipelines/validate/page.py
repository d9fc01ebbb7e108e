"""A report as one page for an officer's browser and printer: no script, no address, no cell."""

from collections.abc import Sequence

from ..messages import _, figure, language
from .outputs import parts, place_of_report, verdict
from .public import Report

_RANGES_SHOWN = 200

_PAGE = """<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>
:root{color-scheme:light dark;--text:#1b1b1b;--page:#fff;--line:#767676;--soft:#f3f3f3;--bad:#9c0f0f;--good:#0b5d1e}
@media(prefers-color-scheme:dark){:root{--text:#eee;--page:#161616;--line:#8a8a8a;--soft:#242424;--bad:#ff9d9d;
--good:#8fdca0}}
body{font:1rem/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:var(--text);
background:var(--page)}
h1{font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.25rem;margin-top:2rem}
.table{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;padding:.25rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
thead th{background:var(--soft);overflow-wrap:normal}tbody th{font-weight:600;min-width:8rem}
td.count{text-align:right;font-variant-numeric:tabular-nums}
.verdict{font-size:1.15rem;font-weight:600;border-left:.4rem solid;padding:.4rem .8rem;background:var(--soft)}
.bad{color:var(--bad)}.good{color:var(--good)}
@media(max-width:40rem){thead{position:absolute;clip-path:inset(50%)}table,caption,tbody,tr,tbody th,td{display:block}
tbody th,td{border:0;padding:.1rem 0}tr{border-bottom:1px solid var(--line);padding:.5rem 0}td.count{text-align:left}
td[data-title]::before{content:attr(data-title) " "}}
@media print{:root{--text:#000;--page:#fff;--line:#555;--soft:#fff;--bad:#000;--good:#000}body{margin:0;max-width:none}
thead{display:table-header-group}tr{break-inside:avoid}.table{overflow:visible}}
</style>
</head>
<body>
<main>
{% for one in reports %}
<h1>{{ one.title }}</h1>
<p class="verdict {{ 'good' if one.is_valid else 'bad' }}">{{ one.verdict }}</p>
{% for part in one.parts %}
<h2>{{ part.heading }}</h2>
<div class="table" role="region" aria-label="{{ part.heading }}" tabindex="0">
<table>
<caption>{{ part.caption }}</caption>
<thead><tr><th scope="col">{{ words.column }}</th><th scope="col">{{ part.what }}</th>
<th scope="col">{{ words.count }}</th><th scope="col">{{ words.rows }}</th></tr></thead>
<tbody>
{% for group in part.groups %}<tr>
<th scope="row">{{ group.column or (words.row if group.rows else words.file) }}</th>
<td>{{ group.message }}</td>
<td class="count" data-title="{{ words.count }}">{{ figure(group.count) }}</td>
<td data-title="{{ words.rows }}">{{ group.places(most) or '–' }}</td></tr>
{% endfor %}</tbody>
</table>
</div>
{% endfor %}{% endfor %}
<p>{{ words.note }}</p>
</main>
</body>
</html>
"""


def as_html(*reports: Report) -> str:
    """One page about one file or several; rows are numbered as the officer's spreadsheet numbers them."""
    import jinja2  # few validations write a page

    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)
    told = [
        {
            "title": _("Validation of {file}").format(file=place_of_report(report)),
            "is_valid": report.is_valid,
            "verdict": verdict(report),
            "parts": _filled_parts(report),
        }
        for report in reports
    ]
    return template.render(
        language=language(), title=told[0]["title"], reports=told, words=_words(), figure=figure, most=_RANGES_SHOWN
    )


def _filled_parts(report: Report) -> Sequence[dict[str, object]]:
    told = (
        (_("Must be mended in the file; then deliver it again."), _("What to do")),
        (_("May be right or wrong, and stays as it is."), _("What to do")),
        (_("Was changed with certainty; nothing is to be done."), _("What was done")),
    )
    return [
        {"heading": heading, "groups": groups, "caption": caption, "what": what}
        for (heading, groups), (caption, what) in zip(parts(report), told, strict=True)
        if groups
    ]


def _words() -> dict[str, str]:
    return {
        "column": _("Column"),
        "count": _("Count"),
        "rows": _("Rows"),
        "row": _("The whole row"),
        "file": _("The whole file"),
        "note": _(
            "Rows are numbered as a spreadsheet does at its left edge, with title rows, empty rows and hidden rows. "
            "This page describes cells and quotes none."
        ),
    }
