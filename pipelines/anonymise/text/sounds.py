"""What a word is like: a person's name, a place, a body or a thing, by its neighbours among the model's vectors.

A word is as the group whose middle is nearest: the names of a country each have one,
so that those of Senegal need not resemble those of Brittany.
"""

from collections.abc import Callable, Iterable
from typing import Any

from .lexicon import BODY, FAMILY, GIVEN, PERSON, PLACE, THING, names_of

_FEWEST = 40  # names that the model knows, for a country to have a middle
_PLACES = """
Lyon Rennes Marseille Toulouse Lille Bordeaux Nantes Grenoble Dijon Brest Angers Limoges Tours Metz Orléans Besançon
Perpignan Bayonne Versailles Créteil Villeurbanne Lorient Belfort Chartres
"""
_BODIES = """
Carrefour Renault Orange Auchan Google Veolia Peugeot Bouygues Danone Ikea Airbus Total Michelin Facebook Twitter
Apple Nestlé Samsung Microsoft Netflix Decathlon Leclerc Engie Vinci
"""
_THINGS = """
maison route école travail eau enfant rue arbre trottoir voiture jardin soir problème merci poubelle banc manger
dormir grand vert souvent demander voisin bruit
"""


def sounds(vocabulary: Any) -> Callable[[str], str | None]:
    """For a word as it is written, the kind that it is like, or None where the model has never seen it."""
    import numpy

    def vector(word: str) -> Any:
        if not vocabulary.has_vector(word):
            return None
        found = vocabulary.get_vector(word)
        length = numpy.linalg.norm(found)
        return found / length if length else None

    def middle(words: Iterable[str]) -> Any:
        total = sum(one for word in words if (one := vector(word)) is not None)
        return total / numpy.linalg.norm(total)

    things = _THINGS.split()
    groups = [(PLACE, _PLACES.split()), (BODY, _BODIES.split()), (THING, things), (THING, map(str.capitalize, things))]
    groups += [
        (PERSON, known)
        for listed in (GIVEN, FAMILY)
        for names in names_of(listed).values()
        if len(known := [name for name in names if vocabulary.has_vector(name)]) >= _FEWEST
    ]
    kinds = [kind for kind, _words in groups]
    middles = numpy.array([middle(words) for _kind, words in groups])

    def sound(word: str) -> str | None:
        found = vector(word)
        return None if found is None else kinds[int(numpy.argmax(middles @ found))]

    return sound
