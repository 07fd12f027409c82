"""Names of pupils in a text that is meant to be without names; offline, by whole words.

A word counts when it equals a given, call or family name of a pupil on this laptop, whatever its
case and accents, or is made of one ("Lottes", "Lotteke", "Jantje"); "Lotte P." is one name. A name
counts written together and apart, too ("Vandenberghe"). Names that are also Dutch words ("Roos",
"Ben", "De Wit") count with a capital only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from clbdesk.domain.names import normalise
from clbdesk.domain.people import Pupil
from clbdesk.services.reading import all_standing
from clbdesk.storage.vault import Reader

# Signs that nobody sees, which come along with what is pasted.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(rf"(?:[^\W\d_][\u0300-\u036f{_UNSEEN}]*)+")
_WITHOUT_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))
# What may stand between the words of one name: "Anne-Sophie", "D'Hondt", "Van den Broeck".
_BETWEEN = re.compile(r"[ \u00a0\u202f\-\u2010-\u2014'’`´]?")
_PARTICLES = frozenset(
    "van de den der ten ter het t d in la le les el al ben von da dos du di op abou abu".split()  # noqa: SIM905
)
# What is put behind a name: of somebody, and small. Before the last two a letter is doubled.
_DOUBLED = ("etje", "eke")
_ENDINGS = ("s", "je", "tje", "pje", "ke", "ske", "neke", *_DOUBLED)
# How a family name begins that is written in one word here and in several there.
_JOINED = {
    "vanden": ("van", "den"),
    "vander": ("van", "der"),
    "vande": ("van", "de"),
    "van": ("van",),
    "de": ("de",),
    "d": ("d",),
}
_LEAST_APART = 3  # letters of what is left then: "De Vos", not "De Ny"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Names that are also plain Dutch words; not a list of all words, only of those that occur as name.
_ORDINARY = frozenset(
    (  # noqa: SIM905 - a list of words reads best as words
        "amber an appel arm august augustus baard bakker bas beek beer bel ben berg berk bloem boer "
        "bos bron brug bruin dag dal dijk dik door duif duin eik elk elke els engel fee floor gast "
        "geel geluk goed goud graaf groen groot haag haas hand hart hazel heide hemel herder hertog "
        "hoge hoop ijzer iris jade jager jasmijn jong juli juni kat keizer kerk kers klein kok koning "
        "kop kort koster kraai krom laan lang leen leeuw lente les licht lief liefde lies lieve linde "
        "los luk maan maart margriet mark max meer mees mei merel mes mol molen mond mus nacht nest "
        "noord noot oost oud pan pauw peer pit pot prins raaf recht ridder rijk rode rood roos "
        "rozemarijn schilder smet smid sneeuw snel staal staf steen ster sterk stil storm stout tas "
        "tij tijd toon trouw valk veld vet viola violet vis visser vogel vos vrede vriend vroom weer "
        "west wijn wijs wil wild winter wit wolf zand zee zilver zoet zomer zon zuid zwaan zwart "
    ).split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text: where it stands, the word as it was typed, and `key`: the name behind it."""

    start: int
    length: int
    word: str
    key: str


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names to look for, each as its words in plain letters; longest first per first word.

    `apart`: those that were taken apart by us, which count with a capital only.
    """

    by_first: dict[str, tuple[tuple[str, ...], ...]]
    apart: frozenset[tuple[str, ...]] = frozenset()

    def find(self, text: str) -> tuple[Found, ...]:
        """The names in a text, from left to right; given and family name together are one."""
        words = [(one.start(), one.group()) for one in _WORD.finditer(text)]
        found: list[Found] = []
        place = 0
        while place < len(words):
            name = self._name_at(text, words, place)
            if name is None:
                place += 1
                continue
            start, (last_start, last) = words[place][0], words[place + len(name) - 1]
            end = last_start + len(last)
            if _plain(last) == f"{name[-1]}s":
                end -= 1  # the s of "Lottes" is not part of the name
            found.append(Found(start, end - start, text[start:end], " ".join(name)))
            place += len(name)
        return tuple(found)

    def _name_at(
        self, text: str, words: list[tuple[int, str]], place: int
    ) -> tuple[str, ...] | None:
        """The name that begins with this word."""
        for form in _forms(words[place][1]):
            for name in self.by_first.get(form, ()):
                here = words[place : place + len(name)]
                fits = len(here) == len(name) and _fits(text, here, name)
                if fits and _is_meant(here, name, is_apart=name in self.apart):
                    return name
        return None


def replace_name(text: str, known: KnownNames, key: str, by: str) -> str:
    """The text with every name equal to `key` replaced; "Lottes" becomes "leerling A's"."""
    for found in reversed(known.find(text)):
        if found.key == key:
            rest = text[found.start + found.length :]
            text = text[: found.start] + by + ("'" if rest[:1].isalpha() else "") + rest
    return text


def known_names(reader: Reader) -> KnownNames:
    """The names of all pupils on this laptop."""
    return names_of(one.body for one in all_standing(reader.heads(kinds=("pupil",)), Pupil))


def names_of(pupils: Iterable[Pupil]) -> KnownNames:
    """Whole given, call and family names, the two together, given name with the letter of the
    family name, and their own longer words; each also in one word, and a family name taken apart.
    """
    names: set[tuple[str, ...]] = set()
    apart: set[tuple[str, ...]] = set()
    for pupil in pupils:
        for family in _spellings(pupil.family_name):
            initials = {word[0] for word in (*family[:1], *_without_particles(family)[:1])}
            apart |= _taken_apart(family)
            names.add(_together(family))
            for given in {pupil.given_name, pupil.call_name} - {""}:
                for own in _spellings(given):
                    names |= {own, family, own + family, _together(own)}
                    names |= {(*own, initial) for initial in initials if own}
                    names.update(
                        (one,) for one in own + family if len(one) > 2 and one not in _PARTICLES
                    )
    apart -= names
    names |= apart
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(names - {()}, key=lambda one: (-len(one), one)):
        by_first.setdefault(words[0], []).append(words)
    found = {first: tuple(words) for first, words in by_first.items()}
    return KnownNames(found, frozenset(apart))


def _spellings(name: str) -> set[tuple[str, ...]]:
    """A name as its words: without accents, and with ue for ü."""
    written = {name, name.lower().translate(_UMLAUTS)}
    return {tuple(normalise(one).split()) for one in written}


def _together(words: tuple[str, ...]) -> tuple[str, ...]:
    """One word of several: Van den Berghe as vandenberghe."""
    return ("".join(words),) if len(words) > 1 else words


def _taken_apart(family: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Several words of one: Vandermeulen as van der meulen."""
    if len(family) != 1:
        return set()
    (word,) = family
    return {
        (*begin, word[len(joined) :])
        for joined, begin in _JOINED.items()
        if word.startswith(joined) and len(word) - len(joined) >= _LEAST_APART
    }


