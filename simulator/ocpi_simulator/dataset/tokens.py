"""Tokens: object i of the module, and what an authorisation of it answers, computed from a seed and i."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any

from ocpi_schemas.party import PartyId
from ocpi_schemas.timestamps import write_timestamp
from ocpi_simulator.dataset.contract_id import contract_id
from ocpi_simulator.dataset.dice import BARE, FULL, Dice, dice_for
from ocpi_simulator.dataset.scramble import SIZE, Scramble, scramble_of


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides how a Token is treated."""

    type: str
    whitelist: str
    allowed: str
    """What an authorisation answers, as OCPI's AllowedType."""

    @property
    def valid(self) -> bool:
        """A Token that is blocked or has expired is not valid; one without credit, or not for this place, is."""
        return self.allowed not in ("BLOCKED", "EXPIRED")


FIRST: tuple[Kind, ...] = (
    Kind("RFID", "ALWAYS", "ALLOWED"),
    Kind("RFID", "ALLOWED", "ALLOWED"),
    Kind("RFID", "ALLOWED_OFFLINE", "ALLOWED"),
    Kind("RFID", "NEVER", "ALLOWED"),
    Kind("APP_USER", "NEVER", "ALLOWED"),
    Kind("AD_HOC_USER", "NEVER", "ALLOWED"),
    Kind("RFID", "NEVER", "BLOCKED"),
    Kind("RFID", "ALLOWED_OFFLINE", "EXPIRED"),
    Kind("RFID", "NEVER", "NO_CREDIT"),
    Kind("OTHER", "NEVER", "NOT_ALLOWED"),
)
"""The first Tokens, the same for every seed: each type, whitelist and outcome is among them."""

# No Token that is refused has ALWAYS: what `valid` false means then is not clear (ruling R55). NO_CREDIT and
# NOT_ALLOWED can only be learnt by asking, so those Tokens oblige a CPO to ask.
_LATER: tuple[Kind, ...] = (
    *[Kind("RFID", "ALWAYS", "ALLOWED")] * 4,
    *[Kind("RFID", "ALLOWED", "ALLOWED")] * 8,
    *[Kind("RFID", "ALLOWED_OFFLINE", "ALLOWED")] * 4,
    *[Kind("RFID", "NEVER", "ALLOWED")] * 2,
    *[Kind("APP_USER", "NEVER", "ALLOWED")] * 4,
    Kind("AD_HOC_USER", "NEVER", "ALLOWED"),
    Kind("OTHER", "ALLOWED", "ALLOWED"),
    Kind("RFID", "NEVER", "BLOCKED"),
    Kind("RFID", "ALLOWED", "BLOCKED"),
    Kind("APP_USER", "NEVER", "BLOCKED"),
    Kind("RFID", "ALLOWED_OFFLINE", "EXPIRED"),
    Kind("RFID", "ALLOWED", "EXPIRED"),
    Kind("RFID", "NEVER", "NO_CREDIT"),
    Kind("APP_USER", "NEVER", "NO_CREDIT"),
    Kind("RFID", "ALLOWED_OFFLINE", "NOT_ALLOWED"),
)

_ISSUERS = ("Rijdstroom", "ChargeCard Europe", "Ladeklub", "Mobilité Partagée", "Plug & Pay", "Wattpass")
_LANGUAGES = ("nl", "de", "fr", "en", "es", "it", "sv", "pl", "da", "pt")
_PROFILES = ("CHEAP", "FAST", "GREEN", "REGULAR")
_SUPPLIERS = ("Polder Energie", "Nordwind Strom", "Lumière Verte", "Solaris Utilities")
_GROUPED_PERCENT = 20
_APP_TYPES = ("APP_USER", "AD_HOC_USER")


@cache
def _scramble(seed: int) -> Scramble:
    return scramble_of(seed, "token")


def kind_of(seed: int, index: int) -> Kind:
    """What decides how Token `index` is treated."""
    return FIRST[index] if index < len(FIRST) else Dice(seed, "kind", index).pick(_LATER)


