"""The answer file: JSON lines, one per dose of a batch, as the centre's connector writes them.

What a word of the register means is a setting (`accepted_words`, `failed_words`): its codes are not
public. A word that nobody listed leaves the dose delivered and unanswered, never accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from clbdesk.domain.delivery import DeliveryStep, Step
from clbdesk.exchange.vaccinnet.settings import VaccinnetSettings
from clbdesk.ids import RecordId


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line. `dose`: the UUID; `batch`: of which file; `status`: the word or code as received."""

    dose: str
    status: str | int
    batch: str = ""
    vaccination_id: str = ""
    code: str | int = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was understood. `message`: the register's own words."""

    line: int
    record_id: RecordId
    batch: str
    step: DeliveryStep
    message: str


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """A line that cannot be taken in: `code` unreadable or unknown_status."""

    line: int
    code: str


def read_answers(content: bytes, settings: VaccinnetSettings) -> Iterator[Answer | AnswerProblem]:
    """Every line that is not blank, in order."""
    accepted, failed = settings.words("accepted_words"), settings.words("failed_words")
    for number, text in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=AnswerLine)
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield AnswerProblem(number, "unreadable")
            continue
        word = str(line.status).strip().casefold()
        if (word in accepted) == (word in failed):
            yield AnswerProblem(number, "unknown_status")
            continue
        step = DeliveryStep(
            Step.ACCEPTED if word in accepted else Step.FAILED,
            register_id=line.vaccination_id.strip(),
            code=str(line.code).strip(),
        )
        yield Answer(number, RecordId(line.dose.strip()), line.batch, step, line.message)
