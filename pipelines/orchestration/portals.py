"""From the store to the portals of parvis.yaml, organisation by organisation; a portal that is down loses nothing.

What a portal lacks is read from the store and from the portal itself; `state.db`
only remembers who waits, so that officers are told, and the longest wait ends first.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import SecretStr

from ..barrier import barrier
from ..closed import nearest
from ..declarations import Dataset
from ..errors import InvalidDeclaration, PublicationError, StoreUnavailable
from ..messages import _
from ..portal_access import Portal as PortalSettings
from ..portal_access import PortalAccess
from ..publish import publishing
from ..publish.answers import Edited, Overtaken, Unanswered, gone
from ..publish.drift import Standing, altered_files, harvest_standing, standing
from ..publish.plan import Change, Plan, Portal, Receipt, Subject, is_new
from ..publish.portals import PORTALS
from ..publish.publication import Publication, Vacancy
from ..publish.publishing import Patience
from ..settings import Installation, Organisation, Settings
from ..state import PortalOutcome, portal_outcomes, record_on_portal
from ..versions import Store
from .planned import Planned
from .subjects import subject_of

Mine = tuple[Organisation, Subject]
Bring = Callable[[Subject, Portal], Receipt]


def connect(name: str, portal: PortalSettings, token: SecretStr, settings: Settings) -> Portal:
    """The portal called `name` in parvis.yaml. Nothing is sent yet."""
    return PORTALS[portal.kind](name, portal.url, token, settings.portal_timeout_seconds)


@dataclass(frozen=True)
class OpenPortal:
    """One portal of parvis.yaml, and the store whose versions are brought to it."""

    installation: Installation
    settings: Settings
    access: PortalAccess
    store: Store
    _portals: dict[str, Portal] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        return self.access.name

    def plan(self, dataset: str, now: datetime, siren: str | None = None) -> tuple[Planned, ...]:
        """What would change on the portal; touches nothing. One organisation's refusal hides no other's plan."""
        return tuple(self._plan(mine, now) for mine in self._pushed(dataset, siren))

    def publish(self, dataset: str, now: datetime, siren: str | None = None) -> tuple[PortalOutcome, ...]:
        """Bring the portal to the latest version, over edits too; one organisation's refusal stops no other."""
        return tuple(self._deliver(mine, now, self._publish) for mine in self._pushed(dataset, siren))

    def mend(self, dataset: str, now: datetime, siren: str | None = None) -> tuple[PortalOutcome, ...]:
        """As `publish`; what was deleted comes back, and every copy is sent again whose bytes are not the version's."""
        return tuple(self._deliver(mine, now, self._mend) for mine in self._pushed(dataset, siren))

    def catch_up(self, dataset: str, now: datetime, siren: str) -> tuple[PortalOutcome, ...]:
        """As `publish`, unasked: what somebody edited there stays, and is told."""
        return tuple(self._deliver(mine, now, self._catch_up) for mine in self._subjects(dataset, siren))

    def take_back(self, dataset: str, now: datetime, siren: str) -> tuple[PortalOutcome, ...]:
        """After a withdrawal: bring the portal in line where it holds something of the dataset, and only there."""
        return tuple(self._deliver(mine, now, self._take_back) for mine in self._subjects(dataset, siren))

    def look(self, dataset: str, now: datetime, siren: str | None = None) -> tuple[PortalOutcome, ...]:
        """How each version stands there, every copy read; where it is harvested, whether it was taken.

        Touches nothing on the portal; what was seen is remembered for `status`.
        """
        return tuple(self._look(mine, now) for mine in self._subjects(dataset, siren))

    def is_harvested(self, dataset: str) -> bool:
        """True where the portal takes the dataset by itself, so that nothing is pushed."""
        return dataset in self.access.portal.harvested

    def beyond_reach(self) -> str:
        """Where copies may stay that no call can reach."""
        return connect(self.name, self.access.portal, SecretStr(""), self.settings).beyond_reach()

    def _subjects(self, dataset: str, siren: str | None) -> tuple[Mine, ...]:
        organisations = [one for one in self.installation.organisations if siren in (None, one.siren)]
        config = self.installation.config
        found = [(one, subject_of(one, dataset, config, self.access, self.store)) for one in organisations]
        return tuple((one, subject) for one, subject in found if subject)

    def _published(self, dataset: str, siren: str | None) -> tuple[Mine, ...]:
        subjects = self._subjects(dataset, siren)
        if not subjects:
            raise InvalidDeclaration(
                _("{dataset}: no version yet. Run `parvis run {dataset}` first.").format(dataset=dataset)
            )
        return subjects

    def _pushed(self, dataset: str, siren: str | None) -> tuple[Mine, ...]:
        if self.is_harvested(dataset):
            raise InvalidDeclaration(
                _(
                    "{dataset}: the portal {portal} takes it from our catalogue by itself (“harvested” in "
                    "parvis.yaml); `parvis portals check` tells whether it did."
                ).format(dataset=dataset, portal=self.name)
            )
        return self._published(dataset, siren)

    def _portal(self, organisation: Organisation) -> Portal:
        """The portal as the organisation's token opens it: one connection for all who share a token."""
        try:
            token = self.access.token(organisation.slug)
        except PublicationError:
            if not self.access.portal.harvested:
                raise
            token = SecretStr("")  # looking at what a portal harvested needs none
        secret = token.get_secret_value()
        if secret not in self._portals:
            self._portals[secret] = connect(self.name, self.access.portal, token, self.settings)
        return self._portals[secret]

    def _plan(self, mine: Mine, now: datetime) -> Planned:
        organisation, subject = mine
        plans: list[Plan] = []

        def planned(outcome: PortalOutcome) -> PortalOutcome:
            plans.append(self._portal(organisation).plan(subject))
            return replace(outcome, status="planned")

        outcome = self._attempt(mine, now, planned)
        return Planned(outcome, plans[0] if plans else None)

    def _deliver(self, mine: Mine, now: datetime, bring: Bring) -> PortalOutcome:
        """How it went, remembered for `status`; a refusal too."""
        organisation, subject = mine

        def done(outcome: PortalOutcome) -> PortalOutcome:
            receipt = bring(subject, self._portal(organisation))
            if not receipt.dataset_id:
                return replace(outcome, status="absent")
            return replace(
                outcome, status=_status(subject, receipt), warnings=receipt.warnings, address=receipt.address
            )

        outcome = self._attempt(mine, now, done)
        return outcome if outcome.status == "absent" else record_on_portal(self.installation.state, outcome)

    def _look(self, mine: Mine, now: datetime) -> PortalOutcome:
        def seen(outcome: PortalOutcome) -> PortalOutcome:
            found = self._standing(*mine)
            if is_new(found.changes) and (was_at := self._was_at(mine[1])):
                raise gone(self.name, mine[1].name, was_at)
            words = tuple(change.words() for change in found.changes) if found.state == "edited" else ()
            exit_code = Edited.exit_code if found.state == "edited" else 0
            return replace(outcome, status=found.state, changes=words, exit_code=exit_code)

        return record_on_portal(self.installation.state, self._attempt(mine, now, seen))

    def _standing(self, organisation: Organisation, subject: Subject) -> Standing:
        portal = self._portal(organisation)
        if self.is_harvested(subject.dataset):
            return harvest_standing(subject, portal)
        return standing(subject, portal, self.settings.portal_timeout_seconds)

    def _attempt(self, mine: Mine, now: datetime, act: Callable[[PortalOutcome], PortalOutcome]) -> PortalOutcome:
        """The outcome as `act` fills it in, or what was refused: one organisation's refusal stops no other."""
        organisation, subject = mine
        outcome = PortalOutcome(
            siren=organisation.siren,
            organisation=organisation.slug,
            dataset=subject.dataset,
            portal=self.name,
            version=None if isinstance(subject, Vacancy) else subject.number,
            status="refused",
            ended_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            is_harvested=self.is_harvested(subject.dataset),
        )
        try:
            with barrier(self.installation.work / "errors", now):
                return act(outcome)
        except PublicationError as error:
            return replace(outcome, status=_refusal(error), error=str(error), exit_code=error.exit_code)

    def _publish(self, subject: Subject, portal: Portal) -> Receipt:
        return publishing.publish(subject, portal, self.store.open, self._patience)

    def _catch_up(self, subject: Subject, portal: Portal) -> Receipt:
        return publishing.catch_up(subject, portal, self.store.open, self._patience, self._was_at(subject))

    def _take_back(self, subject: Subject, portal: Portal) -> Receipt:
        return publishing.take_back(subject, portal, self.store.open, self._patience)

    def _mend(self, subject: Subject, portal: Portal) -> Receipt:
        restored: tuple[Change, ...] = ()
        if isinstance(subject, Publication):
            restored = publishing.bring_back(subject, portal, self._patience)
            found = altered_files(subject, portal.plan(subject), self.settings.portal_timeout_seconds)
            subject = replace(subject, distrusted=frozenset(change.name for change in found))
        receipt = self._publish(subject, portal)
        return replace(receipt, changes=(*restored, *receipt.changes))

    def _was_at(self, subject: Subject) -> str:
        """Where the portal had the dataset when it was last seen there; "" where it never was, or nobody remembers."""
        if isinstance(subject, Vacancy) or self.is_harvested(subject.dataset):
            return ""
        known = portal_outcomes(self.installation.state, subject.dataset)
        key = (subject.manifest.siren, self.name)
        address = next((one.address for one in known if (one.siren, one.portal) == key), None) or ""
        return address if address.startswith(self.access.portal.url) else ""

    @property
    def _patience(self) -> Patience:
        return Patience(budget_seconds=self.settings.portal_patience_seconds)


