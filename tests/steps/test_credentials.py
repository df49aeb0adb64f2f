"""What the scenarios of the credentials chapter find at targets that deviate from it in one way each."""

import pytest

from ocpi_schemas.context import PartyRole
from ocpi_schemas.dialect import known_versions
from ocpi_schemas.party import PartyId
from ocpi_schemas.verdict import Verdict
from ocpi_simulator.peers import Peer

from .conftest import TOKEN_A, Suite

CHAPTER = "module:credentials"
VERSION = known_versions()[-1]
VERSIONS = pytest.mark.parametrize("version", known_versions())
ROLES = pytest.mark.parametrize("role", ["CPO", "EMSP"])
BOTH = {"versions": tuple(known_versions())}


HURRY = {"timeout": 1.5, "quiet": 0.2, "settle": 0.2}


@VERSIONS
@ROLES
def test_a_target_that_does_what_the_chapter_says_passes(suite: Suite, role: str, version: str) -> None:
    run = suite(role, version, CHAPTER, config=BOTH, quiet=0.2)
    assert (run.failing, run.warned, run.unfinished) == (set(), set(), {})
    verdicts = {entry.id: entry.verdict for entry in run.results.requirements if entry.chapter == "credentials"}
    assert {name for name, verdict in verdicts.items() if verdict is not Verdict.PASS} == set()
    assert len(verdicts) > 40


def test_a_target_with_one_version_cannot_switch(suite: Suite) -> None:
    run = suite("CPO", VERSION, CHAPTER)
    assert run.failing == set()
    assert {name.rpartition("/")[2] for name in run.unfinished} == {
        "a-put-to-the-endpoint-of-another-version-switches-to-it",
        "the-target-switches-to-another-version-with-a-put-to-its-endpoint",
    }


@ROLES
def test_without_a_trigger_only_what_needs_one_is_blocked(suite: Suite, role: str) -> None:
    run = suite(role, VERSION, CHAPTER, trigger=False, config=BOTH, quiet=0.2)
    assert (run.failing, run.warned, run.ended(Verdict.ERROR)) == (set(), set(), {})
    assert all("no trigger driver is set" in reason for reason in run.unfinished.values())
    assert len(run.unfinished) == 10


def test_a_registration_that_is_there_is_left_as_it_is(suite: Suite) -> None:
    token, party = "of-an-earlier-registration", PartyId("DE", "TST")
    peer = Peer(inbound=token, outbound="towards-the-partner", version=VERSION, roles=(PartyRole("EMSP", party),))
    run = suite("CPO", VERSION, CHAPTER, peer=peer, token=token, registered=True, inbound_token=peer.outbound)
    assert (run.failing, run.ended(Verdict.ERROR)) == (set(), {})
    assert all("--registered" in reason for reason in run.unfinished.values())
    assert {scenario.id for scenario in run.tried if scenario.verdict is Verdict.PASS} == {
        "credentials/credentials/the-credentials-of-the-target-can-be-fetched",
        "credentials/credentials/who-is-registered-cannot-register-again",
        "credentials/parties/identifiers-of-other-operators-and-countries-are-accepted-from-a-party/tokens",
    }
    assert (peer.inbound, peer.outbound) == (token, "towards-the-partner")


# Each row: role, version, the deviation of the target; the requirements that fail, and those that warn.

