"""What a page may not use. Each of these widgets once turned a good number into a wrong one by itself."""

from pathlib import Path

import pytest

from tests.architecture.sources import mentions, modules

# Scrolling over them changes a value; they read 12.5 as 125, or make a date out of half a date.
NOWHERE = {"QDoubleSpinBox", "QSpinBox", "QDateEdit", "QTimeEdit", "QDateTimeEdit", "QDial"}
# Only inside a widget that ignores the wheel.
ONLY_IN_WIDGETS = {"QComboBox"}
WINDOW = modules("ui")


def used(module: Path, names: set[str]) -> list[str]:
    return [f"{module}:{line} {name}" for name, line in mentions(module) if name in names]


@pytest.mark.parametrize("module", WINDOW, ids=str)
def test_no_widget_is_used_that_changes_values_by_itself(module: Path):
    assert used(module, NOWHERE) == []
    if module.parts[:2] != ("ui", "widgets"):
        assert used(module, ONLY_IN_WIDGETS) == []


@pytest.mark.parametrize("module", WINDOW, ids=str)
def test_only_the_theme_sets_a_style_sheet(module: Path):
    """A sheet on one widget silences palette and font of everything in it."""
    if module != Path("ui/theme.py"):
        assert used(module, {"setStyleSheet"}) == []


@pytest.mark.parametrize("module", WINDOW, ids=str)
def test_no_modal_event_loop_runs_inside_the_window(module: Path):
    """A nested loop lets the lock and a save run under a page that does not expect them."""
    assert used(module, {"processEvents", "exec_"}) == []
    assert used(module, {"QMessageBox", "QInputDialog", "QProgressDialog"}) == []
