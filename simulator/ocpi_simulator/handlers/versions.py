"""The versions module: which versions we speak, and where the endpoints of one are."""

from typing import TYPE_CHECKING

from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole
from ocpi_simulator.answer import Answer
from ocpi_simulator.behaviours import Seam, behaviour
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.draft import Draft, Kind
from ocpi_simulator.routes import veiled

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner

_RESPONSE = frozenset({Kind.RESPONSE})
_LIST = "versions.both.get_versions"
_DETAILS = "versions.both.get_version_details"


async def get_versions(partner: "Partner", _call: Call) -> Answer:
    """Source: version_information_endpoint.asciidoc#version_information_endpoint_get"""
    return Answer(
        data=[{"version": version, "url": partner.details_url(version)} for version in partner.config.versions]
    )


async def get_version_details(partner: "Partner", call: Call) -> Answer:
    """Source: version_information_endpoint.asciidoc#version_information_get_endpoint"""
    endpoints: list[Json] = []
    for module, interface in partner.interfaces(call.dialect):
        if module == "versions":
            continue
        endpoint: dict[str, Json] = {"identifier": module}
        if call.dialect.interface_roles:
            # For credentials the role says nothing; the text advises SENDER.
            endpoint["role"] = InterfaceRole.SENDER if interface is InterfaceRole.BOTH else interface.value
        endpoints.append(endpoint | {"url": partner.endpoint_url(call.version, module, interface)})
    return Answer(data={"version": call.version, "endpoints": endpoints})


HANDLERS: dict[str, Handler] = {
    _LIST: get_versions,
    _DETAILS: get_version_details,
}


def _listed(draft: Draft, operation: str) -> list[dict[str, Json]]:
    """The versions of a list, or the endpoints of version details; none if the message is another."""
    data = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    if draft.operation is None or draft.operation.id != operation:
        return []
    entries = data.get("endpoints") if isinstance(data, dict) else data
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _replace(draft: Draft, entries: list[dict[str, Json]]) -> None:
    """Put others in the place of what `_listed` gives."""
    data = draft.payload.get("data") if isinstance(draft.payload, dict) else None
    place = data.get("endpoints") if isinstance(data, dict) else data
    if isinstance(place, list):
        place[:] = entries


def _beside(draft: Draft, last: str) -> str:
    return f"{draft.url.partition('?')[0].rstrip('/').rpartition('/')[0]}/{last}"


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="version number", default="9.9.9")
def additional_version(draft: Draft, argument: str) -> bool:
    """Lists one version more, before the others."""
    entries = _listed(draft, _LIST)
    if entries:
        _replace(draft, [{"version": argument, "url": _beside(draft, argument)}, *entries])
    return bool(entries)


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="version number", default="2.0")
def other_version(draft: Draft, argument: str) -> bool:
    """Lists another version than those it has."""
    entries = _listed(draft, _LIST)
    if entries:
        _replace(draft, [{"version": argument, "url": _beside(draft, argument)}])
    return bool(entries)


@behaviour(Seam.OBJECT, on=_RESPONSE)
def opaque_urls(draft: Draft, _argument: str) -> bool:
    """Gives version details and endpoints under URLs that say nothing of what is there; they are served."""
    entries = _listed(draft, _LIST) or _listed(draft, _DETAILS)
    for entry in entries:
        entry["url"] = veiled(str(entry["url"]))
    return bool(entries)


@behaviour(Seam.OBJECT, on=_RESPONSE)
def both_interfaces(draft: Draft, _argument: str) -> bool:
    """Lists before each endpoint one for the other interface of the module."""
    entries = _listed(draft, _DETAILS)
    other = {"SENDER": "RECEIVER", "RECEIVER": "SENDER"}
    made: list[dict[str, Json]] = []
    for entry in entries:
        role = other.get(str(entry.get("role"))) if entry["identifier"] != "credentials" else None
        if role is not None:
            url = str(entry["url"]).replace(f"/{str(entry['role']).lower()}/", f"/{role.lower()}/")
            made.append(entry | {"role": role, "url": url})
        made.append(entry)
    if len(made) == len(entries):
        return False
    _replace(draft, made)
    return True


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="SENDER, RECEIVER or BOTH", default="RECEIVER")
def credentials_role(draft: Draft, argument: str) -> bool:
    """Lists the credentials endpoint with another role, or once with each."""
    entries = _listed(draft, _DETAILS)
    credentials = [entry for entry in entries if entry["identifier"] == "credentials" and "role" in entry]
    roles = ("RECEIVER", "SENDER") if argument == "BOTH" else (argument,)
    if credentials:
        others = [entry for entry in entries if entry not in credentials]
        _replace(draft, [*(credentials[0] | {"role": role} for role in roles), *others])
    return bool(credentials)


@behaviour(Seam.OBJECT, on=_RESPONSE, argument="module, or functional for all of them", default="functional")
def missing_endpoints(draft: Draft, argument: str) -> bool:
    """Lists no endpoint of a module."""
    entries = _listed(draft, _DETAILS)
    kept = [
        entry
        for entry in entries
        if (entry["identifier"] == "credentials" if argument == "functional" else entry["identifier"] != argument)
    ]
    if len(kept) == len(entries):
        return False
    _replace(draft, kept)
    return True
