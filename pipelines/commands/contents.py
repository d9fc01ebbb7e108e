"""The command line's table of contents: the list of commands costs the import of none."""

from collections.abc import Mapping

from ..messages import mark

# By module below `pipelines.commands`: each command, or group of commands, of `parvis`, and what it is for.
CONTENTS: Mapping[str, Mapping[str, str]] = {
    "installation": {
        "init": mark("Create an empty installation of one's own."),
        "status": mark("Show the last version, the last error and the next run of each dataset."),
        "check": mark("Check declarations, schemas, suites, and that portals answer."),
        "organisations": mark("The organisations that this installation publishes for."),
        "nomenclatures": mark("The official charts of accounts, where labels come from."),
    },
    "publishing": {
        "run": mark("Take a dataset from its source to a version in the store, which is served at once."),
        "demo": mark("Publish the examples of an invented town, then serve them."),
        "publish": mark("Bring a portal to the latest version of a dataset."),
        "export": mark("Write everything that is served as plain files, for any web host."),
        "serve": mark("Serve the access point on 127.0.0.1."),
        "portals": mark("The portals that receive datasets."),
    },
    "history": {
        "versions": mark("List the versions of a dataset."),
        "diff": mark("Tell what changed between two versions."),
        "changelog": mark("Tell the history of a dataset in words."),
        "rollback": mark("Go back: publish an earlier version's content as a new version."),
        "withdraw": mark("Take a version back: its address answers 410 for ever."),
        "remake": mark("Make a version again from its source, and compare every byte with what was published."),
        "fsck": mark("Check every byte of the store; mend hints, report the rest."),
        "gc": mark("Find files that no version names; remove them with --remove."),
        "backup": mark("Write everything that cannot be made again, keys included, into one archive."),
        "restore": mark("Unpack a backup into an empty folder, and check it."),
    },
    "erasure": {
        "erase": mark("Erase a row from every version: they are withdrawn, and the rest is published again."),
    },
    "privacy": {
        "privacy": mark("What happens to the data of people."),
    },
    "keys": {
        "keys": mark("The keys that certificates are signed with."),
    },
    "validation": {
        "validate": mark("Check a file against a schema, before anything is published."),
    },
    "verification": {
        "verify": mark(
            "Recompute what certificates promise, from the published files alone; no installation is needed."
        ),
    },
}

# A tombstone says one word of a closed list, whatever the language.
REASON_HELP = mark(
    "The one word that stays: erasure (somebody asked), personal-data (it should not have been there), secrecy (the "
    "law), error (it was wrong), rights (of somebody else)."
)
PURPOSES: Mapping[str, str] = {name: purpose for listed in CONTENTS.values() for name, purpose in listed.items()}
MODULES: Mapping[str, str] = {name: module for module, listed in CONTENTS.items() for name in listed}
