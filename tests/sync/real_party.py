"""The real centre on a real port, and real laptops: vault, window services and sync, no models."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event

from clbdesk.bootstrap import Program, start
from clbdesk.centre import administration as office
from clbdesk.centre import serve
from clbdesk.centre.serve import RunningCentre
from clbdesk.clock import SetClock
from clbdesk.domain.kinds import contact_id, exam_id
from clbdesk.domain.revision import Revision
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId, RecordId, RevId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services.desk import Desk
from clbdesk.services.records import Part, Where, record
from clbdesk.services.synchronise import synchronise, take_visit
from clbdesk.sync.machine import SyncReport, TakenAlong
from clbdesk.sync.progress import Progress
from clbdesk.sync.transport import HttpTransport
from tests.builders.centres import BuiltCentre, build, embedded_place, growth_body

PASSPHRASE = "zeven koffers vol regen"
NEVER = Event()


def ignore(progress: Progress) -> None:
    """Nobody looks."""


def program_at(folder: Path, clock: SetClock) -> Program:
    """The program on a data folder, with key slots that open at once."""
    return start(DataFolder(folder), clock, weak_slots=True)


class RealLaptop:
    """An enrolled laptop on which its user is at work."""

    def __init__(self, program: Program, user: StaffId) -> None:
        self.program = program
        self.user = user
        self.desk: Desk = program.unlock(user, PASSPHRASE)

    def transport(self, address: str | None = None) -> HttpTransport:
        made = self.program.transport(self.desk)
        if address is not None:
            made._client.base_url = address
        return made

    def take(self, visit_id: VisitId, address: str | None = None) -> TakenAlong:
        transport = self.transport(address)
        try:
            return take_visit(
                self.desk, self.program.laptop, transport, visit_id, ignore, NEVER
            ).value
        finally:
            transport.close()

    def sync(self, *give_back: VisitId, address: str | None = None) -> SyncReport:
        transport = self.transport(address)
        try:
            return synchronise(
                self.desk, self.program.laptop, transport, ignore, NEVER, give_back
            ).value.report
        finally:
            transport.close()

    def measure(
        self, pupil: PupilId, visit_id: VisitId, height: str, base: tuple[RevId, ...] = ()
    ) -> Revision:
        """Save the growth of a pupil on a visit."""
        part = Part(growth_body(height), Where(pupil, visit_id), growth_id(pupil, visit_id), base)
        return record(self.desk, [part]).value.revisions[0]

    def leaves(self, record_id: RecordId) -> tuple[Revision, ...]:
        with self.desk.vault.read() as reader:
            head = reader.head(record_id)
        return head.leaves if head else ()

    def close(self) -> None:
        self.desk.close()


def growth_id(pupil: PupilId, visit_id: VisitId) -> RecordId:
    return exam_id("growth", contact_id(pupil, ContactMoment.LO4, 2026), visit_id)


class RealParty:
    """One centre with one visit, and whoever enrols."""

    def __init__(self, folder: Path, *, pupils: int = 4) -> None:
        self.folder = folder
        self.built: BuiltCentre = build(embedded_place(folder), pupils=pupils)
        self.running: RunningCentre = serve.start(self.built.centre)
        self.laptops: list[RealLaptop] = []

    def laptop(self, name: str, user: StaffId | None = None) -> RealLaptop:
        user = user or self.built.nurse
        clock = SetClock(self.built.clock.now() + timedelta(seconds=len(self.laptops)))
        program = program_at(self.folder / name, clock)
        code = office.new_enrolment_code(self.built.centre, name, [user])
        program.enrol(self.running.url, code, {user: PASSPHRASE})
        made = RealLaptop(program, user)
        self.laptops.append(made)
        return made

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.close()
        self.running.stop()
        self.built.centre.close()


class CuttingProxy:
    """Passes bytes between a laptop and the centre, and tears both ends after `limit` of them."""

    def __init__(self, target: str) -> None:
        self._target = ("127.0.0.1", int(target.rpartition(":")[2]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.limit: int | None = None
        self.passed = 0
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                laptop, _ = self._listener.accept()
            except OSError:
                return
            centre = socket.create_connection(self._target)
            for ends in ((laptop, centre), (centre, laptop)):
                thread = threading.Thread(target=self._pass, args=ends)
                self._threads.append(thread)
                thread.start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(4096):
                with self._lock:
                    room = len(piece)
                    if self.limit is not None:
                        room = max(0, min(room, self.limit - self.passed))
                    self.passed += room
                target.sendall(piece[:room])
                if room < len(piece):
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def stop(self) -> None:
        """End; every connection must be over."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
