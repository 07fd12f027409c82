"""Growth charts on paper, against a real vault: what stands on them, and when they are kept back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points
from clbdesk.domain.age import age_years
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Clothing, Growth
from clbdesk.domain.data_class import DataClass, Reads, RightsNarrowing, Writes
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import put_rights_in_force
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.growth_charts import (
    GrowthCharts,
    make_locked_charts,
    open_charts,
    print_charts,
)
from clbdesk.services.growth_past import choose_reference
from clbdesk.services.narrowed import apply_rights
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.standards.target_height import target_height
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit
from tests.builders.paper_words import pages_of
from tests.core.test_services_growth import MAES

EVERY = tuple(ChartMeasure)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def grown(visit: ContactVisit) -> PupilOnVisit:
    """Finn, measured twice before (once elsewhere, with his head) and on this visit."""
    finn = visit.pupil(ContactMoment.LO4)
    before(visit, finn, "104.5", "17.2", date(2021, 10, 4))
    elsewhere = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("121.0"),
        weight_kg=Decimal("23.4"),
        head_cm=Decimal("52.1"),
        source=Source.EXTERNAL_REPORT,
        performed_by_name="dr. Ruiz, Sint-Lucas",
        on=date(2024, 2, 12),
    )
    visit.save(elsewhere, pupil_id=finn.pupil_id)
    desk = visit.desk()
    view = open_growth(desk, finn)
    entry = GrowthEntry(
        height_cm=Decimal("136.5"),
        weight_kg=Decimal("31.2"),
        clothing=Clothing.GYM_SUIT,
        mother_cm=Decimal("168.0"),
        father_cm=Decimal("181.0"),
    )
    record_growth(desk, view, entry, view.base)
    return finn


def before(
    visit: ContactVisit,
    finn: PupilOnVisit,
    height: str,
    weight: str,
    on: date,
    state: ExamState = ExamState.DONE,
) -> None:
    """An earlier day of measuring."""
    body = Growth(
        state=ExamState.DONE,
        height_cm=Decimal(height),
        height_state=state,
        weight_kg=Decimal(weight),
        weight_state=state,
        on=on,
    )
    visit.save(body, pupil_id=finn.pupil_id)


def opened(visit: ContactVisit, finn: PupilOnVisit) -> GrowthCharts:
    return open_charts(visit.desk(), VISIT, finn.pupil_id)


def test_every_measure_that_was_taken_has_a_page_of_its_own(visit: ContactVisit) -> None:
    finn = grown(visit)
    charts = opened(visit, finn)
    assert [measure for measure, _ in charts.sheets] == list(EVERY)

    found = pages_of(charts.paper(EVERY).pdf)

    titles = ["Lengte naar leeftijd", "Gewicht naar leeftijd", "BMI naar leeftijd", "Hoofdomtrek"]
    titles += ["Groeisnelheid", "SDS naar leeftijd"]
    begun = [page for page in found if "Naam Finn Peeters Geboren 9 april 2017" in page]
    for page, title in zip(begun, titles, strict=True):
        assert title in page
        assert "Klas 1B · Basisschool De Kring" in page
        assert "Vlaamse groeicurven 2004 · jongens (lijnen te bevestigen)" in page
        assert "Roelants, Hauspie, Hoppenbrouwers" in page
        assert "editie 2004" in page
        assert "23 november 2026, door An Janssens, verpleegkundige" in page
    for page in found:
        assert "Finn Peeters · geboren 9 april 2017 pagina" in page


def test_the_table_tells_exact_age_value_sds_percentile_and_who(visit: ContactVisit) -> None:
    finn = grown(visit)
    (page,) = pages_of(opened(visit, finn).paper((ChartMeasure.HEIGHT,)).pdf)
    assert "Datum Leeftijd Lengte (cm) SDS Percentiel Bron" in page
    assert "23 nov 2026 9 j 7 m (9,62 jaar) 136,5 −0,3 P36 An Janssens" in page
    assert "12 feb 2024 6 j 10 m (6,84 jaar) 121,0 −0,3 P37 dr. Ruiz, Sint-Lucas" in page
    assert page.index("23 nov 2026") < page.index("12 feb 2024") < page.index("04 okt 2021")
    assert "Doellengte 181,0 cm, gebied 172,5–189,5 cm (te bevestigen)" in page


@pytest.mark.parametrize("measure", EVERY)
def test_the_chart_on_paper_is_the_scene_that_the_screen_draws(
    visit: ContactVisit, measure: ChartMeasure
) -> None:
    finn = grown(visit)
    drawn = dict(opened(visit, finn).sheets)[measure].scene

    view = open_growth(visit.desk(), finn)
    assert view.saved is not None
    body = view.saved.body
    now = Measurement(view.on, body.height_cm, body.weight_kg, None, view.saved_by, current=True)
    earlier = [
        Measurement(
            one.on, one.height_cm, one.weight_kg, one.head_cm, by=one.by, external=one.external
        )
        for one in view.earlier
    ]
    birth = finn.pupil.birth_date
    points = chart_points(measure, view.sex, birth, [*earlier, now])
    window = window_for(measure, points, age_years(birth, TODAY))
    target = target_height(view.sex, view.mother_cm, view.father_cm)
    assert drawn == growth_chart(measure, view.sex, points, window, target)


def test_only_the_charts_that_were_chosen_are_printed(visit: ContactVisit) -> None:
    finn = grown(visit)
    chosen = (ChartMeasure.BMI, ChartMeasure.HEIGHT)
    printed = print_charts(visit.desk(), VISIT, finn.pupil_id, chosen)
    found = pages_of(printed.pdf)
    assert printed.pages == 2
    assert "Lengte naar leeftijd" in found[0]
    assert "BMI naar leeftijd" in found[1]
    with pytest.raises(Refused, match=r"growth\.charts_choose"):
        opened(visit, finn).paper(())


def test_looking_and_printing_are_lines_of_the_log(visit: ContactVisit) -> None:
    finn = grown(visit)
    opened(visit, finn)
    print_charts(visit.desk(), VISIT, finn.pupil_id, EVERY)
    with visit.station.vault.read() as reader:
        lines = [one for one in reader.access_lines() if one.action in {"preview", "print"}]
    assert [(one.action, one.kind, one.pupil_id, one.reason) for one in lines] == [
        ("preview", "growth", finn.pupil_id, "growth_charts"),
        ("print", "growth", finn.pupil_id, "growth_charts"),
    ]


def test_a_pupil_without_a_measurement_has_no_chart(visit: ContactVisit) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    assert opened(visit, finn).sheets == ()


def test_what_could_not_be_trusted_is_neither_drawn_nor_told(visit: ContactVisit) -> None:
    finn = grown(visit)
    before(visit, finn, "143.0", "41.0", date(2025, 3, 3), ExamState.UNRELIABLE)
    for page in pages_of(opened(visit, finn).paper(EVERY).pdf):
        assert "143,0" not in page
        assert "41,0" not in page
        assert "03 mrt 2025" not in page


def test_whom_the_centre_took_measures_away_from_prints_no_chart(visit: ContactVisit) -> None:
    finn = grown(visit)
    name = (DataClass.MEASURES.value, Role.NURSE.value)
    body = RightsNarrowing(
        data_class=DataClass.MEASURES, role=Role.NURSE, reads=Reads.SUMMARY, writes=Writes.NO
    )
    visit.save(body, record_id=derived_record_id("rights_narrowing", *name))
    try:
        apply_rights(visit.desk())
        with pytest.raises(Refused, match=r"records\.not_shown"):
            opened(visit, finn)
    finally:
        put_rights_in_force(())


def test_a_shielded_measurement_keeps_the_charts_back(visit: ContactVisit) -> None:
    finn = grown(visit)
    item = finn.exam_id("growth")
    flags = Shielding(
        item_id=item,
        pupil_id=finn.pupil_id,
        flags=(Flag.NOT_FOR_PARENTS,),
        reason="op vraag van de leerling",
    )
    visit.save(flags, pupil_id=finn.pupil_id, record_id=derived_record_id("shielding", item))
    with pytest.raises(Refused, match=r"growth\.charts_shielded"):
        opened(visit, finn)
    with pytest.raises(Refused, match=r"growth\.charts_shielded"):
        print_charts(visit.desk(), VISIT, finn.pupil_id, EVERY)


def test_two_versions_of_a_measurement_keep_the_charts_back(visit: ContactVisit) -> None:
    finn = grown(visit)
    other = Growth(state=ExamState.DONE, height_cm=Decimal("131.5"), on=TODAY)
    visit.save(other, pupil_id=finn.pupil_id, visit_id=VISIT, record_id=finn.exam_id("growth"))
    with pytest.raises(Refused, match=r"growth\.charts_two_versions"):
        opened(visit, finn)


def test_another_reference_is_named_with_its_own_sources(visit: ContactVisit) -> None:
    finn = grown(visit)
    doctor = visit.desk(MAES)
    chosen = open_growth(doctor, finn).chosen
    choose_reference(doctor, finn.pupil_id, chosen, "who", "ouders uit Ghana")
    (page,) = pages_of(opened(visit, finn).paper((ChartMeasure.HEIGHT,)).pdf)
    assert "WHO 2006 en 2007 · jongens" in page
    assert "Roelants" not in page
    assert page.count("Bron:") == 2
    assert "Ghana" not in page, "why a doctor chose it stays in the dossier"


def test_a_file_opens_with_its_password_and_its_purpose_is_in_the_log(visit: ContactVisit) -> None:
    finn = grown(visit)
    chosen = (ChartMeasure.HEIGHT,)
    where = (visit.desk(), VISIT, finn.pupil_id, chosen)
    for purpose, recipient in ((" ", "dr. Ruiz"), ("groei bespreken", "")):
        with pytest.raises(Refused, match=r"print\.(purpose|recipient)_missing"):
            make_locked_charts(*where, purpose=purpose, recipient=recipient)

    locked = make_locked_charts(*where, purpose="groei bespreken", recipient="dr. Ruiz")

    document = pypdfium2.PdfDocument(locked.pdf, password=locked.password)
    assert "Lengte naar leeftijd" in document[0].get_textpage().get_text_bounded()
    document.close()
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(locked.pdf)
    with visit.station.vault.read() as reader:
        last = reader.access_lines()[-1]
    assert (last.action, last.kind, last.pupil_id) == ("export", "growth", finn.pupil_id)
    assert last.reason == "groei bespreken · dr. Ruiz"


def test_the_same_charts_of_a_day_give_the_same_bytes(visit: ContactVisit) -> None:
    finn = grown(visit)
    assert opened(visit, finn).paper(EVERY).pdf == opened(visit, finn).paper(EVERY).pdf
