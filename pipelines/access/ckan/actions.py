"""The read actions of CKAN's API: each a function of the parameters, in one table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...messages import _
from ...versions.identifiers import flat_name
from ...versions.manifest import Manifest, StoredFile
from ...vocabularies import THEMES
from ..addresses import Addresses
from ..catalogue import Catalogue, Publisher
from ..pages.wording import words
from ..search import Entry, counts
from ..site import Site
from . import packages as ckan_packages
from .datastore import Invalid, read_json
from .index import Found, Index
from .solr import FACET_FIELDS, read_search

Given = Mapping[str, Any]
CKAN_VERSION = "2.11.0"  # whose answers these are
ROWS, ROWS_MOST = 10, 1000
TEXTS_MOST = 20


class NotFound(Exception):
    """CKAN's Not Found Error."""


@dataclass
class Actions:
    """Answers that need no query of rows."""

    catalogue: Catalogue
    addresses: Addresses
    site: Site
    _known_index: Index | None = None

    def site_read(self, _given: Given) -> object:
        return True

    def status_show(self, _given: Given) -> object:
        return {
            "ckan_version": CKAN_VERSION,
            "site_url": self.addresses.absolute(self.addresses.home()),
            "site_title": words(self.site.title),
            "site_description": "",
            "locale_default": self.site.locale,
            "error_emails_to": None,
            "extensions": ["datastore"],
        }

    def package_list(self, given: Given) -> object:
        names = sorted(flat_name(publisher.slug, manifest.dataset) for publisher, manifest in self.entries())
        start = count(given, "offset", 0)
        return names[start:][: count(given, "limit", len(names))]

    def package_show(self, given: Given) -> object:
        return self.package(self.find_dataset(required(given, "id", "name_or_id")))

    def package_search(self, given: Given) -> object:
        tests = [read_search(text, name) for name in ("q", "fq", "fq_list") for text in texts(given, name)]
        snapshot = self.catalogue.now()
        documents = zip(snapshot.entries, snapshot.texts, strict=True)
        found = [document[0] for document in documents if all(test(document) for test in tests)]
        found = self._sorted(found, str(given.get("sort") or ""))
        start, rows = count(given, "start", 0), min(count(given, "rows", ROWS), ROWS_MOST)
        results = [self.package(entry) for entry in found[start : start + rows]]
        return {
            "count": len(found),
            "results": results,
            "sort": str(given.get("sort") or "metadata_modified desc"),
            "facets": {},
            "search_facets": _facets(found, given),
        }

    def resource_show(self, given: Given) -> object:
        publisher, manifest, file = self.find_resource(required(given, "id"))
        return ckan_packages.resource(self.addresses, publisher, manifest, file)

    def resource_search(self, given: Given) -> object:
        """`query` is one `field:word` or a list of them; the word is looked for inside the field."""
        found = [resource for entry in self.entries() for resource in self.package(entry)["resources"]]
        for each in texts(given, "query"):
            name, colon, word = each.partition(":")
            if not colon:
                raise Invalid("query", _("Expected field:word."))
            found = [resource for resource in found if word.lower() in str(resource.get(name, "")).lower()]
        return {"count": len(found), "results": found}

    def organization_list(self, given: Given) -> object:
        publishers = self.catalogue.now().publishers
        if str(given.get("all_fields")).lower() != "true":
            return [publisher.slug for publisher in publishers]
        return [self._organisation(publisher) for publisher in publishers]

    def organization_show(self, given: Given) -> object:
        wanted, snapshot = required(given, "id"), self.catalogue.now()
        known = snapshot.by_slug | {ckan_packages.organisation_id(each): each for each in snapshot.publishers}
        publisher = known.get(wanted) or known.get(snapshot.former_slugs.get(wanted, ""))
        if publisher is None:
            raise NotFound
        return self._organisation(publisher) | self._packages_of(publisher, given)

    def group_list(self, given: Given) -> object:
        codes = sorted({code for _, manifest in self.entries() for code in manifest.metadata["themes"]})
        groups = [ckan_packages.group(code) for code in codes]
        return groups if str(given.get("all_fields")).lower() == "true" else [group["name"] for group in groups]

    def tag_list(self, given: Given) -> object:
        tags = sorted({keyword for _, manifest in self.entries() for keyword in manifest.metadata["keywords"]})
        wanted = str(given.get("query") or "").lower()
        return [tag for tag in tags if wanted in tag.lower()]

    def license_list(self, _given: Given) -> object:
        return ckan_packages.licences()

    def entries(self) -> list[Entry]:
        """Everything published, the newest first."""
        return list(self.catalogue.now().entries)

    def package(self, entry: Entry) -> dict[str, Any]:
        publisher, manifest = entry
        return ckan_packages.package(
            self.addresses, publisher, manifest, self._created(manifest), self.catalogue.coverage(manifest)
        )

    def _created(self, manifest: Manifest) -> str:
        """When the dataset was first published; read once for each state of the store."""
        place, known = (manifest.siren, manifest.dataset), self._index().created
        if place not in known:
            known[place] = (self.catalogue.store.manifest(*place, 1) or manifest).committed_at
        return known[place]

    def find_dataset(self, wanted: str) -> Entry:
        """The dataset of this name or id. Raises NotFound."""
        return self._found(wanted).entry

    def find_resource(self, wanted: str) -> tuple[Publisher, Manifest, StoredFile]:
        """The resource of this id. Raises NotFound."""
        found = self._found(wanted.lower())
        if found.file is None:
            raise NotFound
        return *found.entry, found.file

    def _found(self, wanted: str) -> Found:
        found = self._index().find(wanted)
        if found is None:
            raise NotFound
        return found

    def _index(self) -> Index:
        snapshot, known = self.catalogue.now(), self._known_index
        if known is None or known.snapshot is not snapshot:
            known = self._known_index = Index(snapshot)
        return known

    def _sorted(self, found: list[Entry], sort: str) -> list[Entry]:
        """By each of `name asc, title desc, ...`, the first of them first; those that are alike, the newest first."""
        for part in reversed([part.strip() for part in sort.split(",") if part.strip()]):
            name, _space, direction = part.partition(" ")
            if name not in SORTS or direction.strip().lower() not in ("", "asc", "desc"):
                raise Invalid("sort", _("Expected one of {words}, with asc or desc.").format(words=", ".join(SORTS)))
            key = SORTS[name]
            found = sorted(found, key=lambda entry: key(self, entry), reverse=direction.strip().lower() == "desc")
        return found

    def _organisation(self, publisher: Publisher) -> dict[str, Any]:
        found = ckan_packages.organisation(publisher)
        return found | {"package_count": len(self.catalogue.now().of(publisher))}

    def _packages_of(self, publisher: Publisher, given: Given) -> dict[str, Any]:
        if str(given.get("include_datasets")).lower() != "true":
            return {}
        return {"packages": [self.package((publisher, manifest)) for manifest in self.catalogue.now().of(publisher)]}