def _without_particles(family: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in family if one not in _PARTICLES)


def _forms(word: str) -> tuple[str, ...]:
    """The word itself, and what is left of it without an ending.

    Without a capital only of a longer name: "mees" is more than one "mee".
    """
    plain = _plain(word)
    least = 3 if word[:1].isupper() else 4
    shorter = [plain.removesuffix(end) for end in _ENDINGS if plain.endswith(end)]
    doubled = [plain.removesuffix(end) for end in _DOUBLED if plain.endswith(end)]
    shorter += [one[:-1] for one in doubled if one[-1:] == one[-2:-1]]
    return (plain, *(one for one in shorter if len(one) >= least))


def _plain(word: str) -> str:
    return normalise(word.translate(_WITHOUT_UNSEEN))


def _fits(text: str, here: list[tuple[int, str]], name: tuple[str, ...]) -> bool:
    for (start, word), (following, _) in pairwise(here):
        if not _BETWEEN.fullmatch(text[start + len(word) : following]):
            return False
    plain = [_plain(word) for _, word in here]
    return plain[:-1] == list(name[:-1]) and name[-1] in _forms(here[-1][1])


def _is_meant(here: list[tuple[int, str]], name: tuple[str, ...], *, is_apart: bool) -> bool:
    """Names of plain words, of two letters, and taken apart count with a capital at their end."""
    last = here[-1][1]
    is_plain = is_apart or set(name) <= _ORDINARY | _PARTICLES or len("".join(name)) < 3
    return not is_plain or last[:1].isupper()
