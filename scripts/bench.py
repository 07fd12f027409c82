"""Every budget beside what this machine needs: scripts/bench.

    bench            all pieces, as a table
    bench --json     all figures of all pieces
    bench --write    the table into docs/benchmarks.md, with date and machine
    bench --only vault,growth,vaccination,letters,sync,centre,window

Figures and ratios, never tests with a clock: another machine, or a busy one, gives others.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

PIECES = ("growth", "vaccination", "vault", "letters", "sync", "window", "centre")
_FILE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_LIBRARIES = ("PySide6_Essentials", "SQLAlchemy", "sqlcipher3", "psycopg", "litestar", "msgspec")

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Budget:
    """One line: where the figure stands in the answers (piece, path), its unit, and the most or the
    least it may be.
    """

    what: str
    figure: tuple[str, ...]
    unit: str
    most: float | None
    note: str = ""
    least: float | None = None


BUDGETS = (
    Budget("process start to a painted unlock page", ("window", "start_ms_p50"), "ms", 600),
    Budget("the same, beside a bare Qt window", ("window", "start_to_bare_qt"), "×", None),
    Budget(
        "unlock to today's visits, without key derivation",
        ("window", "unlock_ms_p50"),
        "ms",
        300,
    ),
    Budget("class list of 300 opens", ("window", "class_list_300_ms_p50"), "ms", None),
    Budget(
        "session list of 400 opens",
        ("window", "session_400_ms_p50"),
        "ms",
        100,
        "every plan of it was worked out ahead, since unlocking",
    ),
    Budget("the same, the first time", ("window", "session_400_first_ms"), "ms", None),
    Budget("session list of 400 filters", ("window", "session_filter_400_ms_p50"), "ms", 16),
    Budget(
        "recall of a lot among 20,000 doses", ("window", "recall_20000_doses_ms_p50"), "ms", 100
    ),
    Budget("pupil page, 15 years and chart", ("window", "pupil_ms_p50"), "ms", 50),
    Budget("save in the vault, p95", ("vault", "save_ms_p95"), "ms", 5),
    Budget("the same, beside its bare statements", ("vault", "save_to_bare"), "×", 1.3),
    Budget("save of the growth page, p95", ("window", "save_growth_page_ms_p95"), "ms", 5),
    Budget("z-score", ("growth", "z_score_us"), "µs", 5),
    Budget("1,000 pupils × 4 measures", ("growth", "z_scores_1000_pupils_4_measures_ms"), "ms", 20),
    Budget(
        "1,000 pupils with full vaccination history",
        ("vaccination", "judge_1000_pupils_s"),
        "s",
        1,
        "every dose and every advice, processor time",
    ),
    Budget("search over 20,000 pupils, p95", ("vault", "search_ms_p95"), "ms", 16),
    Budget("filter a list of 1,000", ("window", "filter_1000_ms_p50"), "ms", 16),
    Budget("take along 200 pupils (3,400 revisions)", ("sync", "take_along_ms"), "ms", 500),
    Budget(
        "push of 240, warm, server side p50",
        ("centre", "postgresql", "push_240_ms_p50"),
        "ms",
        25,
        "PostgreSQL, with a bare client over TLS",
    ),
    Budget(
        "push of 240, warm, end to end p50",
        ("sync", "push_240_end_to_end_ms_p50"),
        "ms",
        60,
        "embedded centre, vault included",
    ),
    Budget(
        "100 laptops push 24,000 at once",
        ("centre", "postgresql", "laptops_100_s"),
        "s",
        3,
        "PostgreSQL with fsync; clients on the same cores",
    ),
    Budget(
        "25 parent letters with growth chart as PDF",
        ("letters", "letters_25_first_s"),
        "s",
        2,
        "the first time, with the list of the envelopes",
    ),
    Budget("window with a visit of 300 pupils", ("window", "memory_unlocked_mib"), "MiB", 200),
    Budget(
        "the same after list and 20 pupils", ("window", "memory_after_20_pupils_mib"), "MiB", 200
    ),
    Budget(
        "rcpchgrowth beside one z-score on the same table",
        ("growth", "rcpchgrowth_times_slower"),
        "×",
        None,
        least=30,
    ),
    Budget(
        "largest difference from it",
        ("growth", "rcpchgrowth_largest_difference_sds"),
        "SDS",
        0.005,
    ),
)


def measured(pieces: tuple[str, ...]) -> Figures:
    """The figures of every piece, one after the other."""
    return {piece: import_module(f"bench_{piece}").run() for piece in pieces}


def table(figures: Figures) -> list[tuple[str, str, str, str, str]]:
    """What, budget, measured, whether it is met, remark; only what was measured."""
    lines = []
    for one in BUDGETS:
        value: Any = figures
        for step in one.figure:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            continue
        if one.least is not None:
            asked, met = f"≥ {one.least:g} {one.unit}", "yes" if value >= one.least else "NO"
        elif one.most is not None:
            asked, met = f"≤ {one.most:g} {one.unit}", "yes" if value <= one.most else "NO"
        else:
            asked, met = "", ""
        lines.append((one.what, asked, f"{value:.4g} {one.unit}", met, one.note))
    return lines


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "date": date.today().isoformat(),  # noqa: DTZ011 - of the machine itself
        "system": platform.platform(),
        "cores": str(os.cpu_count()),
        "load": " ".join(f"{one:.1f}" for one in os.getloadavg()),
        "python": platform.python_version(),
        "libraries": ", ".join(f"{one} {version(one)}" for one in _LIBRARIES),
    }


_HEADS = ("What", "Budget", "Measured", "Met", "Remark")


def as_text(figures: Figures) -> str:
    """The table for a terminal."""
    lines = [_HEADS, *table(figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def as_page(figures: Figures) -> str:
    """docs/benchmarks.md."""
    of = machine()
    rows = [_HEADS, tuple("---" for _ in _HEADS), *table(figures)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(
        [
            "# Measured speed",
            "",
            "Written by `scripts/bench --write`; the budgets stand in that script. A ratio",
            "or a figure of one busy moment says little: run it on your own machine.",
            "",
            f"- {of['date']}, {of['cores']} cores, {of['system']}, load {of['load']} at the end",
            f"- Python {of['python']}, {of['libraries']}",
            "",
            *lines,
            "",
            "All figures:",
            "",
            "```json",
            json.dumps(figures, indent=2),
            "```",
            "",
        ]
    )


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="all figures")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    parser.add_argument("--only", default=",".join(PIECES), help="some pieces, with commas")
    options = parser.parse_args()
    figures = measured(tuple(options.only.split(",")))
    print(
        json.dumps({"machine": machine(), "figures": figures}, indent=2)
        if options.json
        else as_text(figures)
    )
    if options.write:
        _FILE.write_text(as_page(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