SORTS: Mapping[str, Callable[[Actions, Entry], str]] = {
    "score": lambda _actions, _entry: "",  # whatever is found is found as well as any other
    "relevance": lambda _actions, _entry: "",
    "name": lambda _actions, entry: flat_name(entry[0].slug, entry[1].dataset),
    "title": lambda _actions, entry: words(entry[1].metadata["title"]),
    "title_string": lambda _actions, entry: words(entry[1].metadata["title"]),
    "metadata_modified": lambda _actions, entry: entry[1].committed_at,
    "metadata_created": lambda actions, entry: actions._created(entry[1]),
}
ACTIONS: Mapping[str, Callable[[Actions, Given], object]] = {
    "site_read": Actions.site_read,
    "status_show": Actions.status_show,
    "package_list": Actions.package_list,
    "package_search": Actions.package_search,
    "package_show": Actions.package_show,
    "resource_show": Actions.resource_show,
    "resource_search": Actions.resource_search,
    "organization_list": Actions.organization_list,
    "organization_show": Actions.organization_show,
    "group_list": Actions.group_list,
    "tag_list": Actions.tag_list,
    "license_list": Actions.license_list,
}


def texts(given: Given, name: str) -> list[str]:
    """A parameter that is one text or a list of them; what else it may be is read as text. Raises Invalid."""
    value = given.get(name)
    several = value if isinstance(value, list) else [value]
    if len(several) > TEXTS_MOST:
        raise Invalid(name, _("At most {count} conditions are asked at once.").format(count=TEXTS_MOST))
    return [str(each) for each in several if each]


def required(given: Given, *names: str) -> str:
    """The first of these parameters that is given. Raises Invalid."""
    for name in names:
        if given.get(name):
            return str(given[name])
    raise Invalid(names[0], _("Missing value"))


def count(given: Given, name: str, default: int) -> int:
    """A whole number. Raises Invalid."""
    value = given.get(name)
    if value in (None, ""):
        return default
    if not re.fullmatch(r"\d{1,9}", str(value), re.ASCII):
        raise Invalid(name, _("Expected a whole number."))
    return int(str(value))


def _facets(found: list[Entry], given: Given) -> dict[str, Any]:
    asked = given.get("facet.field") or []
    if isinstance(asked, str):
        asked = read_json("facet.field", asked) if asked.startswith("[") else [asked]
    if not isinstance(asked, list) or not all(isinstance(name, str) and name in FACET_FIELDS for name in asked):
        raise Invalid("facet.field", _("The fields are {words}.").format(words=", ".join(FACET_FIELDS)))
    return {
        name: {
            "title": name,
            "items": [
                {"name": value, "display_name": _label(value), "count": number}
                for value, number in counts(found, name, FACET_FIELDS)
            ],
        }
        for name in asked
    }


def _label(value: str) -> str:
    return words(THEMES[value]) if value in THEMES else value
