"""The versions module: which versions we speak, and where the endpoints of one are."""

from typing import TYPE_CHECKING

from ocpi_schemas.json_text import Json
from ocpi_schemas.operation import InterfaceRole
from ocpi_simulator.answer import Answer
from ocpi_simulator.call import Call, Handler

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


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
    "versions.both.get_versions": get_versions,
    "versions.both.get_version_details": get_version_details,
}
