"""How the parts of an answer that has several are called in French."""

PARTS: dict[str, str] = {
    "given_name": "prénom",
    "family_name": "nom",
    "position": "fonction",
    "email": "adresse électronique",
    "phone": "téléphone",
    "scheme": "nature du numéro",
    "number": "numéro",
    "register": "registre",
    "start": "début",
    "end": "fin",
    "first": "premier choix",
    "second": "second choix",
    "name": "nom",
    "identifier": "identifiant",
    "street": "numéro et voie",
    "more": "complément d’adresse",
    "postcode": "code postal",
    "city": "commune",
    "country": "pays",
}
"""By key of the value. A test fails for a part that has no name."""