def allowed_of(seed: int, index: int) -> str:
    """The outcome of a real-time authorisation of Token `index`, as OCPI's AllowedType."""
    return kind_of(seed, index).allowed


def _uid(kind: Kind, number: int) -> str:
    """An RFID card's hidden id, or a UUID for an app; the number can be read back from it."""
    check = blake2b(f"{kind.type}/{number}".encode(), digest_size=10).hexdigest()
    if kind.type in _APP_TYPES:
        return f"{check[:8]}-{check[8:12]}-4{check[12:15]}-8{check[15:18]}-{number:012x}"
    # Seven bytes, the first being a chip maker's code.
    return f"04{number:010X}{check[:2].upper()}"


def token_uid(seed: int, index: int) -> str:
    """The uid of Token `index`: no two of a seed are the same, with or without their type.

    Raises:
        ValueError: the index is negative or not below SIZE.
    """
    return _uid(kind_of(seed, index), _scramble(seed).forward(index))


def token_index(seed: int, uid: str) -> int | None:
    """The index that a uid was made of, in any case; None if it is not one of this seed."""
    digits = uid[-12:] if len(uid) == 36 else uid[2:12] if len(uid) == 14 else ""
    if not digits or not digits.isascii() or not digits.isalnum():
        return None
    try:
        number = int(digits, 16)
    except ValueError:
        return None
    if number >= SIZE:
        return None
    index = _scramble(seed).back(number)
    return index if token_uid(seed, index).lower() == uid.lower() else None


def issuer_of(party: PartyId) -> str:
    """The company that issues the Tokens of a party: the same for all of them."""
    return Dice("issuer", party.country_code.upper(), party.party_id.upper()).pick(_ISSUERS)


def _group_of(seed: int, index: int) -> str | None:
    """Neighbours share a group, as a card and a key fob of one driver do."""
    pair = index // 2
    return f"GRP-{pair:07}" if Dice(seed, "group", pair).chance(_GROUPED_PERCENT) or index == FULL else None


def token(seed: int, index: int, party: PartyId, updated: datetime) -> dict[str, Any]:
    """Token `index` of an eMSP, with the fields of all versions; a new object each time.

    `updated` is its `last_updated`. The one at FULL has every optional field, the one at BARE none.
    """
    dice = dice_for(seed, "token", index)
    kind = kind_of(seed, index)
    number = _scramble(seed).forward(index)
    contract = contract_id(party.country_code, party.party_id, number)
    made: dict[str, Any] = {
        "country_code": party.country_code,
        "party_id": party.party_id,
        "uid": _uid(kind, number),
        "type": kind.type,
        "contract_id": contract,
        "auth_id": contract,
        "issuer": issuer_of(party),
        "valid": kind.valid,
        "whitelist": kind.whitelist,
    }
    if kind.type not in _APP_TYPES and dice.has(75):
        made["visual_number"] = contract if dice.chance(30) else f"DF{number % 1000:03}-{index:08}"
    group = _group_of(seed, index)
    if group and index != BARE:
        made["group_id"] = group
    if dice.has(60):
        made["language"] = dice.pick(_LANGUAGES)
    if dice.has(30):
        made["default_profile_type"] = dice.pick(_PROFILES)
    if dice.has(15):
        made["energy_contract"] = {"supplier_name": dice.pick(_SUPPLIERS)}
        if dice.has(70):
            made["energy_contract"]["contract_id"] = f"EN-{number % 10**9:09}"
    made["last_updated"] = write_timestamp(updated)
    return made


@dataclass(frozen=True, slots=True)
class Tokens:
    """The recipe of an eMSP's Tokens."""

    seed: int
    party: PartyId

    @property
    def object_name(self) -> str:
        return "Token"

    def make(self, index: int, updated: datetime) -> dict[str, Any]:
        return token(self.seed, index, self.party, updated)

    def id_of(self, index: int) -> str:
        return token_uid(self.seed, index)

    def index_of(self, object_id: str) -> int | None:
        return token_index(self.seed, object_id)
