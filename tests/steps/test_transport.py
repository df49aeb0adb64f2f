"""The scenarios of the transport, status code and type chapters: quiet on a conforming target, and able to see."""

import pytest

from ocpi_schemas.party import PartyId
from ocpi_schemas.verdict import Verdict

from .conftest import Suite

CHAPTERS = "transport_and_format or status_codes or types"

PARTIES = "message_routing"
"""Needs a target with several parties."""


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1"])
@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_a_conforming_target_passes(suite: Suite, role: str, version: str) -> None:
    run = suite(role, version, f"({CHAPTERS}) and not {PARTIES}")
    assert len(run.tried) > 60
    assert (run.failing, run.warned, run.unfinished) == (set(), set(), {})


def test_without_a_trigger_nothing_fails_and_only_what_needs_one_is_blocked(suite: Suite) -> None:
    run = suite("CPO", "2.2.1", f"({CHAPTERS}) and not {PARTIES}", trigger=False)
    assert (run.failing, run.warned, run.ended(Verdict.ERROR)) == (set(), set(), {})
    blocked = run.ended(Verdict.BLOCKED)
    assert all("trigger" in reason for reason in blocked.values())
    assert {name.split("/")[1] for name in blocked} == {"client_owned_objects", "date_time", "fetching", "pushing"}


@pytest.mark.parametrize("order", ["", "lists_newest_first", "lists_changed_last"])
@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_a_target_whose_data_change_while_they_are_listed_does_not_fail(suite: Suite, role: str, order: str) -> None:
    deviations = ["changes_while_listed", *([order] if order else [])]
    run = suite(role, "2.2.1", "(pagination or list_filters or date_time) and sender", *deviations)
    assert (run.failing, run.ended(Verdict.ERROR)) == (set(), {})


def test_several_parties_of_a_target_have_lists_of_their_own(suite: Suite) -> None:
    config = {"other_parties": (PartyId("NL", "DEF"),)}
    assert suite("CPO", "2.2.1", PARTIES, config=config).failing == set()
    assert suite("CPO", "2.2.1", PARTIES, "ignores_addressed_party", config=config).failing == {"TRN-101"}


# Each row: role, version, scenarios, the deviation of the target; the requirements that fail, and those that warn.

AUTHORIZATION = [
    (
        "CPO",
        "2.2.1",
        "transport_and_format/authorization",
        "admits_everybody",
        "TRN-012 TRN-013 STA-014 TYP-063",
        "TRN-009",
    ),
    ("CPO", "2.2.1", "authorization", "takes_raw_token", "", "TRN-009"),
    ("EMSP", "2.1.1", "authorization", "tokens_have_no_case", "TRN-013 TYP-063", ""),
    ("EMSP", "2.2.1", "authorization", "demands_header_case", "TRN-005", ""),
]

PAGES = [
    ("CPO", "2.2.1", "pagination", "ignores_offset", "TRN-027 TRN-032 TRN-037 LOC-027", ""),
    ("CPO", "2.1.1", "pagination", "ignores_limit", "TRN-026 TRN-034 LOC-028", ""),
    ("EMSP", "2.2.1", "pagination", "skips_an_object", "TRN-027 TRN-037 TRN-049", ""),
    ("EMSP", "2.2.1", "same-sequence", "turns_pages_round", "TRN-039", ""),
    ("EMSP", "2.2.1", "pagination", "limits_to_the_page", "TRN-051", ""),
    ("EMSP", "2.1.1", "pagination", "repeats_the_limit", "", "TRN-053"),
    ("CPO", "2.2.1", "needs-no-parameters", "demands_a_limit", "TRN-035 LOC-019", ""),
    ("CPO", "2.2.1", "pagination", "counts_the_page", "TRN-027 TRN-049", "TRN-044"),
    ("CPO", "2.2.1", "list_filters", "exclusive_date_from", "TRN-029 LOC-021", ""),
    ("CPO", "2.1.1", "list_filters", "exclusive_date_from", "", ""),
    ("CPO", "2.2.1", "list_filters", "inclusive_date_to", "TRN-031 LOC-022", ""),
    ("EMSP", "2.2.1", "fits-gives", "ignores_dates", "TRN-028 TRN-049 TOK-050", ""),
    ("CPO", "2.2.1", "keeps-its-place", "lists_changed_last", "", "TRN-040"),
    ("EMSP", "2.2.1", "is-the-last", "lists_newest_first", "", "TRN-040"),
    ("CPO", "2.2.1", "while-pages", "counts_once", "TRN-041", ""),
]

