"""Words of French and English texts as terms that compare: folded, without stop words, stemmed, weighted by TF-IDF."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from service.domain.folding import folded

Vector = tuple[NDArray[np.int32], NDArray[np.float32]]

# Letters of a word; an apostrophe ends one, so that the article of "l’eau" goes with the stop words.
WORD = re.compile(r"[^\W\d_]{3,40}")
STOP = frozenset(
    """
    about above afin after ailleurs ainsi all alors also and any après are assez aucun aucune aujourd auquel aura
    auront aussi autant autre autres aux auxquels avait avant avec avoir ayant because been before being both but
    can car cela celle celles celui cent cependant ces cet cette ceux chacun chaque chez comme comment contre could
    dans depuis des deux devant did does doing donc dont down durant during dès each elle elles encore enfin entre
    est eux faire fait few fois font for from grâce had has have having her here hers him his hors how ici ils into
    its itself jusqu just lequel les leur leurs lors lorsque lui mais malgré mettre mise moins mon more most même
    mêmes nos not notamment notre nous now off once only ont other ou our ours out over own où par parce parfois
    parmi pas pendant permet permettre peu peut peuvent plus plusieurs pour pourquoi pouvoir projet projets propose
    proposition près puis quand que quel quelle quelles quelque quelques quels qui quoi same sans sauf selon sera
    seront ses seulement she should soit some son sont sous such suivant sur tandis tant tel telle telles tels than
    that the their theirs them then there these they this those through too tous tout toute toutes trop très under
    une until vers very via voici voilà vos votre vous was were what when where which while who whom why will with
    would you your étaient était étant été être
    """.split()  # noqa: SIM905  a list of words, and no list of strings
)
_french = snowballstemmer.stemmer("french")


# Words that every text of their language is full of, and no text of the other.
TELLING = {
    "fr": frozenset({"le", "la", "les", "des", "du", "une", "est", "dans", "pour", "par", "sur", "avec", "qui", "et"}),
    "en": frozenset({"the", "of", "and", "to", "in", "is", "that", "for", "with", "this", "are", "by", "be", "which"}),
}
LEAST_TOLD, TIMES = 20, 4


def language_of(text: str) -> tuple[str, ...]:
    """The language that a text of some length is written in, as ISO 639-1; () where it is not clear."""
    counts = Counter(re.findall(r"[a-z]+", text.lower()))
    told = sorted((sum(counts[word] for word in words), code) for code, words in TELLING.items())
    (less, _), (most, code) = told[0], told[-1]
    return (code,) if most >= LEAST_TOLD and most > TIMES * less else ()


class Corpus:
    """Texts as vectors of length 1 over their terms: `vectors[n]` is a pair of arrays, term numbers in rising order and
    weights; both empty of a text without terms. `words[term]`: a word that the term stands for.

    A weight is (1 + ln tf) x idf, with idf = 1 + ln((1 + n) / (1 + texts with the term)): Manning, Raghavan, Schütze,
    Introduction to Information Retrieval, 6.2 and 6.4; the smoothing is that of usual libraries.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}  # by term
        self._known: dict[str, int] = {}  # by word
        counts = [self._counts(text) for text in texts]
        having = np.zeros(len(self.words), np.int64)
        for found, _ in counts:
            having[found] += 1
        self._rarity = 1 + np.log((1 + len(counts)) / (1 + having))
        self.vectors = [self._vector(found, number) for found, number in counts]

    def _counts(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The terms of a text and how often each occurs: arrays, as dictionaries of thousands of texts take 1 GB."""
        found: dict[int, int] = {}
        known = self._known
        for word, number in Counter(WORD.findall(unicodedata.normalize("NFC", text).lower())).items():
            term = known[word] if word in known else self._learn(word)
            if term >= 0:
                found[term] = found.get(term, 0) + number
        order = sorted(found)
        return np.array(order, np.int32), np.array([found[term] for term in order], np.int32)

    def _learn(self, word: str) -> int:
        """The number of a word's term, -1 of a stop word."""
        number = -1 if word in STOP else self._numbers.setdefault(folded(_french.stemWord(word)), len(self.words))
        if number == len(self.words):
            self.words.append(word)
        self._known[word] = number
        return number

    def _vector(self, found: NDArray[np.int32], number: NDArray[np.int32]) -> Vector:
        weights = (1 + np.log(np.maximum(1, number))) * self._rarity[found]
        return found, (weights / max(np.linalg.norm(weights), 1e-9)).astype(np.float32)
