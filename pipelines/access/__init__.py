"""The single access point: one door for reading, querying and downloading. It reads the store and nothing else.

app server connections site limits           the routes and what wraps them, the process, what is set
addresses catalogue search                   every URL in one file; what the store holds now; finding it
headers languages rate problems              what every answer carries, in which words, how often, and errors
files encodings sidecars filtered            whole files of a version; the same address with parameters
kits kit notebook                            all that an organisation has published, to work without a network
query grammar lists values places            what a reader asks: the question, and the query string that says it
columns filters orders groups engine pool    how rows are found, sorted and grouped, in a few workers and in time
answers spools formats small_json media_types    the answer as bytes, remembered or on its way out
ckan ckan_actions ckan_datastore ckan_packages    CKAN's read actions
pages table_view templates wording markdown protection freshness snippets static_files    what people read
pictures charts coarse_map row_changes assurances    what they look at
summary budget budget_words                  a budget in plain words
about criteria                               what the site says of itself
discovery dcat feeds structured_data openapi changes    what machines find datasets by
static_export                                the whole as plain files
"""
