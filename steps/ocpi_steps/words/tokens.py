"""Tokens: their types at a Receiver, real-time authorisation by the target, and what the target asks of the partner."""

from ocpi_simulator.wish import Wish
from ocpi_steps import asking, authorising, target_pushes, token_types, unmoved
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

_TOKENS = authorising.TOKENS | asking.TOKENS
_KEYS = {key.replace("_", " "): key for key, _ in authorising.SUBJECT_KEYS}


def _any_of(words: object) -> str:
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


# Types at the Receiver


@given("the target stores a token of type (?P<kind>[A-Z_]+)(?P<twin> with the same uid)?")
def stored_typed(scene: Scene, kind: str, twin: str | None) -> None:
    (token_types.store_twin if twin else token_types.store_typed)(scene, kind)


@when("the partner requests it (?P<how>with|without) its type")
def request_typed(scene: Scene, how: str) -> None:
    token_types.request(scene, typed=how == "with")


@then("the target does not answer with this token")
def not_this_token(scene: Scene, ids: tuple[str, ...]) -> None:
    token_types.expect_not_it(scene, ids)


@then("the target gives the token of type (?P<kind>[A-Z_]+) back as it was sent")
def twin_given_back(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    token_types.expect_twin(scene, ids, kind)


# Authorisation by the target


@given(f"the (?P<named>{_any_of(_KEYS)}) of the target")
def named_token(scene: Scene, named: str) -> None:
    scene.subject_ = authorising.token_of(scene, _KEYS[named])


@given(f"a token (?P<which>{_any_of(_TOKENS)})")
def some_token(scene: Scene, which: str) -> None:
    scene.subject_ = _TOKENS[which](scene)


@when(f"the partner asks whether it may charge(?: (?P<place>{_any_of(authorising.PLACES)}))?")
def ask(scene: Scene, place: str | None) -> None:
    authorising.ask_at(scene, place)


@when("the partner asks whether it may charge, without its type")
def ask_untyped(scene: Scene) -> None:
    authorising.ask(scene, scene.subject, untyped=True, wish=Wish(deliberate=True))


@then("the target (?P<answer>gives a verdict|gives a verdict or asks for the location)")
def gives_verdict(scene: Scene, answer: str, ids: tuple[str, ...]) -> None:
    authorising.expect_verdict(scene, ids, may_ask=answer.endswith("location"))


@then("the target says (?P<allowed>ALLOWED|BLOCKED|EXPIRED|NO_CREDIT|NOT_ALLOWED)")
def says(scene: Scene, allowed: str, ids: tuple[str, ...]) -> None:
    authorising.expect_allowed(scene, ids, allowed)


@then("the target says that it does not know it")
def says_unknown(scene: Scene, ids: tuple[str, ...]) -> None:
    authorising.expect_unknown(scene, ids)


@then("the target names only EVSEs of that location")
def names_own_evses(scene: Scene, ids: tuple[str, ...]) -> None:
    authorising.expect_own_evses(scene, ids)


# Authorisation asked for by the target


@when("a driver presents it at the target")
def presented(scene: Scene) -> None:
    asking.present(scene, scene.subject)


@then("the target asks the partner whether it may charge")
def asks(scene: Scene, ids: tuple[str, ...]) -> None:
    asking.expect_question(scene, ids)


@then("it is asked about by its uid")
def asks_by_uid(scene: Scene, ids: tuple[str, ...]) -> None:
    asking.expect_uid(scene, ids)


@then("the question names only EVSEs that its location has")
def asks_for_published(scene: Scene, ids: tuple[str, ...]) -> None:
    asking.expect_published_place(scene, ids)


@then("the target does not ask about it, but about the next one with whitelist NEVER")
def does_not_ask(scene: Scene, ids: tuple[str, ...]) -> None:
    asking.expect_silence(scene, ids)


@then("the list was not fetched for each of them")
def few_pulls(scene: Scene, ids: tuple[str, ...]) -> None:
    asking.expect_no_pulls(scene, ids)


# What the target pushes and lists


@then("the target pushes a token with valid false")
def pushes_invalid(scene: Scene, ids: tuple[str, ...]) -> None:
    target_pushes.await_invalid_token(scene, ids)


@then("what did not change has the last_updated that it had")
def nothing_moved(scene: Scene, ids: tuple[str, ...]) -> None:
    unmoved.expect_unmoved(scene, ids)
