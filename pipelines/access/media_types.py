"""The content type of each kind of file. Ours alone: never guessed, never the uploader's."""

MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8; header=present",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".csvt": "text/csv; charset=utf-8; header=absent",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".geojson": "application/geo+json",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
UNKNOWN = "application/octet-stream"


def media_type(name: str) -> str:
    """The content type of the file called `name`."""
    if name == "SHA256SUMS":
        return "text/plain; charset=utf-8"
    return MEDIA_TYPES.get("." + name.rpartition(".")[2], UNKNOWN)
