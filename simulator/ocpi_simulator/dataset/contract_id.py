"""Contract ids in the form of eMI3: country, provider, nine characters, and a check character that is right."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PREFIX = "C"
_DIGITS = 8

LIMIT = 36**_DIGITS
"""How many numbers a contract id can carry."""

Row = tuple[int, int]
Matrix = tuple[Row, Row]


def _times(row: Row, matrix: Matrix, modulus: int) -> Row:
    (a, b), (c, d) = matrix
    return (row[0] * a + row[1] * c) % modulus, (row[0] * b + row[1] * d) % modulus


# A character is a pair modulo 2 and a pair modulo 3. Each is multiplied by the power of a matrix that its position
# names, and the check character makes both sums zero. Described in "Check Digit Calculation for Contract-IDs", eMI3.
_BINARY: Matrix = ((0, 1), (1, 1))
_TERNARY: Matrix = ((0, 1), (1, 2))


def _pairs(char: str) -> tuple[Row, Row]:
    value = _ALPHABET.index(char)
    return (value // 18, value // 9 % 2), (value // 3 % 3, value % 3)


def check_character(fourteen: str) -> str:
    """The check character of country, provider and instance written without hyphens.

    Raises:
        ValueError: these are not fourteen letters and digits.
    """
    if len(fourteen) != 14:
        raise ValueError(f"{fourteen!r} does not have fourteen characters")
    binary: Row = (0, 0)
    ternary: Row = (0, 0)
    for char in reversed(fourteen.upper()):
        (b0, b1), (t0, t1) = _pairs(char)
        binary = _times((binary[0] + b0, binary[1] + b1), _BINARY, 2)
        ternary = _times((ternary[0] + t0, ternary[1] + t1), _TERNARY, 3)
    # The check character stands at position 15. Modulo 2 the 3rd power is the unit matrix, and so is the 15th; modulo 3
    # the 16th is, so the inverse of the 15th is the matrix itself.
    t0, t1 = _times(ternary, _TERNARY, 3)
    return _ALPHABET[18 * binary[0] + 9 * binary[1] + 3 * (-t0 % 3) + -t1 % 3]


def contract_id(country_code: str, party_id: str, number: int) -> str:
    """Such as `NL-ABC-C0000002A-K`; different for each number below LIMIT.

    Raises:
        ValueError: the number is negative or too large.
    """
    if not 0 <= number < LIMIT:
        raise ValueError(f"{number} does not fit in a contract id")
    digits = ""
    for _ in range(_DIGITS):
        number, digit = divmod(number, 36)
        digits = _ALPHABET[digit] + digits
    country, party, instance = country_code.upper(), party_id.upper(), _PREFIX + digits
    return f"{country}-{party}-{instance}-{check_character(country + party + instance)}"
