"""Every URL of the access point. The addresses are a contract: reusers build on them."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib import parse

KEYS = "/.well-known/parvis-keys.json"


quote = lru_cache(maxsize=4096)(parse.quote)


@dataclass(frozen=True)
class Addresses:
    """Paths below the public address; `absolute` makes them whole.

    Pages link by path, so they also work where the server is reached by another
    host name; what leaves the site (feeds, catalogues, Link headers) is absolute.
    """

    public_url: str

    @cached_property
    def prefix(self) -> str:
        """The path below which everything lies: "" or "/donnees"."""
        return parse.urlsplit(self.public_url).path.rstrip("/")

    def absolute(self, path: str) -> str:
        return self.public_url.rstrip("/") + path.removeprefix(self.prefix)

    def home(self) -> str:
        return f"{self.prefix}/"

    def static(self, name: str, digest: str) -> str:
        return f"{self.prefix}/-/static/{name}?{digest[:12]}"

    def organisation(self, organisation: str) -> str:
        return f"{self.prefix}/{quote(organisation)}/"

    def dataset(self, organisation: str, dataset: str) -> str:
        return f"{self.organisation(organisation)}{quote(dataset)}/"

    def version(self, organisation: str, dataset: str, version: str) -> str:
        return f"{self.dataset(organisation, dataset)}{quote(version)}/"

    def file(self, organisation: str, dataset: str, version: str, name: str) -> str:
        return f"{self.version(organisation, dataset, version)}{quote(name)}"

    def summary(self, organisation: str, dataset: str, document: str = "") -> str:
        """A budget in plain words: its newest document, or one by name."""
        return f"{self.dataset(organisation, dataset)}summary/{document and quote(document) + '/'}"

    def kit(self, organisation: str) -> str:
        return f"{self.organisation(organisation)}kit.zip"

    def about(self, what: str) -> str:
        """`legal`, `privacy` or `accessibility`."""
        return f"{self.prefix}/-/{what}/"

    def renamed(self, path: str, old: str, new: str) -> str:
        """`path` with the organisation's first segment changed."""
        return self.organisation(new) + path.removeprefix(f"{self.prefix}/{quote(old)}").lstrip("/")
