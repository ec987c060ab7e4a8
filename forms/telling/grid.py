"""Scales and the committee's rules of procedure, in French."""

from forms.grid import Criterion
from forms.process import Rules
from forms.scales import Letters, Numbers, YesNo
from forms.telling.french import duration, number, plural


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
            return (
                f"par oui ({plural(int(value), 'point', 'points')}) ou non"
                if value == int(value)
                else (f"par oui ({number(value)} points) ou non")
            )
    return f"de {number(criterion.lowest)} à {number(criterion.highest)}"


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
    if rules.casting_vote:
        said.append("En cas de partage égal des voix, celle de la présidence est prépondérante.")
    said.append("Un membre qui a un intérêt personnel à une candidature ne prend pas part à son examen.")
    return said
