"""udata (data.gouv.fr and its like) as a portal: many small calls, each of which can be repeated.

Nothing there is atomic and nothing is locked. A dataset is made private and empty,
becomes public with its last file, and says which version it holds only after that;
an upload without an answer is found by its name and taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from pydantic import SecretStr

from ..errors import PortalRefused
from ..messages import _
from ..vocabularies import LICENCES
from . import udata_dataset, udata_resources
from .answers import Overtaken, deleted
from .plan import Harvested, Plan, Receipt, Subject
from .publication import OpenFile, Publication, Vacancy, trusting
from .udata_connection import Missing, UdataConnection
from .udata_dataset import Found
from .udata_filling import UdataFilling
from .udata_resources import Record, Terms

_PAGE_SIZE = 100


@dataclass(frozen=True)
class _Read:
    """What a plan read: the organisation's id, what the portal takes, and what it holds."""

    organisation: str
    terms: Terms
    found: Found | None


@dataclass(frozen=True)
class Udata:
    """A udata and the key that publishes there."""

    name: str
    url: str
    token: SecretStr
    timeout_seconds: float = 30.0
    chunk_bytes: int = 32 * 1024 * 1024  # a larger file goes in parts: front ends refuse long requests
    _connection: UdataConnection = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        connection = UdataConnection(self.name, self.url, self.token, self.timeout_seconds)
        object.__setattr__(self, "_connection", connection)

    def check(self) -> str:
        """The user to whom the key belongs."""
        return str(self._me()["slug"])

    def plan(self, subject: Subject) -> Plan:
        """Read the portal and compare; touches nothing."""
        organisation = self._organisation(subject.organisation)
        terms = self._terms(subject)
        found = self._find(subject, organisation)
        if isinstance(subject, Publication):
            subject = self._checked(subject, found, terms)
        changes = udata_dataset.differences(subject, found, terms)
        held = udata_dataset.sequence_of(found.dataset) if found else 0
        copies = udata_resources.copies(found.dataset["resources"]) if found else {}
        warnings = udata_resources.too_large(subject) if isinstance(subject, Publication) else ()
        return Plan(self.name, subject, changes, held, copies, _Read(organisation, terms, found), warnings)

    def apply(self, plan: Plan, open_file: OpenFile) -> Receipt:
        """Do what the plan says, call by call; a plan without changes makes none that writes."""
        subject, read = plan.subject, plan.found
        found: Found | None = read.found
        if plan.changes:
            try:
                self._change(subject, read, open_file)
            except Missing:
                raise self._overtaken() from None
            found = self._find(subject, read.organisation)
        if found is None and isinstance(subject, Vacancy):
            return Receipt(self.name, "", "", subject.number, ())
        if found is None:
            raise self._overtaken()
        left = udata_dataset.differences(trusting(subject), found, read.terms)
        dataset = found.dataset
        address = f"{self.url}/datasets/{dataset['slug']}/"
        return Receipt(self.name, dataset["id"], address, subject.number, plan.changes, left)

    def bring_back(self, publication: Publication) -> bool:
        """Undelete the dataset; as public or hidden as it was."""
        found = self._find(publication, self._organisation(publication.organisation))
        if not found or not found.dataset["deleted"]:
            return False
        if udata_dataset.sequence_of(found.dataset) in publication.withdrawn:
            return False
        path = f"1/datasets/{found.dataset['id']}/"
        self._connection.put(path, {**udata_dataset.kept(found.dataset), "deleted": None})
        return True

    def harvested(self, place: Vacancy) -> Harvested | None:
        """By the dct:identifier that udata's harvester keeps; it keeps no version, but when it was made."""
        only = "data{id,slug,deleted,harvest},next_page"
        dataset = udata_dataset.harvested(self._listed(place.organisation, only), place)
        if dataset is None:
            return None
        address = f"{self.url}/datasets/{dataset['slug']}/"
        return Harvested(address, committed_at=dataset["harvest"].get("modified_at") or "")

    def beyond_reach(self) -> str:
        """What a udata keeps beside the files that its API deletes."""
        return _(
            "{portal}: its backups, the tables that its crawler made of the files, parts of an upload that was cut "
            "short (for a day), and what others harvested from it"
        ).format(portal=self.name)

    def _change(self, subject: Subject, read: _Read, open_file: OpenFile) -> None:
        """Files first, texts after, and last of all the version's place: it says that the rest is there."""
        dataset = self._unchanged(read.found) if read.found else self._create(subject, read.organisation)
        for duplicate in read.found.duplicates if read.found else ():
            self._delete(duplicate["id"])
        path = f"1/datasets/{dataset['id']}/"
        if dataset["deleted"]:  # nothing in it can be deleted while it is; hidden, nobody meets it meanwhile
            self._connection.put(path, {**udata_dataset.kept(dataset), "deleted": None, "private": True})
        for resource in udata_resources.leftovers(dataset["resources"], subject, read.terms):
            self._connection.delete(f"{path}resources/{resource['id']}/")
        if isinstance(subject, Publication):
            filling = UdataFilling(self._connection, subject, read.terms, path, open_file, self.chunk_bytes)
            filling.fill(dataset["resources"])
            now = self._connection.get(path)
            if order := udata_resources.wanted_order(subject, now["resources"], read.terms):
                self._connection.put(f"{path}resources/", [{"id": each} for each in order])
            self._connection.put(path, udata_dataset.update(subject, now, read.terms))
        self._connection.put(f"2/datasets/{dataset['id']}/extras/", udata_dataset.extras(subject))
        if dataset["deleted"]:
            self._connection.delete(path)

    def _delete(self, identifier: str) -> None:
        """The dataset, after its files: udata goes on serving those of a deleted one to everybody."""
        path = f"1/datasets/{identifier}/"
        for resource in self._connection.get(path)["resources"]:
            self._connection.delete(f"{path}resources/{resource['id']}/")
        self._connection.delete(path)

    def _create(self, subject: Subject, organisation: str) -> Record:
        if isinstance(subject, Vacancy):
            raise self._overtaken()
        created: Record = self._connection.post("1/datasets/", udata_dataset.creation(subject, organisation))
        return created

    def _find(self, subject: Subject, organisation: str) -> Found | None:
        """Our dataset, in whole. The list has private and deleted ones too; it cannot be searched by extras."""
        only = "data{id,title,created_at,deleted,extras},next_page"
        found = udata_dataset.choose(self._listed(organisation, only), subject)
        if found is None:
            return found
        try:
            return replace(found, dataset=self._connection.get(f"1/datasets/{found.dataset['id']}/"))
        except Missing:
            raise self._overtaken() from None

    def _listed(self, organisation: str, only: str) -> list[Record]:
        """Every dataset of the organisation, with the fields that the mask `only` names."""
        path = f"1/organizations/{organisation}/datasets/"
        datasets: list[Record] = []
        for page in count(1):
            answer = self._connection.get(path, only, page_size=_PAGE_SIZE, page=page)
            datasets += answer["data"]
            if not answer["next_page"]:
                break
        return datasets

    def _terms(self, subject: Subject) -> Terms:
        return Terms(
            frozenset(self._connection.get_once("1/datasets/extensions/")),
            frozenset(licence["id"] for licence in self._connection.get_once("1/datasets/licenses/")),
            self._connection.get_once("1/datasets/schemas/"),
            self._zone(subject.code_insee) if isinstance(subject, Publication) else None,
        )

    def _zone(self, code_insee: str) -> str | None:
        """udata's zone of the town; None where it has none (its parser of ids loses Corsica's 2A and 2B)."""
        if not code_insee:
            return None
        zone = f"fr:commune:{code_insee}"
        try:
            known = self._connection.get_once(f"1/spatial/zone/{zone}/")
        except Missing:
            return None
        return zone if known["id"] == zone and zone == zone.lower() else None

    def _me(self) -> Record:
        """The token's user; whatever else answers at this address is no udata."""
        try:
            me = self._connection.get_once("1/me/")
        except Missing:
            me = None
        if not isinstance(me, Mapping) or not me.keys() >= {"slug", "roles", "organizations"}:
            raise self._refusal(
                _("{url} does not answer like a udata; check the address in parvis.yaml").format(url=self.url)
            )
        return me

    def _organisation(self, name: str) -> str:
        """The id of the organisation. Without it udata would give the dataset to the user, silently."""
        me = self._me()
        try:
            organisation = self._connection.get_once(f"1/organizations/{name}/")
        except Missing:
            raise self._refusal(
                _(
                    "no organisation {organisation} there; have it created, "
                    "or name the right one under organisations in parvis.yaml"
                ).format(organisation=name)
            ) from None
        if "admin" not in me["roles"] and organisation["id"] not in [mine["id"] for mine in me["organizations"]]:
            raise self._refusal(
                _("the token's user may not publish for {organisation}; ask for the role of editor there").format(
                    organisation=name
                )
            )
        return str(organisation["id"])

    def _checked(self, publication: Publication, found: Found | None, terms: Terms) -> Subject:
        """The publication, where the portal may take it; its vacancy, where what was taken back must go first."""
        licence = LICENCES[publication.manifest.metadata["license"]].udata_id
        if licence not in terms.licences:  # udata would take the dataset and show it without a licence
            raise self._refusal(
                _("it knows no licence {licence}; choose another, or have it added there").format(licence=licence)
            )
        held = udata_dataset.sequence_of(found.dataset) if found else 0
        if found and found.dataset["deleted"]:
            if held in publication.withdrawn:
                return publication.vacancy
            raise deleted(self.name, publication.name)
        if not publication.takes_over(held):
            problem = _(
                "{name} holds a newer version than {number}; nothing older goes over it; if another installation "
                "publishes it, only one should"
            )
            raise self._refusal(problem.format(name=publication.name, number=publication.number))
        return publication

    def _unchanged(self, found: Found) -> Record:
        """The dataset as it is now, and was when the plan was made. udata ignores If-Match; more cannot be had."""
        now: Record = self._connection.get(f"1/datasets/{found.dataset['id']}/")
        if now["last_modified"] != found.dataset["last_modified"]:
            raise self._overtaken()
        return now

    def _overtaken(self) -> Overtaken:
        return Overtaken(
            _("portal {portal}: the dataset was changed there in the meantime; run again.").format(portal=self.name)
        )

    def _refusal(self, problem: str) -> PortalRefused:
        return PortalRefused(_("portal {portal}: {problem}.").format(portal=self.name, problem=problem))
