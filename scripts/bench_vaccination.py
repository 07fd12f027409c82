"""Budget of the vaccination engine: every dose and every advice of 1,000 pupils.

The histories are those of the fictional schools: infant doses, boosters, holes, newcomers.
"""

from __future__ import annotations

import json

from clbdesk.cli.bench import cases, vaccination_seconds


def run() -> dict[str, float]:
    """Every figure by name, in processor time."""
    judged = cases()
    rounds = vaccination_seconds(judged, 5)
    return {
        "judge_1000_pupils_s": min(rounds),
        "judge_1000_pupils_first_s": rounds[0],
        "doses_per_pupil": sum(len(history) for history, _ in judged) / len(judged),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
