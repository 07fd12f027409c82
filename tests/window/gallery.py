"""Pages made of every widget, as the reference pictures show them; all names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.contact import CellResult
from ui import theme
from ui.bus import Act, Message, Severity
from ui.models.list_model import Column, ListModel
from ui.theme import Role, Size, Weight
from ui.widgets.banner import Alert, BannerView
from ui.widgets.button import Button, Kind, Link
from ui.widgets.card import Card, Columns
from ui.widgets.cells import PartsCell, StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.date_edit import DateEdit, DayMonthEdit, TimeEdit
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.frame_parts import StatusItem
from ui.widgets.label import Chip, IconWord, Label, Rule
from ui.widgets.list_view import ListView
from ui.widgets.not_done_strip import NotDone, NotDoneStrip, Reason
from ui.widgets.page_frame import PageFrame
from ui.widgets.rule_line import RuleLine
from ui.widgets.step_bar import Step
from ui.widgets.text_edit import TextEdit
from ui.widgets.threshold_grid import Ear, Threshold, ThresholdGrid
from ui.widgets.tick_box import TickBox

TODAY = date(2026, 11, 23)
LOTTE = BannerView(
    family_name="Peeters",
    given_name="Lotte",
    born=date(2020, 3, 4),
    age_months=80,
    sex="Vrouw",
    number="20-03-04 118",
    class_name="1B",
    call_name="Lot",
    alerts=(
        Alert("alert-triangle", "Allergie: latex", Role.ERROR),
        Alert("users", "Naamgenoot in de klas", Role.ATTENTION),
    ),
)
STEPS = (
    Step(1, "Vragenlijst", "check", Role.OK, "Klaar"),
    Step(2, "Groei", "pencil", Role.ACCENT, "Concept"),
    Step(3, "Zicht", "circle-half", Role.ATTENTION, "Deels"),
    Step(4, "Gehoor"),
    Step(5, "Arts"),
    Step(6, "Signalen"),
    Step(7, "Vaccinatie"),
    Step(8, "Besluit"),
)
NOT_DONE = (
    NotDone(
        "postponed",
        "Uitgesteld",
        "u",
        "Wordt later gedaan; het contact blijft onvolledig.",
        (
            Reason("time", "Geen tijd", "t"),
            Reason("device", "Toestel defect", "d"),
            Reason("queue", "Achteraan in de rij", "a"),
        ),
    ),
    NotDone(
        "refused", "Geweigerd", "w", "Geweigerd ter plaatse.", (Reason("pupil", "Leerling", "l"),)
    ),
)


def frame(title: str, quiet: str, back: str, primary: str) -> PageFrame:
    """A page with the parts that all pages have."""
    page = PageFrame()
    page.top_line.set_back(back)
    page.top_line.set_title(title, quiet)
    page.footer.set_primary(primary)
    page.status.show_status(
        (
            StatusItem("Offline – alles staat veilig op deze laptop", "cloud-off"),
            StatusItem("37 te verzenden"),
        ),
        "An Janssens · verpleegkundige",
    )
    return page


def growth() -> PageFrame:
    """One pupil, entry at the left, rule lines below (mock 03)."""
    page = frame("Systematisch contact", "LO1 · ma 23 nov 2026", "Klas 1B", "Opslaan en naar Zicht")
    page.banner.show_pupil(LOTTE)
    page.banner.show()
    page.steps.show_steps(STEPS, 2)
    page.steps.show_draft("Concept 10:42")
    page.steps.show()
    page.footer.add_left(Button("Niet afgenomen…", "F8"))
    entry = Card()
    height = DecimalEdit("Lengte", places=1, unit="cm", required=True)
    weight = DecimalEdit("Gewicht", places=1, unit="kg", required=True)
    height.set_value(Decimal("121.5"))
    weight.set_value(Decimal("24.8"))
    entry.body.addWidget(FieldRow("Lengte (cm)", height, quiet="98,1 op 09 okt 2023"))
    entry.body.addWidget(FieldRow("Gewicht (kg)", weight, quiet="14,9 op 09 okt 2023"))
    entry.body.addLayout(
        _line(
            Label("Kledij"),
            Label("turnpak"),
            Label("standaard van vandaag", Size.QUIET, role=Role.SECONDARY),
            None,
            Link("Wijzigen", about="Kledij"),
        )
    )
    entry.body.addLayout(
        _line(
            Label("Opmerking"),
            *(TickBox(word, Size.QUIET) for word in ("haardracht", "scoliose", "rolstoel")),
            None,
        )
    )
    computed = Card()
    for name, value, unit, score, rank in (
        ("Lengte", "121,5", "cm", "+0,1", "P53"),
        ("Gewicht", "24,8", "kg", "+0,6", "P72"),
    ):
        computed.body.addLayout(
            _line(
                Label(name),
                None,
                Label(value, weight=Weight.BOLD),
                Label(unit, Size.QUIET, role=Role.SECONDARY),
                Label(score, weight=Weight.BOLD),
                Label(rank, weight=Weight.BOLD),
            )
        )
    computed.body.addWidget(Rule())
    computed.body.addLayout(
        _line(
            Label("Doellengte"),
            Label("167,5", weight=Weight.BOLD),
            None,
            Chip("te bevestigen", Role.ATTENTION, "signature", outline=True),
        )
    )
    chart = Card("Lengte naar leeftijd", "Vlaamse groeicurven 2004 · meisjes")
    curve = ChoiceRow("Curve", [Choice(word, word) for word in ("Lengte", "Gewicht", "BMI", "SDS")])
    curve.set_value("Lengte")
    chart.add_to_head(curve, Button("Als tabel", height=36))
    chart.body.addStretch(1)
    columns = Columns(left_width=456)
    columns.left.addWidget(entry)
    columns.left.addWidget(computed)
    columns.right.addWidget(chart)
    page.body.addWidget(columns)
    page.body.addStretch(1)
    page.rules.show_lines(
        (
            RuleLine(
                "Normaal gewicht",
                "BMI 16,8, index 109 % (grens 120 %)",
                "BMI-7, BMI-3 · Standaard Gewicht 2018",
            ),
            RuleLine(
                "Lengte volgt de curve",
                "P36 op 09 okt 2023, P53 nu, interval 3,1 j",
                "GRO-1 · Standaard Groei",
                to_confirm=True,
                link="Waarom?",
            ),
            RuleLine("Groeisnelheid", "geen criterium ingesteld", "GRO-2, GRO-3", is_empty=True),
        )
    )
    page.start = weight
    return page


@dataclass(frozen=True)
class Pupil:
    """One row of the class list."""

    key: str
    name: str
    born: str
    still: frozenset[int]
    state: StateCell
    detail: str = ""
    namesake: bool = False


_DONE = StateCell("check", "Klaar", Role.OK)
_EXPECTED = StateCell("user", "Verwacht", Role.SECONDARY, word_role=Role.TEXT)
_PARTLY = StateCell("circle-half", "Deels", Role.ATTENTION, Weight.SEMIBOLD)
_ALL = frozenset({1, 2, 3, 4, 7, 8})


def pupils() -> list[Pupil]:
    """A class of 25."""
    names = [
        "AERTS",
        "AYDIN",
        "BAERT",
        "BOGAERTS",
        "CLAES",
        "COPPENS",
        "DE_BACKER",
        "DE_SMET",
        "DIALLO",
        "EL_IDRISSI",
        "GOOSSENS",
        "HERMANS",
        "JACOBS",
        "KOWALSKI",
        "LAMBRECHTS",
        "MERTENS",
        "NGUYỄN",
        "PEETERS",
        "PEETERS",
        "RAHMANI",
        "SERGEANT",
        "STEVENS",
        "VAN_DEN_BERGHE",
        "WOUTERS",
        "YILMAZ",
    ]
    rows = []
    for number, family in enumerate(names):
        name = f"{family.replace('_', ' ')}, Lotte"
        state, still = (_DONE, frozenset()) if number < 12 else (_EXPECTED, _ALL)
        if number == 18:
            state, still = _PARTLY, frozenset({4, 7, 8})
        rows.append(
            Pupil(
                str(number),
                name,
                "04 mrt 2020",
                frozenset(still),
                state,
                "09:04" if number < 12 else "",
                family == "PEETERS",
            )
        )
    return rows


def class_list() -> PageFrame:
    """A rail beside a full-bleed list (mock 02)."""
    quiet = (
        "Basisschool De Kring · 25 leerlingen · 9 klaar · 3 deels · 1 afwezig · nog 14 · ± 11:50"
    )
    page = frame("Klas 1B", quiet, "Vandaag", "Open")
    page.footer.set_primary("Open", "Enter")
    page.footer.add_left(
        Button("Hele klas aanwezig", "Ctrl+Shift+A"),
        Button("Leerling toevoegen…"),
        Button("Rooster", "Ctrl+Shift+R"),
    )
    mark = StateCell("users", "naamgenoot", Role.ATTENTION)
    model = ListModel(
        (
            Column[Pupil](
                "Naam",
                359,
                lambda row: TextCell(
                    row.name, Weight.SEMIBOLD, mark=mark if row.namesake else None
                ),
            ),
            Column[Pupil]("Geboren", 136, lambda row: TextCell(row.born, role=Role.SECONDARY)),
            Column[Pupil]("Klas", 72, lambda _row: TextCell("1B", role=Role.SECONDARY)),
            Column[Pupil](
                "Onderdelen te doen",
                224,
                lambda row: PartsCell((1, 2, 3, 4, 7, 8), row.still, own=4),
            ),
            Column[Pupil]("Toestand", 150, lambda row: row.state),
            Column[Pupil]("", 0, lambda row: TextCell(row.detail, quiet=True)),
        ),
        key=lambda row: row.key,
    )
    model.show_rows(pupils())
    view = ListView("Klas 1B", model)
    model.setParent(view)
    view.go_to(18)
    rail = QWidget()
    rail.setFixedWidth(theme.px(264))
    column = QVBoxLayout(rail)
    column.setContentsMargins(16, 16, 16, 12)
    post = ChoiceRow(
        "Mijn post",
        [
            Choice(word, word)
            for word in ("Alles", "Groei", "Zicht", "Gehoor", "Arts", "Vaccinatie")
        ],
        columns=2,
        height=32,
    )
    post.set_value("Gehoor")
    shown = ChoiceRow(
        "Toon",
        [
            Choice("todo", "Te doen", count="14"),
            Choice("all", "Alle", count="25"),
            Choice("doctor", "Wacht op arts", count="1"),
        ],
        columns=1,
        height=32,
    )
    shown.set_value("all")
    for widget in (
        Label("Mijn post", Size.QUIET, role=Role.SECONDARY),
        post,
        Label("Toon", Size.QUIET, role=Role.SECONDARY),
        shown,
    ):
        column.addWidget(widget)
    column.addStretch(1)
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(rail)
    row.addWidget(view, 1)
    page.fill_body(whole)
    page.start = post
    return page


def questions() -> PageFrame:
    """Every kind of field, a refusal, a question, a message with links, the strip of F8."""
    page = frame("Zicht", "LO1 · ma 23 nov 2026", "Klas 1B", "Opslaan en naar Gehoor")
    page.banner.show_pupil(LOTTE)
    page.banner.show()
    left = Card("Gezichtsscherpte op afstand", "LogMAR · 3 m · occlusiebril")
    correction = ChoiceRow(
        "Correctie",
        [
            Choice("none", "Zonder", "z"),
            Choice("glasses", "Met bril", "b"),
            Choice("lenses", "Met lenzen", "l"),
            Choice("lost", "Bril vergeten", "v"),
        ],
    )
    right = DecimalEdit("Rechts", places=2, example="0,1")
    right.setText("1215")
    wrong = FieldRow("Rechts", right)
    height = DecimalEdit("Lengte", places=1)
    height.setText("112,0")
    asked = FieldRow("Lengte (cm)", height, quiet="121,5 op 12 nov 2024")
    domains = MultiChoiceRow(
        "Domein", [Choice(word, word) for word in ("L&S", "OLB", "PSF", "PGZ")]
    )
    domains.set_values(("L&S", "PSF"))
    f7 = FieldRow("Correctie", correction)
    left.body.addWidget(f7)
    left.body.addWidget(wrong)
    left.body.addWidget(asked)
    left.body.addWidget(FieldRow("Domein", domains))
    born = DateEdit("Datum", lambda: TODAY)
    born.line.setText("4/3/20")
    left.body.addWidget(FieldRow("Datum", born))
    strip = NotDoneStrip(NOT_DONE)
    left.body.addWidget(strip)
    other = Card("Bespreking")
    note = TextEdit("Nota", limit=120, lines=3)
    note.set_value(
        "meekijken tijdens rekenen met Lotte, twee keer, en daarna samen bespreken wat er werkte en wat nog niet"
    )
    note.set_marks([(30, 5)])
    who = FilteredList(
        "Wie",
        [Option("kim", "Kim Daems", "leerkracht 3A"), Option("tom", "Tom Wouters", "directie")],
    )
    who.set_value("kim")
    for row in (
        FieldRow("Nota", note, stretch=True, label_width=96),
        FieldRow("Wie", who, label_width=96),
        FieldRow("Dag en maand", DayMonthEdit("Dag en maand"), label_width=96),
        FieldRow("Einde", TimeEdit("Einde"), label_width=96),
    ):
        other.body.addWidget(row)
    other.body.addWidget(Button("Nog een", "Ctrl+N", kind=Kind.QUIET, icon="plus", height=36))
    other.body.addLayout(
        _line(
            Chip("Bevestigd", Role.OK, "shield-check"),
            IconWord("check", "Telt", Role.OK),
            IconWord("arrow-right", "Nu aanbevolen", Role.ACCENT, weight=Weight.SEMIBOLD),
            None,
        )
    )
    notice = Card()
    notice.set_ground(Role.ATTENTION_GROUND)
    notice.body.addLayout(
        _line(
            IconWord(
                "alert-triangle",
                '"Lotte" staat in een klaslijst.',
                Role.ATTENTION,
                weight=Weight.SEMIBOLD,
            ),
            None,
            Link("Vervang door leerling A", Size.BASE),
        )
    )
    other.body.addWidget(notice)
    columns = Columns(right_width=560)
    columns.left.addWidget(left)
    columns.right.addWidget(other)
    page.body.addWidget(columns)
    page.body.addStretch(1)
    wrong.set_error("Rechts: 1215 kan niet. Vul een waarde in van −0,5 tot 2.")
    asked.ask("Lengte 112,0 cm is 9,5 cm minder dan op 12 nov 2024. Klopt dit?")
    f7.set_filled_by_key(True)
    page.messages.show_message(
        Message(
            "Er zijn 2 dingen na te kijken.",
            Severity.ERROR,
            links=(
                Act("Kies de correctie.", correction.setFocus),
                Act("Vul de lengte in.", height.setFocus),
            ),
        )
    )
    strip.ask("Zicht")
    page.start = strip.state
    return page


def hearing() -> PageFrame:
    """Audiometry, with an undo in the message bar."""
    page = frame("Gehoor", "LO1 · ma 23 nov 2026", "Klas 1B", "Opslaan en naar Vaccinatie")
    page.banner.show_pupil(LOTTE)
    page.banner.show()
    card = Card("Verkorte audiometrie", "Standaard Gehoor · zacht 20 en 10 dB", main=True)
    grid = ThresholdGrid("Audiometrie")
    grid.set_value(
        {
            (Ear.RIGHT, 1000): Threshold(CellResult.PASS, 10),
            (Ear.RIGHT, 4000): Threshold(CellResult.FAIL, 35, silent_response=True),
            (Ear.LEFT, 500): Threshold(CellResult.UNRELIABLE, 123),
            (Ear.LEFT, 4000): Threshold(CellResult.NOT_DONE),
        }
    )
    card.body.addLayout(_line(grid, None))
    card.body.addWidget(
        Label(
            f"Nu: {grid.active_words()} · begin hoorbaar, dan 20 dB, dan 10 dB",
            Size.NAME,
            Weight.BOLD,
            wrap=True,
        )
    )
    page.body.addWidget(card)
    page.body.addStretch(1)
    page.messages.show_message(
        Message(
            "Groei van Lotte Peeters opgeslagen.",
            Severity.OK,
            Act("Ongedaan maken", lambda: None, "Ctrl+Shift+O"),
        )
    )
    page.start = grid
    return page


PAGES = {"growth": growth, "class-list": class_list, "questions": questions, "hearing": hearing}


def _line(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets beside each other; None is room."""
    line = QHBoxLayout()
    line.setSpacing(12)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        else:
            line.addWidget(widget)
    return line
