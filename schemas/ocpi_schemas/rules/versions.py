"""Rules of the versions chapter."""

import re
from collections.abc import Iterator
from functools import cache

from ocpi_schemas.finding import shorten
from ocpi_schemas.json_text import Json
from ocpi_schemas.rules.rule import Flaw, Outcome, Seen, response_rule
from ocpi_schemas.schema import load_schemas

_LIST = "versions.both.get_versions"
_DETAILS = "versions.both.get_version_details"


@response_rule("VER-003", operations=(_LIST,))
def versions_endpoint_lists_a_version(seen: Seen) -> Outcome:
    """The data of a successful answer of the versions endpoint.

    Source: version_information_endpoint.asciidoc#version_information_get_versions_endpoint_data
    """
    if not seen.response.succeeded:
        return None
    data = seen.response.data
    if isinstance(data, list) and data:
        return []
    found = "an empty list" if data == [] else "no list"
    return [Flaw("no list of versions", ("a list of at least one Version",), found, "/data")]


@response_rule("VER-013", operations=(_DETAILS,))
def details_are_of_the_version_asked_for(seen: Seen) -> Outcome:
    """The version in the details beside the entry of the version list that gave the URL; version numbers only.

    Source: version_information_endpoint.asciidoc#version_information_get_details_endpoint_data
    """
    listed = seen.history.version_urls.get(seen.exchange.request.url) or frozenset()
    expected = tuple(sorted(version for version in listed if _is_version_number(version)))
    version = seen.items[0].get("version") if seen.items else None
    if not expected or not isinstance(version, str) or not _is_version_number(version):
        return None
    if version in expected:
        return []
    message = "the details of another version than the one for which the version list gives this URL"
    return [Flaw(message, expected, shorten(version), "/data/version")]


def _is_version_number(text: str) -> bool:
    """Whether it is digits and dots; another form breaks a requirement of its own."""
    return text.isascii() and text.replace(".", "").isdigit()


def _endpoints(seen: Seen) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """Pointer, identifier and content of the endpoints in version details, as far as they can be read."""
    entries = seen.items[0].get("endpoints") if seen.items else None
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        identifier = entry.get("identifier") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and isinstance(identifier, str):
            yield seen.pointer(0, f"/endpoints/{index}"), identifier, entry


@response_rule("VER-016", operations=(_DETAILS,))
def credentials_endpoint_is_listed_once_as_sender(seen: Seen) -> Outcome:
    """The endpoints of the credentials module in version details.

    Source: version_information_endpoint.asciidoc#version_information_endpoint_endpoint_class
    """
    listed = [(pointer, entry) for pointer, identifier, entry in _endpoints(seen) if identifier == "credentials"]
    if not listed:
        return None
    expected = ("one endpoint of the credentials module, with the role SENDER",)
    if len(listed) > 1:
        message = "the credentials endpoint is listed more than once"
        return [Flaw(message, expected, f"{len(listed)} times", seen.pointer(0, "/endpoints"))]
    pointer, entry = listed[0]
    if entry.get("role") != "RECEIVER":  # neither role breaks a requirement of its own
        return []
    return [Flaw("the credentials endpoint has the role RECEIVER", expected, "RECEIVER", f"{pointer}/role")]


@response_rule("VER-020", operations=(_DETAILS,))
def module_has_its_own_identifier(seen: Seen) -> Outcome:
    """Identifiers in version details that mean a module of OCPI and are spelt in another way.

    Source: version_information_endpoint.asciidoc#version_information_endpoint_moduleid_enum
    """
    known = _identifiers(seen.context.dialect.version)
    listed = [(pointer, identifier) for pointer, identifier, _ in _endpoints(seen)]
    if not listed:
        return None
    return [
        Flaw(
            "a module of OCPI under a spelling of its own",
            (known[plain],),
            shorten(identifier),
            f"{pointer}/identifier",
        )
        for pointer, identifier in listed
        if (plain := _plain(identifier)) in known and known[plain] != identifier
    ]


@cache
def _identifiers(version: str) -> dict[str, str]:
    """The identifiers of the table, by their letters alone."""
    return {
        _plain(identifier): identifier for identifier in load_schemas(version).documents["ModuleID"]["x-known-values"]
    }


def _plain(identifier: str) -> str:
    """An identifier without what people vary: case, and marks between words."""
    return re.sub("[^a-z0-9]", "", identifier.lower())
