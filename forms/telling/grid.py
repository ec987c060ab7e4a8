"""Scales and the committee's rules of procedure, in French."""

from forms.grid import Criterion
from forms.process import Rules
from forms.scales import Letters, Numbers, YesNo
from forms.telling.french import NBSP, duration, number, plural


def scale_words(criterion: Criterion) -> str:
    """A scale in words: « de 0 à 5 par demi-point »."""
    match criterion.scale:
        case Numbers(step=step):
            ends = f"de {number(criterion.lowest)} à {number(criterion.highest)}"
            if step == 1:
                return ends
            return f"{ends} par {'demi-point' if step == 0.5 else f'pas de {number(step)}'}"
        case Letters(letters=letters):
            return "par une lettre : " + ", ".join(one.letter for one in letters)
        case YesNo(value=value):
            return f"par oui ({plural(value, 'point', 'points')}) ou non"
    return f"de {number(criterion.lowest)} à {number(criterion.highest)}"


VOTES = {
    "open": "Le vote est ouvert : chacun lit les votes à mesure qu’ils sont exprimés.",
    "sealed": "Les votes restent cachés jusqu’à la clôture du scrutin, puis figurent au procès-verbal.",
    "secret": "Le vote est secret : les voix sont comptées, sans qu’on puisse savoir de qui elles viennent.",
}
"""How members vote, in French, by `Rules.vote`."""


def rules_words(rules: Rules) -> list[str]:
    """The committee's rules of procedure, a sentence each."""
    part = "la moitié" if rules.quorum == 0.5 else f"{number(rules.quorum * 100)} %"
    among = "tous les membres" if rules.quorum == 1 else f"{part} au moins des membres"
    ways = ["présents", *(["à distance"] if rules.video else []), *(["représentés"] if rules.proxies else [])]
    there = " ou ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))
    said = [
        f"Les membres sont convoqués {duration(rules.notice)} au moins avant la séance, avec l’ordre du jour.",
        f"Le quorum est atteint quand {among} sont {there}.",
    ]
    if rules.second_sitting:
        said.append("S’il ne l’est pas, le comité convoqué à nouveau sur le même ordre du jour siège sans quorum.")
    if rules.proxies:
        others = "un seul autre" if rules.proxies == 1 else f"{number(rules.proxies)} autres au plus"
        said.append(f"Un membre peut en représenter {others}.")
    said.append("Le comité se prononce à la majorité des voix exprimées des membres présents ou représentés.")
    said.append(VOTES[rules.vote].replace(" :", f"{NBSP}:"))
    if rules.casting_vote and rules.vote != "secret":
        said.append("En cas de partage égal des voix, celle de la présidence est prépondérante, sauf au vote secret.")
    else:
        said.append("En cas de partage égal des voix, la proposition mise aux voix n’est pas adoptée.")
    if rules.places is not None:
        few = "Une seule candidature est retenue." if rules.places == 1 else ""
        said.append(few or f"{number(rules.places)} candidatures au plus sont retenues.")
    if rules.budget is not None:
        said.append(f"Les candidatures retenues demandent {number(rules.budget)}{NBSP}€ au plus en tout.")
    said.append("Un membre qui a un intérêt personnel à une candidature ne prend pas part à son examen.")
    return said
