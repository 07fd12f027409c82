"""Tympanometry, and the full audiogram of a report from outside (handbook 1 §3.2, §3.4).

Both are optional: neither is a screening of the CLB. An audiogram keeps what its maker measured,
and the program does not judge it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body, ExamBody
from clbdesk.ids import PupilId

# Frequencies of a full audiogram, Hz, as they stand from left to right.
FREQUENCIES = ("125", "250", "500", "1000", "2000", "4000", "8000")


class TympanogramType(StrEnum):
    """Shape of the curve of one ear (AUD-5)."""

    A = "A"
    B = "B"
    C = "C"


class Tympanometry(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The type per ear; an ear that is None was not measured."""

    right: TympanogramType | None = None
    left: TympanogramType | None = None
    on: date


class Threshold(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The softest tone heard at one frequency, dB HL in steps of 5.

    `masked`: the other ear heard noise. `no_response`: not heard at this level, the loudest tried.
    """

    level_db: int
    masked: bool = False
    no_response: bool = False


class Audiogram(ExamBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Thresholds by frequency in Hz as text; `performed_by_name`: who made it.

    Air and bone conduction of each ear; a frequency that is absent was not measured.
    """

    pupil_id: PupilId
    right_air: dict[str, Threshold] = {}
    right_bone: dict[str, Threshold] = {}
    left_air: dict[str, Threshold] = {}
    left_bone: dict[str, Threshold] = {}
    on: date
