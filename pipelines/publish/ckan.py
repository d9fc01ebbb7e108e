"""CKAN 2.10 to 2.12 as a portal: one package per dataset, one atomic `package_revise` per version.

`package_patch` and `resource_create` cannot be repeated safely (a second
`resource_create` with the same id leaves a package that CKAN 2.12 can no longer
change), and show-then-update loses others' edits. `package_revise` carries texts,
resources and files in one call, and only if nobody changed the package since it was read.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from ..errors import PortalRefused
from ..messages import _
from . import ckan_datastore, ckan_package
from .ckan_connection import CkanConnection, Missing
from .plan import Plan, Receipt
from .publication import OpenFile, Publication


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

    def plan(self, publication: Publication) -> Plan:
        """Read the portal and compare; touches nothing."""
        self.check()
        self._check_organisation(publication.organisation)
        package = self._find(publication)
        changes = ckan_package.differences(publication, package)
        held = ckan_package.sequence_of(package) if package else 0
        copies = ckan_package.copies(package) if package else {}
        return Plan(self.name, publication, changes, held, copies, package)

    def apply(self, plan: Plan, open_file: OpenFile) -> Receipt:
        """Do what the plan says, as one revision; a plan without changes makes no call."""
        publication = plan.publication
        package = plan.found or self._create(publication)
        if any(change.what != "table-loaded" for change in plan.changes):
            package = self._revise(publication, package, open_file)
        if resource_id := ckan_package.table_resource(publication, package):
            ckan_datastore.load(self._connection, resource_id, publication.manifest, open_file)
            package = self._connection.call("package_show", {"id": package["id"]})
        left = ckan_package.differences(publication, package)
        address = f"{self.url}/dataset/{package['name']}"
        return Receipt(self.name, package["id"], address, publication.manifest.number, plan.changes, left)

    def _find(self, publication: Publication) -> Mapping[str, Any] | None:
        """The package that is this publication's; a stranger under its name is refused, not overwritten."""
        try:
            package: Mapping[str, Any] = self._connection.call("package_show", {"id": publication.name})
        except Missing:
            return None
        if ckan_package.identifier_of(package) != publication.page:
            problem = _(
                "{name} exists and is not ours; rename or delete it there, or give it the extra identifier={page}"
            )
        elif package["organization"]["name"] != publication.organisation:
            problem = _(
                "{name} belongs to another organisation there; move it, or correct organisations in parvis.yaml"
            )
        elif package["state"] == "deleted":
            problem = _("{name} was deleted there; restore it, or have it purged to make it anew")
        elif ckan_package.is_stuck(package) and (strangers := ckan_package.strangers(package)):
            problem = _(
                "{name} can no longer be changed there; keep a copy of {resources}, and have the dataset purged"
            )
            raise self._refusal(problem.format(name=publication.name, resources=", ".join(strangers)))
        elif ckan_package.sequence_of(package) > publication.manifest.sequence:
            problem = _("{name} holds a newer version than {number}; nothing older goes over it")
        else:
            return package
        raise self._refusal(
            problem.format(name=publication.name, page=publication.page, number=publication.manifest.number)
        )

    def _create(self, publication: Publication) -> Mapping[str, Any]:
        """A new package; where the answer is lost, or another was faster, the one that is there now."""
        try:
            created: Mapping[str, Any] = self._connection.call("package_create", ckan_package.creation(publication))
        except PortalRefused as refused:
            found = self._find(publication)
            if found is None:
                raise refused from None
            return found
        return created

    def _revise(self, publication: Publication, package: Mapping[str, Any], open_file: OpenFile) -> Mapping[str, Any]:
        if ckan_package.is_stuck(package):
            package = self._connection.call("package_revise", ckan_package.emptying(package))["package"]
        call, files = ckan_package.revision(publication, package)
        with ExitStack() as stack:
            uploads = [
                (place, file.name, stack.enter_context(open_file(file.stored)), file.stored.media_type)
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

    def _refusal(self, problem: str) -> PortalRefused:
        return PortalRefused(_("portal {portal}: {problem}.").format(portal=self.name, problem=problem))
