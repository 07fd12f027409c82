"""The batch file: one request per dose, each with the UUID of the dose as key, and its KMEHR message.

The envelope is our own: no public source describes a file of Vaccinnet. Whoever hands it over (the
centre's eHealth connector) finds in every request what the two services ask for (handbook 2 §5.2-5.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from clbdesk.domain.delivery import Request
from clbdesk.exchange.vaccinnet.message import Sender, kmehr_message
from clbdesk.exchange.vaccinnet.wanted import KnownDose

NAMESPACE = "urn:clbdesk:vaccinnet-batch:1"
_ACTIONS = {
    Request.ADD: "aanleveren",
    Request.SUPPLEMENT: "aanvullen",
    Request.REMOVE: "verwijderen",
}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A dose that goes: what is asked, and the register's own number where it gave one."""

    known: KnownDose
    request: Request
    register_id: str


def write_batch(
    lines: Iterable[BatchLine], sender: Sender, batch_id: str, made_at: datetime
) -> bytes:
    """The file as UTF-8 XML. A removal names the pupil and the register's number, no message."""
    settings = sender.settings
    root = Element(
        "vaccinnet-batch",
        {
            "xmlns": NAMESPACE,
            "id": batch_id,
            "made-at": made_at.isoformat(timespec="seconds"),
            "software-id": settings.value("software_id"),
            "user-code": settings.value("user_code"),
            "disable-stock-change": settings.value("disable_stock_change"),
        },
    )
    for number, line in enumerate(lines, start=1):
        pupil = line.known.pupil
        request = SubElement(
            root,
            "request",
            {
                "dose": line.known.record_id,
                "action": _ACTIONS[line.request],
                "patient": (pupil.insz if pupil else None) or "",
            },
        )
        if line.register_id:
            request.set("vaccination-id", line.register_id)
        if line.request is not Request.REMOVE:
            message_id = f"{made_at:%Y%m%d%H%M%S}{number:05d}"
            request.append(kmehr_message(line.known, sender, message_id, made_at))
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"
