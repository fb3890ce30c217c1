"""What a force says of months: shown beside their figures, told to programs, and held back with the next release."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from geo.month import Month
from geo.store.layout import DataFolder
from geo.supply import Kind
from web.staff.corner.month import _months
from yourarea.hold_job import withheld_by_forces

MANAGE = "/force/testshire/manage"
NOTES, HELD = f"{MANAGE}/data-notes", f"{MANAGE}/held-months"
PAGE = "/neighbourhood/testshire/T1"
TYPED = {
    "version": "0", "month": "2024-03", "kind": "street",
    "text": "Two <stations> are missing.", "text_cy": "Mae dwy orsaf ar goll.",
}  # fmt: skip


def covered(reader: TestClient, kind: str = "street") -> Any:
    (row,) = reader.get(f"/v1/coverage?force=testshire&month=2024-03&kind={kind}").json()["coverage"]
    return row


def test_a_note_stands_beside_the_figures_of_its_month(web: Any, reader: TestClient) -> None:
    before = reader.get("/v1/coverage").headers["etag"]
    assert web.post(NOTES, TYPED).status_code == 303
    for page in (PAGE, f"{PAGE}/crime", "/about", "/embed/testshire/T1"):
        assert "Two &lt;stations&gt; are missing." in reader.get(page).text, page
        assert "Mae dwy orsaf ar goll." in reader.get(f"/cy{page}").text, page
    assert "stations" not in reader.get(f"{PAGE}/stops").text
    row = covered(reader)
    assert (row["force_note"], row["force_note_cy"], row["taken_back"], row["state"]) == (
        "Two <stations> are missing.", "Mae dwy orsaf ar goll.", False, "supplied",
    )  # fmt: skip
    assert reader.get("/v1/coverage", headers={"If-None-Match": before}).status_code == 200


def test_a_note_on_stops_stands_with_the_stops(web: Any, reader: TestClient) -> None:
    web.post(NOTES, {**TYPED, "kind": "stops"})
    assert "are missing" in reader.get(f"{PAGE}/stops").text
    assert ("stations" in reader.get(PAGE).text, covered(reader)["force_note"]) == (False, None)


def test_another_on_the_same_month_takes_its_place_and_it_can_be_removed(web: Any, reader: TestClient) -> None:
    web.post(NOTES, TYPED)
    web.post(NOTES, {**TYPED, "version": "1", "text": "One station is missing."})
    web.post(NOTES, {**TYPED, "version": "2", "month": "2024-02"})
    text = web.get(NOTES).text
    assert (text.count("Remove this note"), "One station is missing." in text) == (2, True)
    assert web.post(NOTES, {"version": "3", "remove": "2024-03/street"}).status_code == 303
    assert "station is missing" not in reader.get(PAGE).text
    assert web.get(NOTES).text.count("Remove this note") == 1


@pytest.mark.parametrize("page", [NOTES, HELD])
@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("month", "", "Enter a month, such as 2026-11"),
        ("kind", "rumours", "Choose one of"),
        ("text", "", "Enter this"),
        ("text_cy", "x" * 501, "Use 500 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(web: Any, page: str, field: str, value: str, fault: str) -> None:
    answer = web.post(page, {**TYPED, field: value})
    assert (answer.status_code, fault in answer.text, f'href="#{field}"' in answer.text) == (400, True, True)
    assert "orsaf" in answer.text or field == "text_cy"


def test_a_month_that_is_held_back_is_known_to_the_operator_too(web: Any, folder: DataFolder) -> None:
    assert "cannot be called back" in web.get(HELD).text
    web.post(HELD, {**TYPED, "month": "2024-05"})
    assert "No figures are held yet" in web.get(HELD).text
    (one,) = withheld_by_forces(folder)
    assert (one.key, one.note) == (("testshire", Month(2024, 5), Kind.STREET), "Two <stations> are missing.")


def test_months_between_those_that_are_held_and_two_after_can_be_spoken_of() -> None:
    found = _months([Month(2025, 11), Month(2026, 2)])
    assert [str(one) for one in found] == ["2026-04", "2026-03", "2026-02", "2026-01", "2025-12", "2025-11"]
    assert _months([]) == []
