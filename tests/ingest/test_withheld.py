"""A month that its own force holds back counts nowhere, whatever its figures look like, until the force lets it go."""

import pytest

from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Withheld
from geo.supply import Kind, SupplyState
from ingest.build import inputs_digest
from ingest.judge import accept
from ingest.workspace import staged_manifest

MONTH = Month(2024, 3)
HELD = Withheld(force="testshire", month=MONTH, kind=Kind.STREET, note="Two stations are missing.")


def test_it_is_partial_says_why_and_is_counted_nowhere(loaded: DataFolder) -> None:
    staged = staged_manifest(loaded)
    held = staged.changed(withheld=(HELD,))
    assert (staged.state(*HELD.key), held.state(*HELD.key)) == (SupplyState.SUPPLIED, SupplyState.PARTIAL)
    assert held.note(*HELD.key) == "Two stations are missing."
    counted, without = ([one.key for one in these.counted(Kind.STREET)] for these in (staged, held))
    assert (HELD.key in counted, [key for key in counted if key != HELD.key]) == (True, without)
    assert held.state("testshire", MONTH, Kind.STOPS) is SupplyState.SUPPLIED


def test_it_has_to_be_built_in(loaded: DataFolder) -> None:
    staged = staged_manifest(loaded)
    other = HELD.changed(note="Another reason.")
    assert len({inputs_digest(staged.changed(withheld=one)) for one in ((), (HELD,), (other,))}) == 3


def test_nobody_but_the_force_can_let_it_go(loaded: DataFolder) -> None:
    with pytest.raises(LookupError, match="it alone can let that go"):
        accept(staged_manifest(loaded).changed(withheld=(HELD,)), *HELD.key, "We think it is whole.")


def test_a_month_of_which_no_file_is_held_stays_not_held(loaded: DataFolder) -> None:
    nothing = HELD.changed(month=Month(2024, 4))
    assert staged_manifest(loaded).changed(withheld=(nothing,)).state(*nothing.key) is SupplyState.NOT_HELD
