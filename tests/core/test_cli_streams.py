"""Standard input and output as other programs, pipes and full disks give them: never a traceback."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clbdesk import cli
from clbdesk.cli import EXIT_DEFECT, EXIT_DONE, EXIT_ENVIRONMENT, EXIT_REFUSED, growth, main
from clbdesk.cli.arguments import address
from clbdesk.cli.english import ENGLISH
from clbdesk.cli.laptop import passphrase
from clbdesk.errors import Refused

CHILD = {
    "id": "É−ć",
    "sex": "M",
    "birth_date": "2016-05-03",
    "measured_on": "2026-11-23",
    "height_cm": "118.0",
}


def stream(octets: bytes, encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(octets), encoding=encoding)


@pytest.fixture
def child(tmp_path: Path) -> str:
    """A file with one child whose answer holds a minus sign that old code pages lack."""
    path = tmp_path / "in.json"
    path.write_text(json.dumps([CHILD]), encoding="utf-8")
    return str(path)


def test_standard_input_is_read_as_utf_8_whatever_the_console_speaks(monkeypatch, capfd):
    monkeypatch.setattr(
        sys, "stdin", stream(json.dumps([CHILD], ensure_ascii=False).encode(), "cp1252")
    )
    assert main(["growth", "-", "--json"]) == EXIT_DONE
    assert json.loads(capfd.readouterr().out)[0]["id"] == CHILD["id"]


def test_standard_input_that_is_not_utf_8_is_refused(monkeypatch, capfd):
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b'[{"id":"\xff"}]'), errors="surrogateescape")
    )
    assert main(["growth", "-", "--json"]) == EXIT_REFUSED
    out, told = capfd.readouterr()
    assert (out, told.count("\n")) == ("", 1)
    assert "standard input" in told


def test_standard_input_that_is_closed_is_refused(monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["growth", "-", "--json"]) == EXIT_REFUSED
    assert capfd.readouterr().err.startswith("clbdesk: cannot read standard input")


def test_an_answer_goes_out_in_utf_8_whatever_the_console_speaks(monkeypatch, child):
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="cp1252"))
    assert main(["growth", child, "--json"]) == EXIT_DONE
    (answer,) = json.loads(octets.getvalue().decode("utf-8"))
    assert "−" in answer["signals"][0]["text"]


def test_an_answer_that_nobody_can_take_is_a_matter_of_the_environment(monkeypatch, capfd, child):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["growth", child, "--json"]) == EXIT_ENVIRONMENT
    assert capfd.readouterr().err.startswith("clbdesk: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
def test_a_full_disk_behind_standard_output_is_told_in_one_line(child):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "clbdesk", "growth", child, "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == EXIT_ENVIRONMENT
    assert done.stderr.decode().count("\n") == 1


def test_a_reader_that_went_away_ends_the_command_in_silence(child):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "clbdesk", "growth", child, "--json"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (EXIT_ENVIRONMENT, b"")


def test_what_the_system_refuses_is_told_with_the_file(monkeypatch, capfd, child):
    def refused(items: list[object]) -> list[object]:
        raise PermissionError(13, "Permission denied", "/srv/clb")

    monkeypatch.setattr(growth, "run", refused)
    assert main(["growth", child, "--json"]) == EXIT_ENVIRONMENT
    assert capfd.readouterr().err == "clbdesk: /srv/clb: Permission denied\n"


def test_a_defect_is_told_by_its_place_and_never_by_what_was_judged(monkeypatch, capfd, child):
    def breaks(items: list[object]) -> list[object]:
        raise KeyError(str(items))

    monkeypatch.setattr(growth, "run", breaks)
    assert main(["growth", child, "--json"]) == EXIT_DEFECT
    out, told = capfd.readouterr()
    assert out == ""
    assert told.startswith("clbdesk: a defect of this program: KeyError at ")
    assert (told.count("\n"), CHILD["id"] in told, "2016" in told) == (1, False, False)


def test_a_command_that_is_interrupted_ends_in_one_line(monkeypatch, capfd, child):
    def stopped(items: list[object]) -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(growth, "run", stopped)
    assert main(["growth", child, "--json"]) == cli.EXIT_INTERRUPTED
    assert capfd.readouterr().err == "clbdesk: stopped\n"


@pytest.mark.parametrize("command", ["growth", "hearing", "vision", "vaccination"])
@pytest.mark.parametrize(
    "text, field",
    [
        ('[{"id": 7, "id": 8}]', "id"),
        ('[{"moment": "LO6", "spin": {"right": {"srt_db": 1, "srt_db": 2}}}]', "srt_db"),
        ('[{"birth_date": "2016-05-03", "birth_date": "2016-05-04"}]', "birth_date"),
    ],
)
def test_a_field_that_stands_there_twice_is_named(tmp_path, capfd, command, text, field):
    path = tmp_path / "in.json"
    path.write_text(text)
    assert main([command, str(path), "--json"]) == EXIT_DONE
    (answer,) = json.loads(capfd.readouterr().out)
    found = answer["error"]
    assert found["code"] in (
        {"repeated_field", "unknown_field"} if field == "srt_db" else {"repeated_field"}
    )
    if found["code"] == "repeated_field":
        assert found["field"].endswith(field)


ROOT = Path(cli.__file__).parents[1]
# What only the window can meet: two laptops that are linked.
_WINDOW_ONLY = ("link.",)
_SOURCES = ("centre", "cli", "exchange", "storage", "sync")
_MORE = ("services/rules.py", "standards/signing.py", "standards/tables.py")
_RAISED = re.compile(
    r'(?:raise|return) (?:Refused|Environment)\(\s*"([a-z_]+\.[a-z_]+)"((?:[^()]|\([^()]*\))*)\)'
)


def test_every_refusal_that_a_command_can_meet_has_one_english_line():
    files = [ROOT / name for name in _MORE]
    files += [path for name in _SOURCES for path in (ROOT / name).rglob("*.py")]
    raised = [found for path in files for found in _RAISED.findall(path.read_text("utf-8"))]
    assert len(raised) > 100
    for key, values in raised:
        if key.startswith(_WINDOW_ONLY):
            continue
        assert key in ENGLISH, key
        assert "\n" not in ENGLISH[key]
        wanted = set(re.findall(r"{(\w+)}", ENGLISH[key]))
        assert wanted <= set(re.findall(r"(\w+)=", values)), (key, values)


def test_a_passphrase_that_is_not_given_is_no_wrong_one(monkeypatch):
    for given in (None, stream(b""), stream(b"\n")):
        monkeypatch.setattr(sys, "stdin", given)
        with pytest.raises(Refused) as told:
            passphrase()
        assert told.value.key == "storage.passphrase_empty"


@pytest.mark.parametrize(
    "given", ["", "bogus", "http://h:1", "https://", "https://h:x", "https://h/p"]
)
def test_an_address_that_no_centre_can_have_is_told_with_an_example(capsys, given):
    with pytest.raises(SystemExit) as stopped:
        main(["vault", "new", "--centre", given, "--code", "x", "--user", "An"])
    assert stopped.value.code == EXIT_REFUSED
    assert "is not an address as https://" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", ["https://127.0.0.1:8443", "https://[::1]:8443/", "https://clb-x.be"]
)
def test_the_address_of_a_centre_is_taken_as_it_is(given):
    assert address(given) == given
