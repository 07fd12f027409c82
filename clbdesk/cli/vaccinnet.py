"""`clbdesk centre vaccinnet …`: deliveries to Vaccinnet after the batch was written (docs/cli.md)."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clbdesk.centre import vaccinnet
from clbdesk.centre.vaccinnet_history import take_history_in
from clbdesk.domain.delivery import DeliveryState, Step
from clbdesk.errors import Refused
from clbdesk.ids import RecordId

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.centre.centre import Centre

_OPEN = (DeliveryState.READY, DeliveryState.DELIVERED, DeliveryState.FAILED)


def _list(centre: Centre, options: Namespace) -> dict[str, Any]:
    states = frozenset(map(DeliveryState, options.state)) or frozenset(_OPEN)
    return asdict(vaccinnet.overview(centre, states))


def _answers(centre: Centre, options: Namespace) -> dict[str, Any]:
    return asdict(vaccinnet.take_answers_in(centre, options.file))


def _history(centre: Centre, options: Namespace) -> dict[str, Any]:
    return asdict(take_history_in(centre, options.file))


def _again(centre: Centre, options: Namespace) -> dict[str, Any]:
    return _noted(centre, options, Step.AGAIN)


def _by_hand(centre: Centre, options: Namespace) -> dict[str, Any]:
    return _noted(centre, options, Step.BY_HAND)


def _real(centre: Centre, options: Namespace) -> dict[str, Any]:
    return _noted(centre, options, Step.REAL)


def _noted(centre: Centre, options: Namespace, step: Step) -> dict[str, Any]:
    state = vaccinnet.note(centre, RecordId(options.dose), step, options.reason)
    return {"dose": options.dose, "state": state.value}


def _settings(centre: Centre, options: Namespace) -> list[dict[str, Any]]:
    for text in options.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise Refused("vaccinnet.wrong_value", field="set", name=name)
        vaccinnet.set_value(centre, name.strip(), value)
    return [asdict(row) for row in vaccinnet.setting_rows(centre)]


VACCINNET_ACTIONS: dict[str, Callable[[Centre, Namespace], object]] = {
    "vaccinnet_list": _list,
    "vaccinnet_answers": _answers,
    "vaccinnet_history": _history,
    "vaccinnet_again": _again,
    "vaccinnet_by_hand": _by_hand,
    "vaccinnet_both_real": _real,
    "vaccinnet_settings": _settings,
}
