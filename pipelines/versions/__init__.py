"""The immutable store, the files of a version, version numbers, and what changed between two."""
