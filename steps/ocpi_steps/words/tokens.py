"""Tokens: their types at a Receiver, real-time authorisation by the target, and what the target asks of the partner."""

from ocpi_steps import asking, authorising, token_types, unmoved
from ocpi_steps.authorising import QUESTIONS, SUBJECT_KEYS
from ocpi_steps.demands import any_of
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import given, then, when

_TOKENS = {**authorising.TOKENS, **asking.TOKENS}
_NAMED = {key.replace("_", " "): key for key, _ in SUBJECT_KEYS}
_DEMANDS = {**asking.DEMANDS, **authorising.DEMANDS, **token_types.DEMANDS, **unmoved.DEMANDS}


@given("the target stores a token of type (?P<kind>[A-Z_]+)(?P<twin> with the same uid)?")
def stored_typed(scene: Scene, kind: str, twin: str | None) -> None:
    (token_types.store_twin if twin else token_types.store_typed)(scene, kind)


@given(f"the (?P<named>{any_of(_NAMED)}) of the target")
def named_token(scene: Scene, named: str) -> None:
    scene.subject_ = authorising.token_of(scene, _NAMED[named])


@given(f"a token (?P<which>{any_of(_TOKENS)})")
def some_token(scene: Scene, which: str) -> None:
    scene.subject_ = _TOKENS[which](scene)


@when("the partner requests it (?P<how>with|without) its type")
def request_typed(scene: Scene, how: str) -> None:
    token_types.request(scene, typed=how == "with")


@when(f"the partner asks whether it may charge(?P<how>{any_of(QUESTIONS)})")
def ask(scene: Scene, how: str) -> None:
    QUESTIONS[how](scene)


@when("a driver presents it at the target")
def presented(scene: Scene) -> None:
    asking.present(scene, scene.subject)


@then("the target gives the token of type (?P<kind>[A-Z_]+) back as it was sent")
def twin_given_back(scene: Scene, kind: str, ids: tuple[str, ...]) -> None:
    token_types.expect_twin(scene, ids, kind)


@then("the target says (?P<allowed>ALLOWED|BLOCKED|EXPIRED|NO_CREDIT|NOT_ALLOWED)")
def says(scene: Scene, allowed: str, ids: tuple[str, ...]) -> None:
    authorising.expect_allowed(scene, ids, allowed)


@then(f"(?P<demand>{any_of(_DEMANDS)})")
def demanded(scene: Scene, demand: str, ids: tuple[str, ...]) -> None:
    _DEMANDS[demand](scene, ids)
