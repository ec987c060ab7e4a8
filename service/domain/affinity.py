"""How well each taker suits each proposal, as one array, and why a pair does.

    base = (k * keywords + t * text) / (k + t)              over what the proposal tells: a part it lacks takes no share
    keywords = shared / sqrt(proposal's * expert's)         cosine of sets (Ochiai, 1957), folded as `terms.folded` does
    text = min(1, cosine / usual)                           cosine of TF-IDF vectors (Salton, Buckley, 1988)
    affinity = base - 1/2 where the expert is known to read none of the proposal's languages
    wanted by the expert: half of what is lacking to 1 is added; "not for me": 1 is taken off

`usual` is the median over the proposals of their best cosine, so that a usual best match counts 1; it is 0.1 at least.
As in the Toronto Paper Matching System (Charlin, Zemel, 2013) a text alone makes an affinity; that bids move it and do
not replace it keeps a ring of bidders from choosing what they get (Jecmen et al., 2020). A team's affinity is the mean
of its members'. An affinity lies between -1.5 and 1.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.domain import terms
from service.domain.folding import folded
from service.domain.plans import Bid, Expert, Reasons, Subject, Weights

Array = NDArray[np.float32]

LEAST_USUAL = 0.1
NO_LANGUAGE = 0.5
NOT_FOR_ME = 1.0
TOLD = 3  # terms that a reason quotes
# A term that most texts have tells nothing, and costs the most.
TOO_COMMON, FEW = 0.4, 20


class Affinities:
    """Affinities of experts: `values[proposal, expert]`, in the order of both lists."""

    def __init__(
        self,
        proposals: Sequence[Subject],
        experts: Sequence[Expert],
        wishes: Mapping[tuple[UUID, UUID], Bid],
        weights: Weights,
    ) -> None:
        self._proposals, self._experts, self._wishes = proposals, experts, wishes
        self._words = [_keywords(one.keywords) for one in proposals], [_keywords(one.keywords) for one in experts]
        self._corpus = terms.Corpus(
            (*(one.text for one in proposals), *(" ".join((one.text, *one.keywords)) for one in experts))
        )
        self._ours = self._corpus.vectors[: len(proposals)]
        self._theirs = self._corpus.vectors[len(proposals) :]
        self._text = self._texts()
        self._alien = self._languages()
        self.values = self._bids(self._base(self._shared_keywords(), weights))

    def reasons(self, proposal: int, experts: Iterable[int]) -> Reasons:
        """Why these experts (one, or a team's members) suit that proposal."""
        subject, among = self._proposals[proposal], list(experts)
        mine = self._words[0][proposal]
        shared = {word: said for e in among for word, said in mine.items() if word in self._words[1][e]}
        told: dict[int, float] = {}
        for e in among:
            common, mine_at, theirs_at = np.intersect1d(
                self._ours[proposal][0], self._theirs[e][0], assume_unique=True, return_indices=True
            )
            weights = self._ours[proposal][1][mine_at] * self._theirs[e][1][theirs_at]
            for term, weight in zip(common.tolist(), weights.tolist(), strict=True):
                told[term] = told.get(term, 0.0) + weight
        best = sorted(told, key=lambda term: (-told[term], self._corpus.words[term]))[:TOLD]
        bids = {self._wishes.get((subject.id, self._experts[e].id)) for e in among}
        bid = Bid.NOT_FOR_ME if Bid.NOT_FOR_ME in bids else Bid.WANT if Bid.WANT in bids else None
        return Reasons(
            keywords=tuple(shared[word] for word in sorted(shared)),
            terms=tuple(self._corpus.words[term] for term in best),
            text=round(float(np.mean([self._text[proposal, e] for e in among])), 3),
            bid=bid.value if bid else "",
            language=not all(bool(self._alien[proposal, e]) for e in among),
        )

    def _shared_keywords(self) -> Array:
        numbers: dict[str, int] = {}
        for words in (*self._words[0], *self._words[1]):
            for word in words:
                numbers.setdefault(word, len(numbers))
        ours, theirs = ([_of_length_1([numbers[word] for word in words]) for words in side] for side in self._words)
        return _products(ours, theirs)

    def _texts(self) -> Array:
        found = _products(self._ours, self._theirs, most=max(FEW, int(TOO_COMMON * len(self._ours))))
        best = found.max(axis=1, initial=0.0)
        usual = max(LEAST_USUAL, float(np.median(best[best > 0])) if (best > 0).any() else 0.0)
        scaled: Array = np.minimum(1.0, found / np.float32(usual))
        return scaled

    def _base(self, keywords: Array, w: Weights) -> Array:
        k = np.array([w.keywords if words else 0.0 for words in self._words[0]], np.float32)[:, None]
        t = np.array([w.text if len(terms) else 0.0 for terms, _ in self._ours], np.float32)[:, None]
        base: Array = (k * keywords + t * self._text) / np.maximum(k + t, np.float32(1e-9))
        return base

    def _languages(self) -> NDArray[np.bool_]:
        alien = np.zeros((len(self._proposals), len(self._experts)), np.bool_)
        spoken = {tuple(sorted(set(one.languages))) for one in self._experts if one.languages}
        columns = {
            s: [e for e, one in enumerate(self._experts) if tuple(sorted(set(one.languages))) == s] for s in spoken
        }
        for p, subject in enumerate(self._proposals):
            for languages, found in columns.items():
                if subject.languages and not set(subject.languages) & set(languages):
                    alien[p, found] = True
        return alien

    def _bids(self, base: Array) -> Array:
        values: Array = base - np.float32(NO_LANGUAGE) * self._alien.astype(np.float32)
        rows = {one.id: p for p, one in enumerate(self._proposals)}
        columns = {one.id: e for e, one in enumerate(self._experts)}
        for (proposal, expert), bid in self._wishes.items():
            if proposal in rows and expert in columns:
                at = rows[proposal], columns[expert]
                values[at] = values[at] - NOT_FOR_ME if bid is Bid.NOT_FOR_ME else (1 + values[at]) / 2
        return values


def _keywords(words: Iterable[str]) -> dict[str, str]:
    return {folded(word): word for word in words if word.strip()}


def _of_length_1(numbers: list[int]) -> terms.Vector:
    size = len(numbers)
    return np.array(sorted(numbers), np.int32), np.full(size, 1 / math.sqrt(max(1, size)), np.float32)


def _products(ours: Sequence[terms.Vector], theirs: Sequence[terms.Vector], most: int = 1 << 30) -> Array:
    """Scalar products of all sparse vectors with all others, one term after the other: no list of all pairs is made.

    Terms that more than `most` of ours have are left out.
    """
    found = np.zeros((len(ours), len(theirs)), np.float32)
    lines, columns = _by_term(ours), _by_term(theirs)
    for term in sorted(lines.keys() & columns.keys()):
        (at_p, weights_p), (at_e, weights_e) = lines[term], columns[term]
        if len(at_p) <= most:
            found[np.ix_(at_p, at_e)] += np.outer(weights_p, weights_e)
    return found


def _by_term(vectors: Sequence[terms.Vector]) -> dict[int, tuple[NDArray[np.int32], Array]]:
    """For each term the vectors that have it, and its weight in each."""
    if not any(len(numbers) for numbers, _ in vectors):
        return {}
    found = np.concatenate([numbers for numbers, _ in vectors])
    weights = np.concatenate([weights for _, weights in vectors])
    at = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(numbers) for numbers, _ in vectors])
    order = np.argsort(found, kind="stable")
    known, starts = np.unique(found[order], return_index=True)
    parts = zip(known.tolist(), np.split(at[order], starts[1:]), np.split(weights[order], starts[1:]), strict=True)
    return {term: (among, weight) for term, among, weight in parts}
