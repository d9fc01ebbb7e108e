"""Parvis: from the systems of a town hall to versioned open data. The map, in the data's order:

declarations    dataset.yaml -> frozen Dataset, with its schema and its suite
privacy_policy  its `privacy:` block: a role and an action for every column
column_policies  the actions, and the article of law that may make a column public
ladders         the tables that a policy looks up: labels, households
closed          what a person writes: an unknown key is an error that names it
table_schema    the key of a Table Schema
vocabularies    the closed word lists of declarations: licences, themes, frequencies
settings        what differs between installations
legal           what a public site must say of itself
populations     how many people live where
portal_access   what parvis.yaml says of a portal, and whose token publishes there
installations   making one
keys            its secret key
signing         the key that certificates are signed with, and those of former days
signatures      signed JSON
private_files   what only its owner may read
alone           one writer at a time for each dataset
state           what happened last, for `parvis status`
errors          what a person can act on, one exit code per kind
disk_errors     a full disk, a missing right, a wrong path, in words
barrier         what else is raised never shows a value
messages        gettext, French first
imports         at their least cost
columns         a column by its place
extract/        a municipal file -> a table of text
workbooks/      a spreadsheet -> sheets, in a process of its own
validate/       a table of text -> typed rows + report, by the Table Schema
anonymise/      what happens to every column, so that nobody can be pointed at
quality         does it make sense? (Great Expectations)
versions/       the immutable store, the files of a version, version numbers
publish/        plan and apply, one module per portal
access/         the single access point
verification/   a stranger's check, from the published files alone
orchestration/  the runs, and the only Dagster code
definitions     Dagster's entry point
commands/       the officer's commands
reports         what they print
cli             their entry point
"""

__version__ = "0.3.0"
