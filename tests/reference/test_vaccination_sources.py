"""What counts without the signature of a doctor stands in a source that was read."""

from datetime import date

from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import Confidence, all_rules
from clbdesk.standards.vaccination.validity import Counts
from tests.builders.vaccination import judge, signed_rules, verdict_on

# Rows in force whose source nobody could open, each with why it is in force all the same.
WITHOUT_SOURCE: dict[str, str] = {}


def test_a_row_on_vaccination_is_in_force_only_when_its_source_was_read():
    rows = [row for row in all_rules() if row.table.startswith("vaccination_")]
    assert len(rows) > 70
    weak = {
        row.id
        for row in rows
        if row.status is RuleStatus.ON and row.confidence is not Confidence.HIGH
    }
    assert weak == set(WITHOUT_SOURCE)


def test_hpv_before_nine_years_is_for_the_doctor_until_the_age_of_the_leaflet_is_signed():
    history = (("Gardasil 9", "2021-02-01"),)
    asked = ("2012-03-01", "2026-11-22", *history)
    as_delivered = verdict_on(judge(*asked, stage="L6"), 0, "HPV")
    assert (as_delivered.counts, as_delivered.rule_id) == (Counts.DOCTOR, "HPV2-1-AGE")
    signed = verdict_on(judge(*asked, stage="L6", rules=signed_rules()), 0, "HPV")
    assert (signed.counts, signed.not_before) == (Counts.NO, date(2021, 3, 1))
