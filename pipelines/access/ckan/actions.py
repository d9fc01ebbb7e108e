"""The read actions of CKAN's API: each a function of the parameters, in one table."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...messages import _
from ...versions.identifiers import dataset_id, flat_name, resource_id
from ...versions.manifest import Manifest, StoredFile
from ...vocabularies import THEMES
from ..addresses import Addresses
from ..catalogue import Catalogue, Publisher, Snapshot
from ..pages.wording import words
from ..search import FACETS, Entry, Search, counts
from ..site import Site
from . import packages as ckan_packages
from .datastore import Invalid

Given = Mapping[str, Any]
CKAN_VERSION = "2.11.0"  # whose answers these are
ROWS, ROWS_MOST = 10, 1000
_FILTER = re.compile(r'[+]?(-?\w+):\s*(?:"([^"]*)"|\(([^)]*)\)|(\S+))')
_FACET_OF = {
    "organization": "organisation",
    "owner_org": "organisation",
    "groups": "theme",
    "license_id": "licence",
    "res_format": "format",
}
_FIELDS = (*_FACET_OF, "name", "id", "tags")
_ALWAYS = {"dataset_type": "dataset", "type": "dataset", "state": "active", "private": "false", "capacity": "public"}


class NotFound(Exception):
    """CKAN's Not Found Error."""


@dataclass(frozen=True)
class Found:
    """What an id or a name means: a dataset, or one file of it."""

    entry: Entry
    file: StoredFile | None = None


class Index:
    """Every id and name of a snapshot, and when its datasets were first published."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.places: dict[str, Found] = {}
        self.created: dict[tuple[str, str], str] = {}

    def fill(self, snapshot: Snapshot) -> None:
        places = {name: Found(entry) for entry in snapshot.entries for name in _names(entry)}
        for publisher, manifest in snapshot.entries:
            for file in ckan_packages.resource_files(manifest):
                identifier = str(resource_id(publisher.slug, manifest.dataset, file.name))
                places[identifier] = Found((publisher, manifest), file)
        self.snapshot, self.places, self.created = snapshot, places, {}


@dataclass(frozen=True)
class Actions:
    """Answers that need no query of rows."""

    catalogue: Catalogue
    addresses: Addresses
    site: Site
    _index: Index = field(default_factory=Index)

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
        sought, terms = _words_and_terms(str(given.get("q") or ""))
        found = Search(sought, ()).found_in(self.catalogue.now())
        for test in _filters([*terms, *texts(given, "fq"), *texts(given, "fq_list")]):
            found = [entry for entry in found if test(entry)]
        found = _sorted(found, str(given.get("sort") or ""))
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
        wanted = required(given, "id")
        for publisher in self.catalogue.now().publishers:
            if wanted in (publisher.slug, ckan_packages.organisation_id(publisher)):
                return self._organisation(publisher) | self._packages_of(publisher, given)
        raise NotFound

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
        place, known = (manifest.siren, manifest.dataset), self._index.created
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
        snapshot = self.catalogue.now()
        if self._index.snapshot is not snapshot:
            self._index.fill(snapshot)
        if wanted not in self._index.places:
            raise NotFound
        return self._index.places[wanted]

    def _organisation(self, publisher: Publisher) -> dict[str, Any]:
        found = ckan_packages.organisation(publisher)
        return found | {"package_count": len(self.catalogue.now().of(publisher))}

    def _packages_of(self, publisher: Publisher, given: Given) -> dict[str, Any]:
        if str(given.get("include_datasets")).lower() != "true":
            return {}
        return {"packages": [self.package((publisher, manifest)) for manifest in self.catalogue.now().of(publisher)]}


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
    """A parameter that is one text or a list of them; what else it may be is read as text."""
    value = given.get(name)
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each]


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


def _words_and_terms(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The words of a search, and its `field:value` terms: harvesters choose an organisation or a tag so."""
    terms = [each[0] for each in _FILTER.finditer(text) if each[1].removeprefix("-") in _FIELDS]
    for term in terms:
        text = text.replace(term, " ")
    found = text.replace("*:*", "").replace("*", "").split()
    return tuple(word for word in found if word not in ("AND", "+")), terms


def _filters(asked: Sequence[str]) -> list[Callable[[Entry], bool]]:
    """Solr's filters, as far as `field:value`; one that is not understood is refused, never ignored."""
    text = " ".join(asked)
    rest = re.sub(r"\b(AND|OR)\b", "", _FILTER.sub("", text)).strip(" ()+")
    if rest:
        raise Invalid("fq", _("Expected field:value, with AND between them."))
    return [_filter(*found) for found in _FILTER.findall(text)]


def _filter(field: str, quoted: str, several: str, single: str) -> Callable[[Entry], bool]:
    name = field.removeprefix("-")
    values = {quoted or single} if not several else {each.strip('"') for each in several.split() if each not in ("OR",)}
    if name in _ALWAYS:
        is_met = _ALWAYS[name] in {value.lower() for value in values}
        return lambda _entry: is_met != field.startswith("-")
    read = _reader(name)
    wanted = {value.lower() for value in values}
    return lambda entry: bool({each.lower() for each in read(entry)} & wanted) != field.startswith("-")


def _reader(name: str) -> Callable[[Entry], tuple[str, ...]]:
    if name in _FACET_OF:
        return FACETS[_FACET_OF[name]]
    if name in ("name", "id"):
        return lambda entry: (
            flat_name(entry[0].slug, entry[1].dataset),
            str(dataset_id(entry[0].slug, entry[1].dataset)),
        )
    if name == "tags":
        return lambda entry: tuple(entry[1].metadata["keywords"])
    raise Invalid("fq", _("The fields are {words}.").format(words=", ".join([*_FIELDS, *_ALWAYS])))


def _names(entry: Entry) -> tuple[str, ...]:
    """The name and the id of a package."""
    publisher, manifest = entry
    return flat_name(publisher.slug, manifest.dataset), str(dataset_id(publisher.slug, manifest.dataset))


def _sorted(found: list[Entry], sort: str) -> list[Entry]:
    """By title or name where that is asked, else the newest first."""
    is_descending = sort.endswith("desc")
    if sort.startswith("title"):
        return sorted(found, key=lambda entry: words(entry[1].metadata["title"]), reverse=is_descending)
    if sort.startswith("name"):
        return sorted(found, key=_names, reverse=is_descending)
    return found[::-1] if sort.endswith("asc") else found


def _facets(found: list[Entry], given: Given) -> dict[str, Any]:
    asked = given.get("facet.field") or []
    names = [each for each in _FACET_OF if each in (asked if isinstance(asked, list) else str(asked))]
    return {
        name: {
            "title": name,
            "items": [
                {"name": value, "display_name": _label(value), "count": number}
                for value, number in counts(found, _FACET_OF[name])
            ],
        }
        for name in names
    }


def _label(value: str) -> str:
    return words(THEMES[value]) if value in THEMES else value
