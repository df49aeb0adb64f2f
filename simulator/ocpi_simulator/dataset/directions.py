"""Directions: how to find the charger, in English and, where we speak it, in the language of the country."""

from typing import Any

from ocpi_simulator.dataset.dice import Dice

_ENGLISH = ("Behind the main building", "Next to the entrance of the car park", "Follow the signs 'P' and 'Charging'")

# Each says the same as its English neighbour above.
_LOCAL: dict[str, tuple[str, str, str]] = {
    "cs": ("Za hlavní budovou", "Vedle vjezdu na parkoviště", "Sledujte značky „P“ a „Nabíjení“"),
    "da": ("Bag hovedbygningen", "Ved siden af indkørslen til parkeringen", "Følg skiltene 'P' og 'Opladning'"),
    "de": ("Hinter dem Hauptgebäude", "Neben der Einfahrt zum Parkplatz", "Folgen Sie den Schildern „P“ und „Laden“"),
    "es": ("Detrás del edificio principal", "Junto a la entrada del aparcamiento", "Siga las señales «P» y «Recarga»"),
    "fr": (
        "Derrière le bâtiment principal",
        "À côté de l'entrée du parking",
        "Suivez les panneaux 'P' et 'Recharge'",
    ),
    "it": (
        "Dietro l'edificio principale",
        "Presso l'ingresso del parcheggio",
        "Seguire i cartelli 'P' e 'Ricarica'",
    ),
    "nl": ("Achter het hoofdgebouw", "Naast de ingang van het parkeerterrein", "Volg de borden 'P' en 'Laden'"),
    "no": ("Bak hovedbygningen", "Ved siden av innkjøringen til parkeringen", "Følg skiltene 'P' og 'Lading'"),
    "pl": ("Za głównym budynkiem", "Obok wjazdu na parking", "Kieruj się znakami „P” i „Ładowanie”"),
    "pt": ("Atrás do edifício principal", "Ao lado da entrada do parque", "Siga as placas 'P' e 'Carregamento'"),
    "sv": ("Bakom huvudbyggnaden", "Bredvid infarten till parkeringen", "Följ skyltarna 'P' och 'Laddning'"),
}


def directions(dice: Dice, language: str) -> list[dict[str, Any]]:
    """DisplayTexts that say the same, one per language; `language` is ISO 639-1."""
    which = dice.below(len(_ENGLISH))
    texts = [{"language": "en", "text": _ENGLISH[which]}]
    if language in _LOCAL:
        texts.insert(0, {"language": language, "text": _LOCAL[language][which]})
    return texts
