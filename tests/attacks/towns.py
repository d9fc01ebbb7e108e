"""Invented towns: residents, what they asked the town hall for, and five moments at which it is published."""

import random
from dataclasses import dataclass, replace
from itertools import product

QUARTERS = ("Nord", "Sud", "Est", "Ouest", "Gare", "Port")
AGES = ("18-29", "30-44", "45-59", "60-74", "75+")
THEMES = ("voirie", "aide sociale", "logement", "handicap", "bruit", "école")
VERSIONS = 5
NUMBERS = 100  # of one person's requests: so is told whose a row is, and whether a guess was right


@dataclass(frozen=True)
class Request:
    """One resident's request. `phone` and `note` are what the source knows beside."""

    person: int
    quarter: str | None
    age: str
    theme: str
    phone: str
    note: str
    number: int = 0


@dataclass(frozen=True)
class Aid:
    """Euros that the town gave one resident."""

    quarter: str
    age: str
    amount: int


@dataclass(frozen=True)
class Town:
    """Two sources at each moment, and whose group was erased before the last one."""

    moments: tuple[tuple[Request, ...], ...]
    erased: Request
    aids: tuple[tuple[Aid, ...], ...]


def invented_town(seed: int) -> Town:
    chance = random.Random(seed)
    requests = [request for person in range(140) for request in _requests(chance, person)]
    moments = [(*requests, *_hostel(0))]
    person = 140
    for moment in range(1, VERSIONS):
        requests = [request for request in requests if chance.random() > 0.01]
        for _newcomer in range(chance.choice([1, 2, 6, 60])):
            requests += _requests(chance, person)
            person += 1
        requests = [_reassigned(chance, request) for request in requests]
        moments.append((*requests, *_hostel(moment)))
    return Town(tuple(moments), chance.choice(moments[0]), _aids(random.Random(f"aid {seed}")))


def growing_town(seed: int) -> Town:
    """Each time some residents of one or two places come, mostly enough to be told of, and nobody else moves.

    The town of the same number, but for what follows its first moment: there later versions are seldom published.
    """
    chance, town = random.Random(f"growing {seed}"), invented_town(seed)
    moments, person = [town.moments[0]], 20_000
    for _moment in range(1, VERSIONS):
        came = []
        for _place in range(chance.choice((1, 2))):
            quarter, age = chance.choice(QUARTERS), chance.choice(AGES)
            for theme in chance.sample(THEMES, k=chance.choice((1, 4, 4, 5, 5, 6, 6, 6))) * 2:
                came.append(Request(person, quarter, age, theme, "06 39 98 00 00", "à suivre", NUMBERS * person))
                person += 1
        moments.append((*moments[-1], *came))
    return replace(town, moments=tuple(moments))


def _aids(chance: random.Random) -> tuple[tuple[Aid, ...], ...]:
    """Nothing is taken back; each time some residents of one or two places are new, and most lines do not change."""
    given = [
        Aid(quarter, age, chance.randint(100, 900))
        for quarter, age in product(QUARTERS, AGES)
        for _resident in range(chance.choice((0, 1, 2, 3, 4, 5, 6, 7)))
    ]
    moments = [tuple(given)]
    for _moment in range(1, VERSIONS):
        for _place in range(chance.choice((1, 2))):
            quarter, age = chance.choice(QUARTERS), chance.choice(AGES)
            given += [Aid(quarter, age, chance.randint(900, 999)) for _resident in range(chance.choice((1, 4, 6)))]
        moments.append(tuple(given))
    return tuple(moments)


def _hostel(moment: int) -> list[Request]:
    """A hostel whose residents change every season, but for one who stays and asks for the same."""
    guests = ("voirie", "logement", "bruit") if moment % 2 == 0 else ("aide sociale", "école", "aide sociale")
    people = [(9_000, "handicap"), *((9_001 + 10 * moment + place, theme) for place, theme in enumerate(guests))]
    return [
        Request(person, "Hostel", "18-29", theme, "06 39 98 00 00", "à suivre", NUMBERS * person)
        for person, theme in people
    ]


def _requests(chance: random.Random, person: int) -> list[Request]:
    quarter = chance.choices((*QUARTERS, None), weights=(30, 20, 12, 6, 3, 2, 2))[0]
    age = chance.choices(AGES, weights=(20, 25, 20, 10, 4))[0]
    phone = f"06 39 98 {person // 100:02d} {person % 100:02d}"
    # Some streets have one trouble only, and some residents complain all the time.
    is_uniform = quarter == "Est" and age == "30-44"
    how_many = 9 if chance.random() < 0.05 else 1
    made = []
    for place in range(how_many):
        theme = "handicap" if is_uniform else chance.choice(THEMES)
        note = f"rappeler au {phone}" if chance.random() < 0.02 else "à suivre"
        made.append(Request(person, quarter, age, theme, phone, note, NUMBERS * person + place))
    return made


def _reassigned(chance: random.Random, request: Request) -> Request:
    """Now and then a request turns out to be about something else."""
    return replace(request, theme=chance.choice(THEMES)) if chance.random() < 0.004 else request