PUSHED = [
    ("CPO", "2.2.1", "client_owned_objects", "keeps_left_out_fields", "TRN-055 TOK-032", ""),
    ("EMSP", "2.2.1", "client_owned_objects/a-patch", "patches_as_put", "TRN-057 LOC-060 LOC-069", ""),
    ("CPO", "2.1.1", "client_owned_objects", "serves_every_owner", "TRN-082 TRN-085", ""),
    ("CPO", "2.2.1", "client_owned_objects", "forgets_owner", "TRN-082 TRN-085", ""),
    ("EMSP", "2.2.1", "client_owned_objects", "hands_out_one_token", "TRN-011 TRN-082 TRN-085 CRD-054 CRD-064", ""),
    ("CPO", "2.2.1", "client_owned_objects", "goes_by_the_object", "", "TRN-087"),
    ("EMSP", "2.1.1", "is-created", "denies_new_objects", "TRN-084 LOC-046", "STA-006"),
    ("CPO", "2.2.1", "is-replaced", "http_status=201@tokens.receiver.put_token", "", "STA-005"),
    ("EMSP", "2.2.1", "is-created", "http_status=200@locations.receiver.put_location", "", "STA-006"),
    ("EMSP", "2.2.1", "message_contents", "refuses_nulls", "TRN-070", ""),
    ("CPO", "2.1.1", "message_contents", "refuses_unknown_fields", "", "TRN-071"),
    ("CPO", "2.2.1", "message_contents", "refuses_placeholders", "TRN-124", ""),
]

STATUS_CODES = [
    ("CPO", "2.2.1", "refusals", "takes_malformed_json", "STA-001", ""),
    ("CPO", "2.1.1", "without-a-required-field", "takes_anything", "STA-014 STA-015", "STA-030"),
    ("EMSP", "2.2.1", "refusals", "patches_without_time", "STA-031 LOC-064", "STA-030 LOC-065"),
    ("EMSP", "2.2.1", "unknown_objects", "claims_to_find", "STA-004 TRN-065", "STA-003"),
    ("CPO", "2.2.1", "unknown_objects", "fails_to_find", "STA-004", "STA-003"),
    ("CPO", "2.1.1", "unknown_objects", "claims_to_patch", "STA-009 STA-014", ""),
]

TYPES = [
    ("CPO", "2.2.1", "date_time and receiver", "refuses_decimals", "TYP-014", ""),
    ("EMSP", "2.1.1", "date_time and receiver", "reads_local_time", "TYP-015", ""),
    ("CPO", "2.1.1", "without-a-designator", "filters_local_time", "TYP-015 TRN-028 LOC-020", ""),
    ("EMSP", "2.2.1", "date_time and time-of-a-change", "pushes_local_time", "TYP-016", ""),
    ("CPO", "2.2.1", "identifiers", "confuses_case", "TYP-002", ""),
    ("CPO", "2.1.1", "types/identifiers", "confuses_case", "TYP-063 TOK-027", ""),
    ("EMSP", "2.2.1", "identifiers", "writes_ids_in_capitals", "", "TYP-003"),
    ("EMSP", "2.2.1", "numbers", "cuts_decimals", "", "TYP-032"),
]

FETCHING = [
    ("CPO", "2.2.1", "smaller-than", "fetches_first_page_only", "TRN-036", ""),
    ("CPO", "2.2.1", "never-pushed or loss-of-connection", "ignores_what_it_pulls", "TRN-016 TOK-005", "TRN-137"),
    ("EMSP", "2.2.1", "of-locations-in-lower", "demands_link_case", "TRN-005", ""),
    ("EMSP", "2.1.1", "gets-shorter", "never_goes_back", "", "TRN-042"),
    ("EMSP", "2.2.1", "fetching", "keeps_old_endpoints", "TRN-134", ""),
    ("CPO", "2.2.1", "fetching", "keeps_all_or_nothing", "", "TRN-025"),
    ("CPO", "2.2.1", "fetching", "owner_is_the_peer", "TRN-088", ""),
]

PUSHING = [
    ("CPO", "2.2.1", "patch-holds", "patches_everything", "TRN-056", "LOC-007 LOC-062"),
    ("CPO", "2.1.1", "after-a-patch", "gives_up_after_patch", "", "TRN-058 TRN-059"),
    ("EMSP", "2.2.1", "after-a-patch", "puts_without_a_look", "", "TRN-058"),
    ("EMSP", "2.2.1", "answer-to-a-push and null-for-a", "chokes_on_data", "TRN-067", ""),
    ("CPO", "2.2.1", "data-of-a-refusal and null-for-a", "chokes_on_data", "STA-018", ""),
    ("CPO", "2.1.1", "not-repeated", "sends_failed_pushes_again", "", "TRN-136"),
]


ROWS = [*AUTHORIZATION, *PAGES, *PUSHED, *STATUS_CODES, *TYPES, *FETCHING, *PUSHING]


@pytest.mark.parametrize(
    ("role", "version", "select", "deviation", "failing", "warned"),
    ROWS,
    ids=[f"{deviation}-{role}-{version}" for role, version, _, deviation, *_ in ROWS],
)
def test_a_deviation_is_found_and_nothing_else(
    suite: Suite, role: str, version: str, select: str, deviation: str, failing: str, warned: str
) -> None:
    run = suite(role, version, select, deviation, timeout=3.0)
    assert run.ended(Verdict.ERROR) == {}
    assert (run.failing, run.warned) == (set(failing.split()), set(warned.split()))
