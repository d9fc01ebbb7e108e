"""The single access point: one door for reading, querying and downloading."""