def open_portal(installation: Installation, settings: Settings, portal: str) -> OpenPortal:
    """The portal called so in parvis.yaml. Raises InvalidDeclaration with the nearest name."""
    portals = installation.config.portals
    if portal not in portals:
        raise InvalidDeclaration(
            _("parvis.yaml: no portal “{name}”").format(name=portal) + nearest(portal, sorted(portals))
        )
    access = PortalAccess(portal, portals[portal], installation.root, os.environ)
    return OpenPortal(installation, settings, access, Store(installation.store))


def portals_of(dataset: Dataset, installation: Installation, settings: Settings) -> tuple[OpenPortal, ...]:
    """Every portal that the dataset names, or that names the dataset."""
    asking = [
        name
        for name, portal in installation.config.portals.items()
        if dataset.name in (*portal.datasets, *portal.harvested)
    ]
    return tuple(open_portal(installation, settings, name) for name in dict.fromkeys([*dataset.portals, *asking]))


def catch_up_everywhere(
    dataset: Dataset, installation: Installation, settings: Settings, now: datetime, sirens: Sequence[str]
) -> tuple[PortalOutcome, ...]:
    """Bring these organisations' versions to every portal that takes the dataset; who waits longest comes first.

    A portal that is published to by hand is caught up with too, where something waits for it.
    """
    known = {(one.portal, one.siren): one for one in portal_outcomes(installation.state, dataset.name)}
    fed = {portal.name for portal in portals_of(dataset, installation, settings)}
    done: list[PortalOutcome] = []
    for portal in (open_portal(installation, settings, name) for name in installation.config.portals):
        if portal.is_harvested(dataset.name):
            continue
        lines = {siren: known.get((portal.name, siren)) for siren in sirens}
        due = [siren for siren, line in lines.items() if portal.name in fed or (line and is_owed(line))]
        for siren in sorted(due, key=lambda siren: _waiting_since(lines[siren])):
            done += portal.catch_up(dataset.name, now, siren)
    return tuple(done)


