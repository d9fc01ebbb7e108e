"""What happens to every column and every row, so that nobody can be pointed at. The map:

closed_world plain_hashes       a column that nobody declared stops the run
treatments      the declared action of every column
actions/        each of them
published       the Table Schema of what leaves
gate            all that follows, in order: what the flow calls
groups          people who look alike: how many, how mixed
suppression patterns    nobody stands out, within a budget; what was blank stays blank
tables hiding aggregate         a table with margins: which cells are hidden
knowledge reduction audit       and that nobody can compute them
releases table_releases joint_audit earlier renamed     beside every earlier version
cadence         how often a dataset can be published at all
linkage table_links siblings    beside the town's other datasets
final_scan      in the bytes of every file, and in what is said of them
named           texts of public columns that may name somebody
scan            identifiers in whatever leaves
text/           personal data in French text
propose/        the best declared step of every ladder, of rows and of tables, as a policy to adopt
certificate             what a stranger can recompute, and what is only attested
explain report measured  for the officer, and for the data protection officer
engine          DuckDB over tables in memory
"""

from .closed_world import refuse_undeclared
from .gate import Already, Gated, GateReport, gate
from .published import published_schema
from .renamed import refuse_renamed
from .scan import Leak, refuse_leaks, scan_table, scan_text
from .siblings import Published
from .treatments import Anonymised, Beside, anonymise

__all__ = [
    "Already",
    "Anonymised",
    "Beside",
    "GateReport",
    "Gated",
    "Leak",
    "Published",
    "anonymise",
    "gate",
    "published_schema",
    "refuse_leaks",
    "refuse_renamed",
    "refuse_undeclared",
    "scan_table",
    "scan_text",
]
