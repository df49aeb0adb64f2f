"""Then: what the target's answers have to be."""

import re

from ocpi_steps import pushing
from ocpi_steps.scene import Scene
from ocpi_steps.vocabulary import then


def _outcome(scene: Scene) -> str:
    response = scene.last.response
    return f"HTTP {response.status}, OCPI {response.status_code}" if response else "no answer"


@then("the target answers with success")
def succeeds(scene: Scene, ids: tuple[str, ...]) -> None:
    response = scene.answer(ids)
    scene.expect(ids, response.succeeded, "not a success", expected=["HTTP 2xx, OCPI 1xxx"], found=_outcome(scene))


@then(r"the target answers HTTP (?P<status>\d{3})(?: or (?P<other>\d{3}))?")
def answers_http(scene: Scene, status: str, other: str | None, ids: tuple[str, ...]) -> None:
    right = [int(code) for code in (status, other) if code]
    response = scene.answer(ids)
    wanted = [f"HTTP {code}" for code in right]
    scene.expect(ids, response.status in right, "the wrong HTTP status", expected=wanted, found=_outcome(scene))


@then(r"the target answers with OCPI status (?P<codes>\d{4}(?:(?:, | or )\d{4})*)")
def answers_code(scene: Scene, codes: str, ids: tuple[str, ...]) -> None:
    right = re.findall(r"\d{4}", codes)
    fits, wanted = str(scene.answer(ids).status_code) in right, [f"OCPI {code}" for code in right]
    scene.expect(ids, fits, "the wrong OCPI status code", expected=wanted, found=_outcome(scene))


@then("the target answers with a client error of OCPI")
def answers_client_error(scene: Scene, ids: tuple[str, ...]) -> None:
    response = scene.answer(ids)
    code = response.status_code
    if response.status >= 400 and code is None:
        return  # the HTTP error is what is wrong, which a rule says
    fits = code is not None and 2000 <= code < 3000
    scene.expect(ids, fits, "not a client error of OCPI", expected=["OCPI 2xxx"], found=_outcome(scene))


@then("the target does not claim success")
def no_success(scene: Scene, ids: tuple[str, ...]) -> None:
    response = scene.answer(ids)
    claims = response.succeeded or response.status_code == 1000
    scene.expect(ids, not claims, "success is claimed", expected=["an HTTP or OCPI error"], found=_outcome(scene))


@then("the target answers neither with success nor with a fault of its own")
def blames_the_request(scene: Scene, ids: tuple[str, ...]) -> None:
    response = scene.answer(ids)
    fault = response.status >= 500 or (response.status_code or 0) // 1000 == 3
    expected = ["HTTP 404", "HTTP 200, OCPI 2xxx"]
    fits = not (fault or response.succeeded or response.status_code == 1000)
    scene.expect(ids, fits, "a success or a fault of the server", expected=expected, found=_outcome(scene))


@then("the target still serves the partner")
def still_serves(scene: Scene, ids: tuple[str, ...]) -> None:
    scene.send("versions.both.get_versions")
    succeeds(scene, ids)


@then("the target takes it as it should be")
def takes_it(scene: Scene, ids: tuple[str, ...]) -> None:
    pushing.put(scene, scene.subject)
    succeeds(scene, ids)


@then("the target gives it back as it was sent")
def given_back(scene: Scene, ids: tuple[str, ...]) -> None:
    back = pushing.read_back(scene, scene.subject, ids)
    if back is not None:
        pushing.expect_same(scene, ids, scene.subject.body, back)