def is_owed(line: PortalOutcome) -> bool:
    """True where a version waits for the portal, also for one that has taken some before and refused this one."""
    return line.status == "waiting" or (line.status == "refused" and bool(line.address))


def take_back_everywhere(
    dataset: str, installation: Installation, settings: Settings, now: datetime, siren: str
) -> tuple[tuple[PortalOutcome, ...], tuple[str, ...]]:
    """After a withdrawal: what became of the copies on every portal, and which of them are beyond reach.

    Nothing where nothing was ever withdrawn. Whatever cuts this short, portals that
    are known to have the dataset wait, so that the next run goes on.
    """
    if not Store(installation.store).tombstones(siren, dataset):
        return (), ()
    portals = [open_portal(installation, settings, name) for name in installation.config.portals]
    pushed = [portal for portal in portals if not portal.is_harvested(dataset)]
    with suppress(StoreUnavailable):  # what nobody remembers is looked for all the same
        _let_wait(dataset, installation, now, siren, [portal.name for portal in pushed])
    beyond = [
        _("{portal}: what it harvested, until it harvests again").format(portal=portal.name)
        for portal in portals
        if portal not in pushed
    ]
    done: list[PortalOutcome] = []
    for portal in pushed:
        found = [one for one in portal.take_back(dataset, now, siren) if one.status != "absent"]
        beyond += [portal.beyond_reach()] if found else []
        done += found
    return tuple(done), tuple(beyond)


def _let_wait(dataset: str, installation: Installation, now: datetime, siren: str, portals: Sequence[str]) -> None:
    """Remember those of `portals` that are known to have the dataset as waiting."""
    ended_at = now.astimezone(UTC).isoformat(timespec="seconds")
    for line in portal_outcomes(installation.state, dataset):
        if line.siren == siren and line.portal in portals and line.address:
            said = _("it has not taken back yet what was withdrawn")
            waiting = replace(line, status="waiting", ended_at=ended_at, error=said, changes=())
            record_on_portal(installation.state, waiting)


def _waiting_since(line: PortalOutcome | None) -> str:
    """Comes last where nothing waits."""
    return (line and line.waiting_since) or "9"


def _status(subject: Subject, receipt: Receipt) -> str:
    if not receipt.changes:
        return "unchanged"
    return "removed" if isinstance(subject, Vacancy) else "published"


def _refusal(error: PublicationError) -> str:
    """“waiting” where asking again may help."""
    if isinstance(error, Edited):
        return "edited"
    return "waiting" if isinstance(error, Unanswered | Overtaken) else "refused"
