"""More than one version: the target's other versions, and a partner that speaks them too."""

from dataclasses import replace

from ocpi_schemas.data import version_key
from ocpi_schemas.dialect import known_versions, load_dialect
from ocpi_schemas.exchange import Exchange
from ocpi_schemas.json_text import Json
from ocpi_simulator.registration import read_endpoints, version_url
from ocpi_steps import calling_back, connecting
from ocpi_steps.outcome import Blocked
from ocpi_steps.scene import Scene

MOST_VERSIONS = 20
"""So many entries of a version list are looked into."""


def _listed(scene: Scene) -> list[dict[str, Json]]:
    """The entries of the version list that was requested last."""
    response = scene.last.response
    data = response.data if response is not None and response.succeeded else None
    return [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []


def expect_version_under_test(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the version that the target declares to be in its version list.

    Raises:
        Blocked: it declares none.
    """
    scene.answer(ids)
    listed = [str(entry.get("version")) for entry in _listed(scene)]
    declared = scene.session.profile.version
    if declared is None and scene.dialect.version not in listed:
        raise Blocked("the profile does not say which version the target offers (--version)")
    message = "the version that the target is said to offer is not in its list of versions"
    scene.expect(ids, scene.dialect.version in listed, message, expected=[scene.dialect.version], found=listed)


def expect_details_of_all(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the URL of each listed version that we know to lead to the details of that version."""
    entries = [entry for entry in _listed(scene) if entry.get("version") in known_versions()]
    if not entries:
        raise Blocked("the list names no version that the suite knows")
    for entry in entries[:MOST_VERSIONS]:
        version, url = str(entry["version"]), entry.get("url")
        if isinstance(url, str):
            _expect_details(scene, ids, version, url)


def _expect_details(scene: Scene, ids: tuple[str, ...], version: str, url: str) -> None:
    operation = load_dialect(version).operations["versions.both.get_version_details"]
    session = scene.session
    exchange = session.loop.call(session.partner.call(operation, session.peer, url=url))
    response = scene.answer(ids, exchange)
    if version != scene.dialect.version and response.status in (401, 403):
        return  # the token is for the version of the registration, and versions differ in how they encode it
    found = response.data.get("version") if response.succeeded and isinstance(response.data, dict) else None
    scene.expect(
        ids,
        found == version,
        "the URL of a version does not lead to its details",
        expected=[f"the details of version {version}"],
        found=f"version {found}" if found else f"HTTP {response.status}, OCPI {response.status_code}",
        exchange=exchange,
    )


def speak(scene: Scene, versions: tuple[str, ...]) -> None:
    """Have the partner offer these versions until the scenario is over."""
    partner, usual = scene.session.partner, scene.session.partner.config

    def restore() -> None:
        partner.config = usual

    partner.config = replace(usual, versions=versions)
    scene.at_end(restore)


def speak_older(scene: Scene) -> None:
    """Have the partner offer every version that the suite knows, up to the one under test, oldest first.

    Where there is none, a version from the specification's table stands before it, so that there is a choice.
    """
    own = version_key(scene.dialect.version)
    versions = tuple(version for version in known_versions() if version_key(version) <= own)
    speak(scene, versions)
    if len(versions) == 1:
        scene.deviate("additional_version=2.0")


def share_another(scene: Scene) -> None:
    """Have the partner offer a second version that the target has.

    Raises:
        Blocked: there is none, or the registration is not to be changed.
    """
    connecting.keep_registration(scene)
    scene.send_rightly("versions.both.get_versions", "GET of the versions")
    own = scene.dialect.version
    shared = [str(entry.get("version")) for entry in _listed(scene)]
    shared = [version for version in shared if version in known_versions() and version != own]
    if not shared:
        raise Blocked("the target offers no second version that the suite knows")
    scene.second_version = max(shared, key=version_key)
    speak(scene, tuple(sorted((own, scene.second_version), key=version_key)))


def switch(scene: Scene) -> Exchange:
    """PUT the partner's credentials to the endpoint of the second version.

    Raises:
        Blocked: the target's details of that version cannot be used.
    """
    session, dialect = scene.session, load_dialect(scene.second_version)
    peer, usual = session.peer, session.peer.endpoints
    listed = scene.send_rightly("versions.both.get_versions", "GET of the versions")
    url = version_url(listed.data, dialect.version)
    operation = dialect.operations["versions.both.get_version_details"]
    peer.version = dialect.version
    details = session.loop.call(session.partner.call(operation, peer, url=url)).response
    if details is None or not details.succeeded:
        raise Blocked(f"the target does not show its endpoints of version {dialect.version}")
    peer.endpoints = read_endpoints(details.data, dialect)
    try:
        return connecting.offer(scene, "put", dialect=dialect)
    finally:
        peer.endpoints = usual


def switch_back(scene: Scene) -> Exchange:
    """PUT the partner's credentials to the endpoint of the version under test."""
    scene.session.peer.version = scene.dialect.version
    return connecting.put(scene)


def expect_fetch_of_second(scene: Scene, ids: tuple[str, ...]) -> None:
    """Expect the target to fetch the partner's details of the second version."""
    calling_back.expect_fetch(scene, ids, load_dialect(scene.second_version))
