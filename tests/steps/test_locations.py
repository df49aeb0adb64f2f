"""What the scenarios of the locations chapter find at targets that deviate from it in one way each."""

from typing import Any

import pytest

from ocpi_schemas.dialect import known_versions

from .conftest import Suite

CHAPTER = "locations/"
VERSION = known_versions()[-1]
VERSIONS = pytest.mark.parametrize("version", known_versions())


@VERSIONS
@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_a_target_that_does_what_the_chapter_says_passes(suite: Suite, role: str, version: str) -> None:
    run = suite(role, version, CHAPTER)
    assert (run.failing, run.warned - {"LOC-001"}, run.unfinished) == (set(), set(), {})
    assert run.tried


@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_without_a_trigger_nothing_is_said_of_what_the_target_does_by_itself(suite: Suite, role: str) -> None:
    run = suite(role, VERSION, "locations/pushes or locations/pulls", trigger=False)
    assert run.failing == set()
    assert run.unfinished.keys() == {scenario.id for scenario in run.tried}
    assert all("no trigger driver is set" in reason for reason in run.unfinished.values())


# The eMSP as a Receiver

RECEIVER: dict[str, tuple[str, set[str], set[str]]] = {
    "parents keep their time": (
        "forgets_parent_time",
        {"LOC-048", "LOC-049", "LOC-050", "LOC-066", "LOC-067", "LOC-068"},
        set(),
    ),
    "parts can only come with their Location": ("refuses_new_parts", {"LOC-055", "LOC-056"}, set()),
    "a PATCH is taken for the whole": (
        "patches_as_put",
        # What is left of the EVSE and the Connector lacks required fields, too.
        {"LOC-058", "LOC-059", "LOC-060", "LOC-091", "LOC-102"},
        set(),
    ),
    "a PATCH of a part costs the others": ("patch_forgets_siblings", {"LOC-060"}, set()),
    "a PUT changes some fields only": ("puts_as_patch", {"LOC-047", "TRN-055"}, set()),
    "EVSEs are not given back": ("http_error=404@locations.receiver.get_evse", {"LOC-043"}, {"LOC-045"}),
    "Connectors are not given back": ("http_error=404@locations.receiver.get_connector", {"LOC-044"}, {"LOC-045"}),
    "another status is given back": (
        'changed_field=status:"UNKNOWN"@locations.receiver.get_evse',
        set(),
        {"LOC-045"},
    ),
}


@pytest.mark.parametrize(("behaviour", "failing", "warned"), RECEIVER.values(), ids=RECEIVER.keys())
def test_a_receiver_that_stores_wrongly(suite: Suite, behaviour: str, failing: set[str], warned: set[str]) -> None:
    run = suite("EMSP", VERSION, "locations/receiver", behaviour)
    assert (run.failing, run.warned - {"LOC-001", "TRN-072"}) == (failing, warned)


def test_a_receiver_that_takes_no_location_breaks_what_the_unusual_ones_stand_for(suite: Suite) -> None:
    behaviour = "ocpi_error=2001@locations.receiver.put_location"
    run = suite("EMSP", VERSION, "LOC-002 or LOC-089 or LOC-133 or LOC-153", behaviour)
    assert (run.failing, run.warned - {"LOC-001"}) == ({"LOC-002", "LOC-133", "LOC-153"}, {"LOC-089"})


# The eMSP as the one who fetches


@pytest.mark.parametrize("behaviour", ["merges_what_it_pulls", "ignores_what_it_pulls"])
def test_a_receiver_that_makes_no_use_of_what_it_fetches(suite: Suite, behaviour: str) -> None:
    run = suite("EMSP", VERSION, "locations/pulls", behaviour)
    assert (run.failing, run.unfinished) == ({"LOC-032", "LOC-033"}, {})


def test_one_who_can_be_pushed_to_need_not_fetch_all(suite: Suite) -> None:
    run = suite("EMSP", VERSION, "locations/pulls", "fetches_first_page_only", timeout=1.0)
    assert (run.failing, run.warned - {"LOC-001"}) == (set(), {"LOC-017"})
    assert len(run.unfinished) == 3


def test_one_who_cannot_be_pushed_to_has_to_fetch_all(suite: Suite) -> None:
    run = suite("EMSP", VERSION, "LOC-004", "fetches_first_page_only", "hides_its_receivers", timeout=1.0)
    assert (run.failing, run.warned) == ({"LOC-004"}, {"LOC-017"})


# The CPO

SENDER: dict[str, tuple[str, set[str], set[str]]] = {
    "parents keep their time": (
        "forgets_parent_time",
        # LOC-085 and LOC-100 are rules: what is around a part is then older than the part.
        {"LOC-024", "LOC-025", "LOC-026", "LOC-085", "LOC-100"},
        set(),
    ),
    "a list by date has parts of Locations": ("lists_only_changed_evses", {"LOC-031"}, set()),
    "nothing is pushed": ("pushes_nothing", {"LOC-009", "LOC-154"}, {"LOC-016"}),
    "a new Location is pushed with PATCH": ("creates_with_patch", {"LOC-003"}, {"LOC-062"}),
    "what is pushed cannot be fetched": (
        "lists_old_state",
        {"LOC-008", "LOC-024", "LOC-025", "LOC-026", "LOC-036", "LOC-037", "LOC-038"},
        set(),
    ),
    "a removed EVSE is gone": ("deletes_removed_evses", {"LOC-009"}, {"LOC-011"}),
    # The count of the list gives it away as well.
    "a new Location is not listed": (
        "hides_the_newest@locations.sender.get_list",
        {"LOC-034", "LOC-029", "TRN-043"},
        set(),
    ),
    "another address is asked for": ("checks_another_address", {"LOC-039"}, set()),
    "an EVSE has no address": ("http_error=404@locations.sender.get_evse", {"LOC-037"}, set()),
    "a Connector has no address": ("http_error=404@locations.sender.get_connector", {"LOC-038"}, set()),
    "times move by themselves": ("moves_times@locations.sender.get_list", set(), {"LOC-087"}),
}


@pytest.mark.parametrize(("behaviour", "failing", "warned"), SENDER.values(), ids=SENDER.keys())
def test_a_sender_that_deviates(suite: Suite, behaviour: str, failing: set[str], warned: set[str]) -> None:
    run = suite("CPO", VERSION, CHAPTER, behaviour, timeout=1.0)
    # LOC-086 is a rule that looks at the times of the messages: what is only slow is not wrong to it.
    assert (run.failing - {"LOC-086"}, run.warned) == (failing, warned)


def test_the_finding_says_which_location_was_not_moved(suite: Suite) -> None:
    run = suite("CPO", VERSION, "LOC-024", "forgets_parent_time")
    found: Any = next(finding for finding in run.findings if finding.requirement == "LOC-024")
    assert found.message == "last_updated of the location has not moved"
    assert found.expected[0].startswith("later than 20")
