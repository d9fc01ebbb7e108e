"""Where everything lies in a store, by key."""

FORMAT_KEY = "format.json"
DATASETS = "datasets"
FILES = "files"
DERIVED = "derived"


def version_key(siren: str, dataset: str, sequence: int) -> str:
    """The manifest: the version is published when it is there."""
    return f"{versions_prefix(siren, dataset)}/{sequence:010}.json"


def versions_prefix(siren: str, dataset: str) -> str:
    """Above the manifests of a dataset."""
    return f"{_dataset(siren, dataset)}/v"


def tombstone_key(siren: str, dataset: str, sequence: int) -> str:
    """What stays of a withdrawn version: it is withdrawn when this is there, whatever else is."""
    return f"{tombstones_prefix(siren, dataset)}/{sequence:010}.json"


def tombstones_prefix(siren: str, dataset: str) -> str:
    """Above the tombstones of a dataset."""
    return f"{_dataset(siren, dataset)}/withdrawn"


def hint_key(siren: str, dataset: str, sequence: int) -> str:
    """A hint at the newest version."""
    return f"{hints_prefix(siren, dataset)}/{sequence:010}"


def hints_prefix(siren: str, dataset: str) -> str:
    """Above the hint, or the two of a moment."""
    return f"{_dataset(siren, dataset)}/latest"


def segment_key(siren: str, dataset: str, first: int) -> str:
    """A hint: the summaries of the versions from `first` on."""
    return f"{segments_prefix(siren, dataset)}/{first:010}.json"


def segments_prefix(siren: str, dataset: str) -> str:
    """Above the segments of a dataset's history."""
    return f"{_dataset(siren, dataset)}/history"


def register_key(siren: str, dataset: str, serial: int) -> str:
    """The signed register of the dataset's versions, the `serial`th."""
    return f"{registers_prefix(siren, dataset)}/{serial:010}.json"


def registers_prefix(siren: str, dataset: str) -> str:
    """Above the register, or the two of a moment."""
    return f"{_dataset(siren, dataset)}/register"


def sequence_of(name: str) -> int:
    """The sequence in the last part of one of these keys; 0 where there is none."""
    digits = name.removesuffix(".json")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def file_key(sha256: str) -> str:
    """The bytes with this digest."""
    return f"{FILES}/{sha256[:2]}/{sha256}"


def derived_key(sha256: str, kind: str) -> str:
    """What was made of the file with this digest; it can be made again."""
    return f"{derived_prefix(sha256)}/{kind}"


def derived_prefix(sha256: str) -> str:
    """Above all that was made of one file."""
    return f"{DERIVED}/{sha256[:2]}/{sha256}"


def _dataset(siren: str, dataset: str) -> str:
    return f"{DATASETS}/{siren}/{dataset}"
