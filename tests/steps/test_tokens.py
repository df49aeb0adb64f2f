"""What the scenarios of the tokens chapter find at targets that deviate from it in one way each."""

import pytest

from ocpi_schemas.dialect import known_versions
from ocpi_simulator.dataset.tokens import token_uid
from ocpi_steps.authorising import SUBJECT_KEYS
from ocpi_steps.command_demo import SUBJECTS

from .conftest import Suite

CHAPTER = "tokens/"
HIGHEST, LOWEST = known_versions()[-1], known_versions()[0]
VERSIONS = pytest.mark.parametrize("version", known_versions())
NAMED = {name: token_uid(1, index) for name, index in SUBJECTS.items()}


def test_the_demonstration_names_every_token_that_a_profile_can() -> None:
    assert SUBJECTS.keys() == {key for key, _ in SUBJECT_KEYS}


@VERSIONS
@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_a_target_that_does_what_the_chapter_says_passes(suite: Suite, role: str, version: str) -> None:
    run = suite(role, version, CHAPTER, subjects=NAMED)
    assert (run.failing, run.warned - {"LOC-001"}, run.unfinished) == (set(), set(), {})
    assert run.tried


def test_a_token_that_the_profile_does_not_name_is_asked_for_by_its_key(suite: Suite) -> None:
    run = suite("EMSP", HIGHEST, "tokens/authorization")
    assert run.failing == set()
    assert len(run.unfinished) == 7
    for reason in run.unfinished.values():
        assert any(f"as {key} under [subjects]" in reason for key, _ in SUBJECT_KEYS)


def test_the_type_of_a_token_that_is_not_listed_can_be_given(suite: Suite) -> None:
    named = NAMED | {"not_allowed_token": f"OTHER/{NAMED['not_allowed_token']}"}
    run = suite("EMSP", HIGHEST, "TOK-104", subjects=named)
    assert (run.failing, run.unfinished) == (set(), {})


# The eMSP as a Sender

SENDER: dict[str, tuple[str, set[str], set[str]]] = {
    "nothing is pushed": ("pushes_nothing", set(), {"TOK-001", "TOK-002", "TOK-003", "TOK-020"}),
    "a new Token is pushed with PATCH": ("creates_with_patch", set(), {"TOK-001"}),
    "what is pushed cannot be fetched": ("lists_old_state", {"TOK-004", "TOK-056", "TOK-096"}, set()),
    "a new Token is not listed": ("hides_the_newest@tokens.sender.get_list", {"TOK-056", "TOK-054", "TRN-043"}, set()),
    "another address is asked for": ("checks_another_address", {"TOK-021"}, set()),
    "times move by themselves": ("moves_times@tokens.sender.get_list", set(), {"TOK-097"}),
}


@pytest.mark.parametrize(("behaviour", "failing", "warned"), SENDER.values(), ids=SENDER.keys())
def test_a_sender_that_deviates(suite: Suite, behaviour: str, failing: set[str], warned: set[str]) -> None:
    run = suite("EMSP", HIGHEST, "tokens/pushes or tokens/sender_list", behaviour, timeout=1.0)
    assert (run.failing, run.warned - {"LOC-001"}) == (failing, warned)


# The eMSP as the one who authorises

AUTHORISATION: dict[str, tuple[str, set[str]]] = {
    "opening hours count": ("judges_by_evse_status", {"TOK-012"}),
    "other EVSEs are returned": ("adds_evses_of_its_own", {"TOK-078", "TOK-106"}),
    "a refusal is an error": (
        "refuses_with_an_error",
        {"TOK-068", "TOK-070", "TOK-101", "TOK-102", "TOK-103", "TOK-104"},
    ),
    "the uid is enough": ("ignores_type_when_asked", {"TOK-062", "TOK-080"}),
    "any uid is known": ("knows_every_token", {"TOK-062", "TOK-063", "TOK-069", "TRN-065"}),
    "no hint at the location": ("hides_that_it_needs_a_location", {"TOK-065"}),
    "a location is demanded": (
        "refuses_requests_without_body",
        {"TOK-007", "TOK-062", "TOK-065", "TOK-066", "TOK-118"},
    ),
    "it is not offered": (
        "http_error=404@tokens.sender.authorize",
        {"TOK-007", "TOK-062", "TOK-066", "TOK-068", "TOK-070", "TOK-118"}
        | {f"TOK-{number}" for number in range(100, 105)}
        | {"TOK-065"},
    ),
}


@pytest.mark.parametrize(("behaviour", "failing"), AUTHORISATION.values(), ids=AUTHORISATION.keys())
def test_an_emsp_that_authorises_wrongly(suite: Suite, behaviour: str, failing: set[str]) -> None:
    run = suite("EMSP", HIGHEST, "tokens/authorization", behaviour, subjects=NAMED)
    assert {name for name in run.failing if name.startswith(("TOK", "TRN"))} == failing


def test_an_emsp_that_refuses_connectors(suite: Suite) -> None:
    run = suite("EMSP", LOWEST, "tokens/authorization", "refuses_connectors", subjects=NAMED)
    assert run.failing == {"TOK-108"}


def test_a_refusal_at_a_location_that_is_not_published_is_a_warning(suite: Suite) -> None:
    run = suite("EMSP", HIGHEST, "TOK-011", "refuses_unknown_places", subjects=NAMED)
    assert (run.failing, run.warned - {"LOC-001"}) == (set(), {"TOK-011"})


# The CPO

RECEIVER: dict[str, tuple[str, set[str]]] = {
    "the type plays no part": ("ignores_token_type", {"TOK-005", "TOK-026", "TOK-027", "TOK-089"}),
    "known Tokens are trusted": ("trusts_every_token", {"TOK-115", "TOK-119", "TOK-121"}),
    "each Token is asked about": ("asks_about_every_token", {"TOK-116"}),
    "the contract is asked about": ("asks_by_contract", {"TOK-091"}),
    "EVSEs of other places are named": ("asks_for_strange_evses", {"TOK-106"}),
    "left-out fields of a list stay": ("merges_what_it_pulls", {"TOK-057"}),
    "what is fetched is not kept": ("ignores_what_it_pulls", {"TOK-005", "TOK-057"}),
}


@pytest.mark.parametrize(("behaviour", "failing"), RECEIVER.values(), ids=RECEIVER.keys())
def test_a_receiver_that_deviates(suite: Suite, behaviour: str, failing: set[str]) -> None:
    run = suite("CPO", HIGHEST, CHAPTER, behaviour, timeout=1.0)
    assert run.failing == failing


def test_fetching_the_list_for_each_authorisation_is_a_warning(suite: Suite) -> None:
    run = suite("CPO", HIGHEST, "tokens/asking", "pulls_before_each_authorization")
    assert (run.failing, run.warned) == (set(), {"TOK-006"})
