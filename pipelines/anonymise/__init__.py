"""What happens to every column and every row, so that nobody can be pointed at. The map:

closed_world    a column that nobody declared stops the run
treatments      the declared action of every column
dates grid pseudonyms   three of the actions
published       the Table Schema of what leaves
recognisers     e-mail, phone, NIR, IBAN, plates: how each is known
scan            what leaves holds no identifier
"""

from .closed_world import refuse_undeclared
from .gate import Already, Gated, GateReport, gate
from .linkage import Published
from .published import published_schema
from .scan import Leak, refuse_leaks, scan_table, scan_text
from .treatments import Anonymised, anonymise

__all__ = [
    "Already",
    "Anonymised",
    "GateReport",
    "Gated",
    "Leak",
    "Published",
    "anonymise",
    "gate",
    "published_schema",
    "refuse_leaks",
    "refuse_undeclared",
    "scan_table",
    "scan_text",
]
