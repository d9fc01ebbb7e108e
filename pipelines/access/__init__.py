"""The single access point: one door for reading, querying and downloading. It reads the store and nothing else.

app server connections site limits           the routes and what wraps them, the process, what is set
addresses catalogue search                   every URL in one file; what the store holds now; finding it
headers languages rate problems protection   what every answer carries, in which words, how often, and errors
files sidecars media_types filtered          whole files of a version; the same address with parameters
compression encodings                        what leaves compressed, and how a reader says so
query/                                       what a reader asks of the rows, and the answer
ckan/                                        CKAN's read actions
pages/                                       what people read and look at
kits/                                        all of an organisation, to work without a network
discovery/                                   what machines find datasets and changes by
static_export                                the whole as plain files
"""
