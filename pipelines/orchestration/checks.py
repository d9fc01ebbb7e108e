"""`parvis check`: every declaration, suite and portal, one by one, so that one mistake hides no other."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..declarations import read_dataset
from ..errors import InvalidDeclaration, PublicationError
from ..messages import _
from ..quality import read_suite
from ..settings import Installation, Settings, portal_token
from .portals import connect


@dataclass(frozen=True)
class Checked:
    """One thing that was checked, and what is wrong with it, if anything is."""

    subject: str
    error: PublicationError | None


def check_installation(installation: Installation, settings: Settings) -> tuple[Checked, ...]:
    """Everything that can be known to be wrong before a run."""
    return tuple(Checked(subject, _error_of(test)) for subject, test in _tests(installation, settings))


def _tests(installation: Installation, settings: Settings) -> Iterator[tuple[str, Callable[[], object]]]:
    folders = {
        path.parent.name: path.parent
        for root in reversed(installation.declaration_roots)
        for path in root.glob("datasets/*/dataset.yaml")
    }
    for name, folder in sorted(folders.items()):

        def declaration(folder: str = str(folder), name: str = name) -> None:
            dataset = read_dataset(installation.root / folder, installation.declaration_roots)
            read_suite(dataset.quality, dataset.suite)
            for portal in dataset.portals:
                if portal not in installation.config.portals:
                    raise InvalidDeclaration(
                        _("{path}: portals: “{portal}” is not in parvis.yaml.").format(path=dataset.path, portal=portal)
                    )

        yield _("dataset {name}").format(name=name), declaration
    for name, portal in installation.config.portals.items():
        token = lambda name=name, portal=portal: portal_token(name, portal, installation.root, os.environ)  # noqa: E731
        yield (
            _("portal {name}").format(name=name),
            lambda name=name, portal=portal, token=token: connect(name, portal, token(), settings).check(),
        )


def _error_of(test: Callable[[], object]) -> PublicationError | None:
    try:
        test()
    except PublicationError as error:
        return error
    return None
