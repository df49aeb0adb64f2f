"""Comparing what was sent with what comes back."""

from typing import Any

import pytest

from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_steps.comparing import differences_in

LATEST = load_dialect(known_versions()[-1])
FIRST = load_dialect(known_versions()[0])


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ({"uid": "ab-1", "tariff_ids": ["b", "A"]}, {"uid": "AB-1", "tariff_ids": ["a", "B"]}),
        ({"images": [{"url": "https://x/y", "type": "png"}]}, {"images": [{"url": "https://x/y", "type": "PNG"}]}),
        ({"evses": [{"uid": "e1", "status": "CHARGING"}]}, {"evses": [{"uid": "E1", "status": "CHARGING"}]}),
        ({"name": None, "directions": []}, {}),
        ({"last_updated": "2026-01-01T00:00:00Z"}, {"last_updated": "2026-01-01T00:00:00.000"}),
    ],
)
def test_another_spelling_is_no_difference(sent: Any, back: Any) -> None:
    assert differences_in(LATEST, sent, back) == []


@pytest.mark.parametrize(
    ("sent", "back", "pointer"),
    [
        ({"name": "Laden"}, {"name": "LADEN"}, "/name"),
        (
            {"evses": [{"uid": "e1", "floor_level": "b"}]},
            {"evses": [{"uid": "E1", "floor_level": "B"}]},
            "/evses/0/floor_level",
        ),
        ({"tariff_ids": ["a", "b"]}, {"tariff_ids": ["a", "c"]}, "/tariff_ids/1"),
    ],
)
def test_another_value_is_a_difference(sent: Any, back: Any, pointer: str) -> None:
    assert [place for place, _, _ in differences_in(LATEST, sent, back)] == [pointer]


def test_ids_have_case_where_they_are_no_cistrings() -> None:
    assert differences_in(FIRST, {"id": "a"}, {"id": "A"})
