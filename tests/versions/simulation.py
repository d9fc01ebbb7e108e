"""A storage in memory where one seeded scheduler decides who goes next, and who dies where.

Every storage operation of every actor is one step. An actor dies before or
after its operation took effect, as a process does under kill -9.
"""

import io
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipelines.versions.storage import Storage

STEPS_UNTIL_STUCK = 100_000


class Died(BaseException):
    """The actor's process was killed."""


class Actor:
    """One process: `act` gets a storage of its own over the objects of all."""

    def __init__(self, simulation: "Simulation", act: Callable[[Storage], None], dies_at: int | None) -> None:
        self.simulation = simulation
        self.steps_left = dies_at
        self.error: BaseException | None = None
        self.is_done = False
        self.turn = threading.Semaphore(0)
        self._act = act
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.turn.acquire()
        try:
            self._act(SimulatedStorage(self))
        except Died:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            self.error = error
        self.is_done = True
        self.simulation.scheduler.release()

    def step(self) -> None:
        """Let the others go on; die here if this is the place."""
        self.simulation.scheduler.release()
        self.turn.acquire()
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise Died


class Simulation:
    """One interleaving, decided by its seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.objects: dict[str, bytes] = {}
        self.locks: Counter[str] = Counter()
        self.scheduler = threading.Semaphore(0)
        self.actors: list[Actor] = []

    def add(self, act: Callable[[Storage], None], dies_at: int | None = None) -> None:
        self.actors.append(Actor(self, act, dies_at))

    def run(self) -> None:
        """Until every actor is done or dead. Raises the first error that one of them met."""
        for actor in self.actors:
            actor.thread.start()
        # Some mistakes show only when one actor sleeps while another does all its work.
        patience, chosen = self.random.choice((0.0, 0.5, 0.9, 0.98)), self.actors[0]
        for _step in range(STEPS_UNTIL_STUCK):
            living = [actor for actor in self.actors if not actor.is_done]
            if not living:
                break
            if chosen not in living or self.random.random() >= patience:
                chosen = self.random.choice(living)
            chosen.turn.release()
            self.scheduler.acquire()
        else:
            raise AssertionError("the actors wait for one another for ever")
        for actor in self.actors:
            if actor.error is not None:
                raise actor.error

    def afterwards(self) -> Storage:
        """The objects, for one reader when all is over."""
        alone = Actor(self, lambda storage: None, None)
        alone.step = lambda: None  # type: ignore[method-assign]
        self.locks.clear()
        return SimulatedStorage(alone)


class SimulatedStorage:
    """The four promises, one step each, or a step before and one after where a death can fall between."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.objects = actor.simulation.objects
        self.locks = actor.simulation.locks

    def put_if_absent(self, key: str, content: bytes | Path) -> bool:
        given = content if isinstance(content, bytes) else content.read_bytes()
        self.actor.step()
        is_new = key not in self.objects
        if is_new:
            self.objects[key] = given
            self.actor.step()
        return is_new

    def get(self, key: str) -> BinaryIO | None:
        self.actor.step()
        content = self.objects.get(key)
        return None if content is None else io.BytesIO(content)

    def list(self, prefix: str) -> Iterator[str]:
        self.actor.step()
        below = (key.removeprefix(f"{prefix}/") for key in self.objects if key.startswith(f"{prefix}/"))
        yield from sorted({name.split("/")[0] for name in below})

    def delete(self, key: str) -> None:
        self.actor.step()
        self.objects.pop(key, None)
        self.actor.step()

    @contextmanager
    def staging(self) -> Iterator[Path]:
        raise NotImplementedError("the actors bring their files")
        yield Path()

    @contextmanager
    def adding(self) -> Iterator[None]:
        while self.locks["removing"]:
            self.actor.step()
        with self._holding("adding"):
            yield

    @contextmanager
    def removing(self) -> Iterator[None]:
        while self.locks["adding"] or self.locks["removing"]:
            self.actor.step()
        with self._holding("removing"):
            yield

    @contextmanager
    def _holding(self, kind: str) -> Iterator[None]:
        """The kernel drops a dead process's lock."""
        self.locks[kind] += 1
        try:
            yield
        finally:
            self.locks[kind] -= 1
