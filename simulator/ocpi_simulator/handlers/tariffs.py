"""The tariffs module: the Tariffs that others push to us."""

from typing import TYPE_CHECKING

from ocpi_simulator.answer import Answer, created, invalid, not_found
from ocpi_simulator.call import Call, Handler
from ocpi_simulator.client_owned import check_owner, check_same, merged, patch_problem

if TYPE_CHECKING:
    from ocpi_simulator.partner import Partner


def _key(call: Call) -> tuple[str, ...]:
    return (call.path["country_code"].upper(), call.path["party_id"].upper(), call.path["tariff_id"])


async def get_tariff(partner: "Partner", call: Call) -> Answer:
    """A Tariff as it was pushed. Source: mod_tariffs.asciidoc#mod_tariffs_msp_get_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    tariff = partner.stores.received_of("tariffs").get(*_key(call), exact=call.exact_ids)
    return not_found("no such Tariff") if tariff is None else Answer(data=tariff)


async def put_tariff(partner: "Partner", call: Call) -> Answer:
    """A new Tariff, or one that replaces a known one. Source: mod_tariffs.asciidoc#mod_tariffs_put_method"""
    refusal = check_owner(call) or check_same(call, id="tariff_id", owner=True)
    if refusal:
        return refusal
    new = partner.stores.received_of("tariffs").put(*_key(call), value=call.object, exact=call.exact_ids)
    return created() if new else Answer()


async def patch_tariff(partner: "Partner", call: Call) -> Answer:
    """A partial update, in versions that have it. Source: mod_tariffs.md#223-patch-method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    tariff = partner.stores.received_of("tariffs").get(*_key(call), exact=call.exact_ids)
    if tariff is None:
        return not_found("no such Tariff; PUT it first")
    problem = patch_problem(call, tariff)
    if problem:
        return invalid(problem)
    changed = merged(tariff, call.object)
    partner.stores.received_of("tariffs").put(*_key(call), value=changed, exact=call.exact_ids)
    return Answer()


async def delete_tariff(partner: "Partner", call: Call) -> Answer:
    """Source: mod_tariffs.asciidoc#mod_tariffs_delete_method"""
    refusal = check_owner(call)
    if refusal:
        return refusal
    known = partner.stores.received_of("tariffs").delete(*_key(call), exact=call.exact_ids)
    return Answer() if known else not_found("no such Tariff")


HANDLERS: dict[str, Handler] = {
    "tariffs.receiver.get_tariff": get_tariff,
    "tariffs.receiver.put_tariff": put_tariff,
    "tariffs.receiver.patch_tariff": patch_tariff,
    "tariffs.receiver.delete_tariff": delete_tariff,
}
