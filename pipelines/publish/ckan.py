"""CKAN 2.10 to 2.12 as a portal: one package per dataset, one atomic `package_revise` per version.

`package_patch` and `resource_create` cannot be repeated safely (a second
`resource_create` with the same id leaves a package that CKAN 2.12 can no longer
change), and show-then-update loses others' edits. `package_revise` carries texts,
resources and files in one call, and only if nobody changed the package since it was read.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import SecretStr

from ..errors import PortalRefused
from ..messages import _
from . import ckan_datastore, ckan_package
from .answers import Overtaken, deleted
from .ckan_connection import CkanConnection, Forbidden, Missing
from .plan import TABLE_CHANGES, Harvested, Plan, Receipt, Subject
from .publication import OpenFile, Publication, Vacancy, trusting


@dataclass(frozen=True)
class Ckan:
    """A CKAN and the token that publishes there."""

    name: str
    url: str
    token: SecretStr
    timeout_seconds: float = 30.0
    _connection: CkanConnection = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        connection = CkanConnection(self.name, self.url, self.token, self.timeout_seconds)
        object.__setattr__(self, "_connection", connection)

    def check(self) -> str:
        """The user to whom the token belongs: reads answer to a bad token as to nobody, so this is asked first."""
        try:
            return str(self._connection.call("user_show")["name"])
        except Missing:
            raise self._refusal(
                _("the token is not known there, or has expired; make a new one on your user page")
            ) from None

    def plan(self, subject: Subject) -> Plan:
        """Read the portal and compare; touches nothing."""
        self.check()
        package = self._find(subject)
        if isinstance(subject, Publication):
            self._check_organisation(subject.organisation)
            if package and package["state"] == "deleted":
                subject = self._emptied_first(subject, package)
        subject, warnings = _loadable(subject)
        held = ckan_package.sequence_of(package) if package else 0
        copies = ckan_package.copies(package) if package else {}
        changes = ckan_package.differences(subject, package)
        return Plan(self.name, subject, changes, held, copies, package, warnings)

    def apply(self, plan: Plan, open_file: OpenFile) -> Receipt:
        """Do what the plan says, as one revision; a plan without changes makes no call."""
        subject = plan.subject
        if isinstance(subject, Vacancy) and not plan.changes:
            return Receipt(self.name, "", "", subject.number, ())
        package = plan.found or self._create(subject)
        if any(change.what not in TABLE_CHANGES for change in plan.changes):
            package = self._revise(subject, self._without_stale_tables(subject, package), open_file)
        if isinstance(subject, Publication) and (table := ckan_package.table_resource(subject, package)):
            ckan_datastore.load(self._connection, table, subject.manifest, open_file)
            package = self._connection.call("package_show", {"id": package["id"]})
        left = ckan_package.differences(trusting(subject), package)
        address = f"{self.url}/dataset/{package['name']}"
        return Receipt(self.name, package["id"], address, subject.number, plan.changes, left)

    def bring_back(self, publication: Publication) -> bool:
        """Undelete the package, as nobody changed it since it was read."""
        package = self._find(publication)
        if not package or package["state"] != "deleted" or ckan_package.sequence_of(package) in publication.withdrawn:
            return False
        lock = {f"match__{key}": package[key] for key in ("id", "metadata_modified")}
        self._connection.call("package_revise", {**lock, "update__state": "active"})
        return True

    def harvested(self, place: Vacancy) -> Harvested | None:
        """By the id that a CKAN harvester keeps, else by the identifier that a DCAT harvester writes down."""
        try:
            package: Mapping[str, Any] = self._connection.call("package_show", {"id": place.identifier})
        except Missing:
            only = f'extras_identifier:"{place.identifier}"'
            found = self._connection.call("package_search", {"fq": only, "rows": 1})["results"]
            if not found:
                return None
            package = found[0]
        address = f"{self.url}/dataset/{package['name']}"
        return Harvested(address, package.get("version") or "", ckan_package.modified_of(package))

    def beyond_reach(self) -> str:
        """A CKAN keeps no old file; its database is backed up all the same."""
        return _("{portal}: its backups, its database's journal, and what others harvested from it").format(
            portal=self.name
        )

    def _find(self, subject: Subject) -> Mapping[str, Any] | None:
        """The package that is this subject's; a stranger under its name is refused, not overwritten."""
        try:
            package: Mapping[str, Any] = self._connection.call("package_show", {"id": subject.name})
        except Missing:
            return None
        except Forbidden:
            problem = _("{name} exists there and this token may not read it; another organisation has it, or had it")
            raise self._refusal(problem.format(name=subject.name)) from None
        is_ours = ckan_package.identifier_of(package) == subject.identifier
        if isinstance(subject, Vacancy) and not is_ours:
            return None
        if not is_ours:
            problem = _(
                "{name} exists and is not ours; rename or delete it there, or give it the extra identifier={identifier}"
            )
        elif package["organization"]["name"] != subject.organisation:
            problem = _(
                "{name} belongs to another organisation there; move it, or correct organisations in parvis.yaml"
            )
        elif ckan_package.is_stuck(package) and (strangers := ckan_package.strangers(package)):
            problem = _(
                "{name} can no longer be changed there; keep a copy of {resources}, and have the dataset purged"
            )
            raise self._refusal(problem.format(name=subject.name, resources=", ".join(strangers)))
        elif isinstance(subject, Publication) and not subject.takes_over(ckan_package.sequence_of(package)):
            problem = _(
                "{name} holds a newer version than {number}; nothing older goes over it; if another installation "
                "publishes it, only one should"
            )
        else:
            return package
        raise self._refusal(problem.format(name=subject.name, identifier=subject.identifier, number=subject.number))

    def _emptied_first(self, publication: Publication, package: Mapping[str, Any]) -> Vacancy:
        """A dataset that an officer deleted there keeps its files: those that were taken back go all the same."""
        if ckan_package.sequence_of(package) in publication.withdrawn:
            return publication.vacancy
        raise deleted(self.name, publication.name)

    def _create(self, subject: Subject) -> Mapping[str, Any]:
        """A new package; where the answer is lost, or another was faster, the one that is there now."""
        if isinstance(subject, Vacancy):
            raise self._overtaken()
        try:
            created: Mapping[str, Any] = self._connection.call("package_create", ckan_package.creation(subject))
        except PortalRefused as refused:
            found = self._find(subject)
            if found is None:
                raise refused from None
            return found
        return created

    def _without_stale_tables(self, subject: Subject, package: Mapping[str, Any]) -> Mapping[str, Any]:
        """The package after the DataStore has forgotten the rows that change or go."""
        tables = ckan_package.stale_tables(subject, package)
        if not tables or ckan_package.is_stuck(package):
            return package
        now = self._find(subject)
        if now is None or now["metadata_modified"] != package["metadata_modified"]:
            raise self._overtaken()
        self._drop(tables)
        return self._find(subject) or package

    def _drop(self, tables: Iterable[str]) -> None:
        for table in tables:
            with suppress(Missing):
                self._connection.call("datastore_delete", {"resource_id": table, "force": True})

    def _revise(self, subject: Subject, package: Mapping[str, Any], open_file: OpenFile) -> Mapping[str, Any]:
        """One revision; a second one only where files of ours had to go first."""
        if is_stuck := ckan_package.is_stuck(package):
            left = ckan_package.leftovers(subject, package)
            emptied = self._connection.call("package_revise", ckan_package.emptying(package))["package"]
            package = {**emptied, "resources": left}  # they come back once, so that their files and tables can go
        package = self._send(subject, package, open_file)
        if is_stuck:  # their ids are the same as before, and so are the tables behind them
            self._drop(resource["id"] for resource in package["resources"])
            package = self._find(subject) or package
        if ckan_package.leftovers(subject, package):
            package = self._send(subject, package, open_file)
        return package

    def _send(self, subject: Subject, package: Mapping[str, Any], open_file: OpenFile) -> Mapping[str, Any]:
        if isinstance(subject, Vacancy):
            call = ckan_package.vacating(subject, package)
            vacated: Mapping[str, Any] = self._connection.call("package_revise", call)["package"]
            return vacated
        call, files = ckan_package.revision(subject, package)
        with ExitStack() as stack:
            uploads = [
                (place, file.stored.name, stack.enter_context(open_file(file.stored)), file.stored.media_type)
                for place, file in files
            ]
            revised: Mapping[str, Any] = self._connection.call("package_revise", call, uploads)["package"]
        return revised

    def _check_organisation(self, organisation: str) -> None:
        allowed = self._connection.call("organization_list_for_user", {"permission": "create_dataset"})
        if any(organisation == known["name"] for known in allowed):
            return
        try:
            self._connection.call("organization_show", {"id": organisation})
            problem = _("the token's user may not publish for {organisation}; ask for the role of editor there")
        except Missing:
            problem = _(
                "no organisation {organisation} there; have it created, "
                "or name the right one under organisations in parvis.yaml"
            )
        raise self._refusal(problem.format(organisation=organisation))

    def _overtaken(self) -> Overtaken:
        return Overtaken(
            _("portal {portal}: the dataset was changed there in the meantime; run again.").format(portal=self.name)
        )

    def _refusal(self, problem: str) -> PortalRefused:
        return PortalRefused(_("portal {portal}: {problem}.").format(portal=self.name, problem=problem))


def _loadable(subject: Subject) -> tuple[Subject, tuple[str, ...]]:
    """The subject without its table where no DataStore takes its columns, and what to know of it."""
    if isinstance(subject, Vacancy) or not subject.loads_datastore:
        return subject, ()
    columns = ckan_datastore.unfit(subject.manifest.table_schema)
    if not columns:
        return subject, ()
    told = _("the rows are not loaded into the DataStore, which takes no column called so: {columns}")
    return replace(subject, loads_datastore=False), (told.format(columns=", ".join(columns)),)
