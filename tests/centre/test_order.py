"""The order of the centre: whoever has seen place n has seen every place below it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete

from clbdesk.centre import ledger, upkeep
from clbdesk.centre.schema import CENTRE_CLOCK
from clbdesk.errors import Defect

WRITERS = 16
BATCHES = 4
ROWS = 6


def test_a_puller_loses_nothing_under_sixteen_writers_at_once(built):
    laptops = [built.laptop(f"LAP-{n:02d}", built.nurse) for n in range(WRITERS)]
    reader = built.laptop("LAP-90", built.nurse)
    reader.take(built.visit_id)
    failures: list[BaseException] = []
    finished = threading.Event()

    def write(laptop):
        try:
            for _ in range(BATCHES):
                laptop.push(
                    *(
                        built.growth(laptop, n % 3, "130.1", record_id=laptop.ids.new())
                        for n in range(ROWS)
                    )
                )
        except BaseException as failure:
            failures.append(failure)
            raise

    def pull(cursor, seen):
        _, lines, footer = reader.pull(built.visit_id, cursor)
        seen.update(line.revision.rev_id for line in lines)
        return footer.cursor

    def read(seen):
        cursor = 0
        while not finished.is_set():
            cursor = pull(cursor, seen)
        pull(cursor, seen)

    seen: set[str] = set()
    threads = [threading.Thread(target=write, args=(laptop,)) for laptop in laptops]
    puller = threading.Thread(target=read, args=(seen,))
    puller.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finished.set()
    puller.join()
    assert failures == []
    _, everything, _ = reader.pull(built.visit_id, 0)
    assert {line.revision.rev_id for line in everything} == seen
    assert sum(line.revision.kind == "growth" for line in everything) == WRITERS * BATCHES * ROWS
    assert upkeep.verify(built.centre).is_sound


def test_the_same_batch_sent_twice_at_the_same_moment_is_entered_once(built):
    laptop = built.laptop("LAP-01", built.nurse)
    revisions = [built.growth(laptop, n, "130.1") for n in range(3)]
    answers = []

    def push(batch_id):
        answers.append(laptop.push(*revisions, batch_id=batch_id))

    threads = [threading.Thread(target=push, args=(f"batch-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert all(one == answers[0] for one in answers)
    assert upkeep.verify(built.centre).is_sound


def test_a_centre_without_its_counter_takes_nothing_in(built):
    centre = built.centre
    with centre.store.writing() as tx:
        tx.execute(delete(CENTRE_CLOCK))
    with pytest.raises(Defect), centre.store.writing() as tx:
        ledger.bump(tx, centre.centre_id, 1)
