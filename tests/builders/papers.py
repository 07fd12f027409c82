"""Every paper of the program as PDF, filled with invented content as large or as empty as asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.full_audiogram import full_audiogram
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import (
    ChartMeasure,
    Measurement,
    chart_points,
    lines_of,
    tables,
)
from clbdesk.cli.demo.emergency_card import example_card
from clbdesk.domain.body import ExamState
from clbdesk.domain.care import CareDomain
from clbdesk.domain.hearing import Audiogram, Threshold
from clbdesk.domain.letters import Recipient
from clbdesk.domain.people import Sex
from clbdesk.domain.school_signal import ReportDomain, ReportTheme, SignalReport
from clbdesk.ids import PupilId, SchoolId
from clbdesk.reports import lists, school_output
from clbdesk.reports.access_bundle import AccessBundle, BundleItem, access_bundle
from clbdesk.reports.consent_form import ConsentLetter, consent_paper
from clbdesk.reports.growth_charts import ChartSheet, ChartsOf, charts_paper
from clbdesk.reports.letters import (
    Addressed,
    AudiogramPicture,
    GivenVaccine,
    GrowthPicture,
    ReferralLetter,
    ResultLetter,
    VaccinationLetter,
    referral_paper,
    result_paper,
    vaccination_paper,
)
from clbdesk.reports.paper import Printed
from clbdesk.reports.receipt import ReceiptPaper, ScopeLine, receipt_paper
from clbdesk.reports.side_effect import SideEffect, side_effect_paper
from clbdesk.reports.signal_report import PaperText, report_pages
from clbdesk.reports.vaccination_card import CardDose, CardPaper, card_paper, cover_paper
from clbdesk.standards.references import STANDARD, reference

BORN, TODAY = date(2017, 3, 4), date(2026, 11, 23)
_CENTRE = "Vrij CLB Zuid-West-Vlaanderen en de Vlaamse Ardennen (fictief)"
_SCHOOL = "Gesubsidieerde Vrije Basisschool Onze-Lieve-Vrouw-ter-Duinen"
LONG = ("Željka-Nguyễn Çağla", "van den Bossche-D’Hooghe-Østergård-Wiśniewska")
_STORY = "Zij ziet het bord beter van vooraan en knijpt de ogen bij het lezen toe. "


class Papers:
    """Papers about one pupil. `many`: how often what comes in numbers comes; 0 = nothing is known."""

    def __init__(self, many: int = 3, *, name: tuple[str, str] = ("Lotte", "Peeters")) -> None:
        """Short names of centre and school for a short name, long ones for a long one."""
        self.many = many
        self.given, self.family = name
        is_long = len(" ".join(name)) > 20
        self.centre = _CENTRE if is_long else "CLB De Horizon"
        self.school = _SCHOOL if is_long else "Basisschool De Kring"

    @property
    def name(self) -> str:
        """Lotte Peeters."""
        return f"{self.given} {self.family}"

    def every(self) -> dict[str, Callable[[], Printed]]:
        """Every paper by its name."""
        return {
            "result": self.result,
            "referral": self.referral,
            "vaccination": self.vaccination,
            "consent": self.consent,
            "card": self.card,
            "card_cover": self.card_cover,
            "school_list": self.school_list,
            "no_answer": self.no_answer,
            "envelopes": self.envelopes,
            "blank_growth": lambda: self.blank("growth"),
            "blank_vision": lambda: self.blank("vision"),
            "day": self.day,
            "receipt": self.receipt,
            "school_output": self.school_output,
            "signal_report": self.signal_report,
            "side_effect": self.side_effect,
            "access": self.access,
            "growth_charts": self.growth_charts,
            "emergency_card": example_card,
        }

    # --- letters ---

    def about(self) -> Addressed:
        """Whom a letter is about."""
        return Addressed(
            centre=self.centre,
            school=self.school,
            class_name="4A",
            given_name=self.given,
            family_name=self.family,
            birth_date=BORN,
            on=TODAY,
            dated=TODAY,
            doctor="dr. Lieve Maes" if self.many else "",
        )

    def result(self) -> Printed:
        """What parents read after a contact."""
        known = (("Groei", "De groei is in orde."), ("Zicht", "Het zicht vraagt opvolging."))
        letter = ResultLetter(
            about=self.about(),
            recipient=Recipient.PARENTS,
            lines=known if self.many else (),
            released=(_STORY * 2,) * self.many,
            is_complete=bool(self.many),
            advice=_STORY * 3 * self.many,
            chart=self.picture() if self.many else None,
            enclosed=("een verwijsbrief", "de folder Beter zien")[: self.many],
        )
        return result_paper(letter).printed()

    def referral(self) -> Printed:
        """What a doctor outside reads."""
        letter = ReferralLetter(
            about=self.about(),
            to="dr. Ingeborg Vandenbroucke-Van Cauwenberghe, oogarts, AZ Sint-Elisabeth",
            is_doctor=True,
            reason=_STORY * max(1, self.many),
            urgency="binnen de maand" if self.many else "",
            findings=(("Gezichtsscherpte rechts", "0,6 op 3 m met eigen bril"),) * self.many,
            chart=self.picture() if self.many else None,
            reply_slip=True,
            audiogram=self.audiogram() if self.many else None,
        )
        return referral_paper(letter).printed()

    def vaccination(self) -> Printed:
        """What goes home after the needle."""
        given = GivenVaccine(
            "mazelen-bof-rubella", "M-M-RVaxPro", "W0123456789AB", TODAY, "linkerbovenarm", True
        )
        letter = VaccinationLetter(
            about=self.about(),
            recipient=Recipient.PUPIL_AND_PARENTS,
            given=(given,) * self.many,
            not_given=("difterie-tetanus-kinkhoest",),
        )
        return vaccination_paper(letter).printed()

    def consent(self) -> Printed:
        """What asks for consent, with its form."""
        letter = ConsentLetter(
            about=self.about(),
            recipient=Recipient.PARENTS,
            vaccines=(("dTpa", "difterie, tetanus, kinkhoest"), ("HPV", "papillomavirus"))
            * max(1, self.many // 2),
            questions=("Had uw kind ooit een ernstige reactie na een vaccin?",) * self.many,
            minutes=15,
            code="20260012345678",
        )
        return consent_paper(letter).printed()

    def picture(self) -> GrowthPicture:
        """Length on its curve."""
        scene = self._sheet(ChartMeasure.HEIGHT).scene
        return GrowthPicture(scene, "Vlaamse groeicurven 2004 · meisjes", TODAY)

    def audiogram(self) -> AudiogramPicture:
        """A report from outside."""
        heard = {"1000": Threshold(level_db=20), "4000": Threshold(level_db=45, masked=True)}
        body = Audiogram(state=ExamState.DONE, pupil_id=PupilId("lotte"), on=TODAY, right_air=heard)
        words = (("Rechts, lucht", "1000 Hz 20 dB, 4000 Hz 45 dB (gemaskeerd)"),)
        return AudiogramPicture(full_audiogram(body), "Audiogram van 23 nov 2026", words)

    # --- about one pupil ---

    def growth_charts(self) -> Printed:
        """Every chart, a page each."""
        about = ChartsOf(
            self.centre,
            self.name,
            BORN,
            f"Klas 4A · {self.school}",
            "23 november 2026, door An Janssens, verpleegkundige",
        )
        shown = (ChartMeasure.HEIGHT, ChartMeasure.BMI, ChartMeasure.SDS)
        return charts_paper(about, [self._sheet(one) for one in shown]).printed()

    def _sheet(self, measure: ChartMeasure) -> ChartSheet:
        by = "dr. Ingeborg Vandenbroucke-Van Cauwenberghe"
        measured = [
            Measurement(
                date(2019 + number % 7, 1 + number % 12, 9),
                Decimal(88 + 6 * (number % 7)),
                Decimal(12 + 3 * (number % 7)),
                by=by,
                external=number % 3 == 0,
            )
            for number in range(self.many)
        ]
        now = Measurement(TODAY, Decimal("136.2"), Decimal("31.4"), by="An Janssens", current=True)
        points = chart_points(measure, Sex.FEMALE, BORN, [*measured, now])
        window = window_for(measure, points, 9.7)
        return ChartSheet(
            title="BMI naar leeftijd",
            lines=lines_of(reference(STANDARD), Sex.FEMALE),
            sources=("Roelants e.a., Ann Hum Biol 2009, editie 2004",),
            target="167,5 cm, gebied 159,0–176,0 cm (te bevestigen)",
            scene=growth_chart(measure, Sex.FEMALE, points, window),
            tables=tables(points),
        )

    def card(self) -> Printed:
        """The vaccination card."""
        dose = CardDose(
            "23 november 2026",
            "mazelen-bof-rubella · M-M-RVaxPro",
            f"lot W0123456789AB · op school: {self.school} · linkerbovenarm",
            "gegeven door het CLB · telt als dosis 2",
        )
        card = CardPaper(
            self.centre,
            self.name,
            BORN,
            TODAY,
            doses=(dose,) * self.many,
            coming=(("HPV", "vanaf 1 september 2029"),) * self.many,
            unjudged=bool(self.many),
        )
        return card_paper(card).printed()

    def access(self) -> Printed:
        """The bundle for who asked to see a dossier."""
        item = BundleItem(
            "Groei · 23 nov 2026",
            (("Lengte", "136,2 cm"), ("Opmerking", _STORY * 20), ("Een lang label " * 3, "ja")),
            ("Eerder: 135,0 cm, verbeterd door An Janssens.",),
        )
        bundle = AccessBundle(
            centre=self.centre,
            pupil=self.name,
            born="4 maart 2017",
            requester=f"Maria {self.family}",
            way="inzage met een gesprek",
            made_on="23 november 2026",
            made_by="dr. Lieve Maes",
            with_health=True,
            items=(item,) * self.many,
        )
        return access_bundle(bundle)

    def side_effect(self) -> Printed:
        """A reaction, as the federal agency asks for it."""
        fact = (("pupil", "L.P., 9 jaar, vrouw"), ("vaccine", "M-M-RVaxPro"), ("signs", _STORY * 3))
        return side_effect_paper((SideEffect(fact),) * max(1, self.many), self.centre)

    # --- about a class or a school ---

    def _listed(self) -> list[lists.Listed]:
        name = f"{self.family.upper()}, {self.given}"
        return [lists.Listed(name, "4A", number % 2 == 0, BORN) for number in range(self.many)]

    def school_list(self) -> Printed:
        """Who was seen."""
        return lists.school_paper(self.centre, self.school, TODAY, self._listed()).printed()

    def no_answer(self) -> Printed:
        """Whose form did not come back."""
        found = self._listed()
        paper = lists.no_answer_paper(self.centre, self.school, TODAY, found, is_asked=True)
        return paper.printed()

    def envelopes(self) -> Printed:
        """The order of the envelopes."""
        found = self._listed()
        return lists.envelope_paper(self.centre, self.school, TODAY, "4A", found).printed()

    def blank(self, post: str) -> Printed:
        """A form to go on with on paper."""
        found = self._listed()
        return lists.blank_paper(self.centre, self.school, TODAY, post, "4A", found).printed()

    def card_cover(self) -> Printed:
        """Who has a card."""
        name = f"{self.family.upper()}, {self.given}"
        names = ((name, "4A", True), (name, "4A", False)) * self.many
        return cover_paper(self.centre, self.school, TODAY, names).printed()

    def day(self) -> Printed:
        """The figures of the day."""
        post = lists.PostLine("Gehoor en SPIN", 21, 2, 1, "08:45", "11:20", 3.4)
        sheet = lists.DaySheet(
            self.centre, self.school, TODAY, (("Gezien", "21 van 24"),), (post,) * self.many
        )
        return lists.day_paper(sheet).printed()

    def receipt(self) -> Printed:
        """What the centre confirmed."""
        scope = ScopeLine(f"{self.school} – systematisch contact", 2300, "0123456789abcdef")
        facts = (("Laptop", "LAP-07"), ("Gebruiker", f"{self.name} · verpleegkundige"))
        paper = ReceiptPaper(
            self.centre, "168 van 168", "7F3A-92C1", facts, 24, 168, 2, (scope,) * self.many
        )
        return receipt_paper(paper)

    def school_output(self) -> Printed:
        """Agreements that a school may have."""
        blocks = [f"Leerling {number}\n{_STORY * 2}\n– Mia, voor 1 december" for number in range(9)]
        text = "\n\n".join([f"Afsprakenlijst · {self.school}", *blocks[: self.many]])
        return school_output.school_paper(text, f"{self.centre} · {self.school}")

    def signal_report(self) -> Printed:
        """The counts of a school."""
        themes = (ReportTheme(theme="Pesten en uitsluiten", count=None),)
        report = SignalReport(
            school_id=SchoolId("school"),
            first=date(2026, 9, 1),
            last=date(2027, 1, 31),
            least=5,
            least_sensitive=10,
            total=31,
            domains=tuple(
                ReportDomain(domain=one, total=12, themes=themes)
                for one in list(CareDomain)[: self.many]
            ),
        )
        words = PaperText(
            self.school, "01 sep 2026 tot 31 jan 2027", _STORY, "Geschreven door Wim", self.centre
        )
        return report_pages(report, (report,) * min(self.many, 4), words)
