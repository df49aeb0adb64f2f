"""A party: the country code and party id that OCPI addresses it by."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartyId:
    """Both parts are CiStrings, compared without case.

    Source: credentials.asciidoc#credentials_credentials_role_class
    """

    country_code: str
    party_id: str

    @staticmethod
    def parse(text: str) -> "PartyId":
        """Read `NL-ABC`.

        Raises:
            ValueError: it is not two letters, a hyphen, three letters or digits.
        """
        match = re.fullmatch(r"([A-Za-z]{2})[-*]([A-Za-z0-9]{3})", text)
        if match is None:
            raise ValueError(f"{text!r} is not a party; write it like NL-ABC: country code, hyphen, party id")
        return PartyId(match[1].upper(), match[2].upper())

    def is_same(self, country_code: object, party_id: object) -> bool:
        """Whether these two values name this party."""
        return (str(country_code).upper(), str(party_id).upper()) == (
            self.country_code.upper(),
            self.party_id.upper(),
        )

    def __str__(self) -> str:
        return f"{self.country_code}-{self.party_id}"