DEVIATIONS = [
    # Before the registration, and with it.
    ("CPO", VERSION, "opens_all_with_token_a", "TRN-014", ""),
    ("EMSP", VERSION, "opens_all_with_token_a", "TRN-014", ""),
    ("CPO", VERSION, "registers_by_put", "CRD-068", ""),
    ("CPO", "2.1.1", "unregisters_strangers", "CRD-073", ""),
    ("EMSP", VERSION, "takes_unusable_client", "CRD-031", ""),
    ("CPO", VERSION, "vague_refusal", "", "CRD-030 CRD-032 CRD-035"),
    ("CPO", VERSION, "registers_without_fetching", "CRD-051 CRD-061 CRD-062", ""),
    ("CPO", "2.1.1", "fetches_after_answer", "", "CRD-052"),
    ("CPO", VERSION, "calls_back_with_own_token@credentials.both.post_credentials", "CRD-009", ""),
    ("EMSP", VERSION, "keeps_token_a", "CRD-012", ""),
    ("EMSP", "2.1.1", "keeps_token_a", "", "CRD-012"),
    ("CPO", VERSION, "http_error=405@credentials.both.get_credentials", "CRD-040 STA-002", "TRN-066"),
    ("CPO", VERSION, 'changed_field=token:"a-fixed-token"@credentials.both.post_credentials', "CRD-053 CRD-054", ""),
    # Credentials and their changes.
    ("CPO", "2.1.1", "registers_again", "CRD-055", ""),
    ("EMSP", VERSION, 'changed_field=url:"http://127.0.0.1:1/v"@credentials.both.get_credentials', "CRD-082", ""),
    ("CPO", VERSION, "registers_without_fetching@credentials.both.put_credentials", "CRD-061 CRD-062", ""),
    ("EMSP", "2.1.1", "keeps_replaced_token", "CRD-066", ""),
    ("CPO", VERSION, "drops_token_on_failure", "CRD-067", ""),
    ("EMSP", VERSION, "keeps_old_endpoints", "CRD-021", ""),
    ("CPO", "2.1.1", "keeps_old_credentials", "CRD-022", ""),
    ("CPO", VERSION, "knows_no_update", "CRD-040 CRD-043 CRD-061 CRD-087", ""),
    # Parties.
    ("CPO", VERSION, "refuses_repeated_role", "CRD-087", ""),
    ("EMSP", VERSION, "keeps_one_role", "CRD-088", ""),
    ("CPO", VERSION, "demands_own_identifiers", "CRD-092", ""),
    ("EMSP", "2.1.1", "demands_own_identifiers", "CRD-092", ""),
    ("CPO", VERSION, "shares_party", "CRD-091", "CRD-090"),
    # The end of it, and the target as the one who registers.
    ("CPO", VERSION, "ignores_delete", "CRD-068 CRD-070 CRD-073", ""),
    ("EMSP", "2.1.1", "ignores_delete", "CRD-068 CRD-070 CRD-073", ""),
    ("EMSP", VERSION, "refuses_offered_token", "CRD-010", ""),
    ("CPO", VERSION, "assumes_endpoints", "CRD-006", ""),
    ("CPO", "2.1.1", "assumes_endpoints", "", "CRD-006"),
    ("EMSP", VERSION, "prefers_lowest_version", "", "CRD-007"),
]


@pytest.mark.parametrize(
    ("role", "version", "behaviour", "failing", "warned"), DEVIATIONS, ids=lambda value: str(value).partition("@")[0]
)
def test_a_deviation_is_found(suite: Suite, role: str, version: str, behaviour: str, failing: str, warned: str) -> None:
    run = suite(role, version, CHAPTER, behaviour, config=BOTH, **HURRY)
    assert (run.failing, run.warned, run.ended(Verdict.ERROR)) == (set(failing.split()), set(warned.split()), {})


def test_a_target_that_goes_on_after_its_own_delete_is_found(suite: Suite) -> None:
    run = suite("CPO", VERSION, CHAPTER, "keeps_credentials_after_delete", **HURRY)
    # Whether it is caught at sending over that connection depends on what it has under way (CRD-071).
    assert run.failing - {"CRD-071"} == {"CRD-072"}


# Right, or no more than a warning, and not what our simulator does by itself.

LEGAL = {
    "slow answers": "latency=0.1@credentials.*",
    "a token that is masked": 'changed_field=token:"***"@credentials.both.get_credentials',
    "another host in the credentials": 'changed_field=url:"http://elsewhere.example/v"@credentials.both.*',
    "the other role for the credentials endpoint": "credentials_role=RECEIVER",
    "URLs without structure": "opaque_urls",
    "a version that nobody knows": "additional_version=9.9.9",
    "calls after the answer": "fetches_after_answer@credentials.both.put_credentials",
}


@pytest.mark.parametrize("behaviour", LEGAL.values(), ids=LEGAL.keys())
@ROLES
def test_what_is_legal_does_not_fail(suite: Suite, role: str, behaviour: str) -> None:
    run = suite(role, VERSION, f"{CHAPTER} or module:versions", behaviour, config=BOTH, quiet=0.2)
    assert (run.failing, run.ended(Verdict.ERROR)) == (set(), {})
    assert len(run.ended(Verdict.BLOCKED)) < len(run.tried) / 4


def test_a_target_that_needs_a_module_says_so(suite: Suite) -> None:
    run = suite("EMSP", VERSION, "CRD-033 or CRD-035", subjects={"required_module": "locations"})
    assert (run.failing, run.warned, run.unfinished) == (set(), {"CRD-033", "CRD-035"}, {})


def test_a_token_that_the_target_itself_does_not_accept_blocks_what_builds_on_it(suite: Suite) -> None:
    dead = 'changed_field=token:"dead-from-the-start"@credentials.both.post_credentials'
    run = suite("CPO", VERSION, "locations/ or tokens/", dead, trigger=False)
    assert (run.failing, run.ended(Verdict.ERROR)) == (set(), {})
    assert set(run.unfinished) == {scenario.id for scenario in run.tried}
    assert all("does not accept the token that it gave" in reason for reason in run.unfinished.values())


def test_no_token_is_in_the_results(suite: Suite) -> None:
    run = suite("CPO", VERSION, CHAPTER, "shares_party")
    assert TOKEN_A not in repr(run.results)
