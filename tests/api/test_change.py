"""Is that a lot, is it changing: asked of an invented force of forty square neighbourhoods and two years of crimes."""

import json
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.queries.change import ChangeAnswer, change_in, change_near
from api.queries.compared import compared_neighbourhood
from api.queries.level import LevelAnswer, level_on
from api.queries.similar import similar_to
from geo.category import category_of
from geo.errors import UnknownNeighbourhood, UnknownPostcode
from geo.month import Month, months_between
from geo.neighbourhood import NeighbourhoodRef
from geo.postcode import Postcode
from geo.statistics.rate import NoRate
from geo.statistics.series import LeftOut
from geo.statistics.verdict import Verdict
from geo.store.layout import DataFolder
from geo.store.population import Measure
from geo.store.release import Release
from geo.supply import SupplyState
from ingest.boundary import load_boundaries, load_force_areas
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.people import with_people
from ingest.population import load_population
from ingest.reference import load_postcodes, load_register
from ingest.release import release_id_of
from ingest.tally import with_tally
from ingest.workspace import replace_file, workspace

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
MONTHS = list(months_between(Month(2024, 1), Month(2025, 12)))
YEAR_TWO = Month(2025, 1)
NOT_SUPPLIED = Month(2025, 6)
AREAS = 40
DOUBLED, ALOT, VISITED, EMPTY = 7, 12, 20, 33
BURGLARY, DAMAGE, ASB, ROBBERY = "Burglary", "Criminal damage and arson", "Anti-social behaviour", "Robbery"


@dataclass(frozen=True)
class Shire:
    """Invents the files of a force whose neighbourhoods A00 to A39 stand in rows of eight, two kilometres apart."""

    folder: Path
    without: set[Month] = field(default_factory=set)

    def place(self, area: int) -> tuple[float, float]:
        row, column = divmod(area, 8)
        return 54 + row * 0.02, 1 + column * 0.03

    def crimes(self, area: int, month: Month) -> Iterator[str]:
        """By a fixed rule, so that a year before holds as much: one a month more or less, by area and month."""
        if area == EMPTY:
            yield from [ROBBERY] * (month.month == 1)
            return
        more = (area * 7 + month.slot * 3) % 3
        yield from [ASB] * (6 + more) * (9 if area == ALOT else 1)
        yield from [BURGLARY] * (4 + more) * (3 if area == DOUBLED and month >= YEAR_TWO else 1)
        yield from [DAMAGE] * (5 + more)
        if area % 10 == 0 and month.month == 3:
            yield ROBBERY

    def write(self) -> None:
        for month in (one for one in MONTHS if one not in self.without):
            for force, name in (("testshire", "Testshire Police"), ("elsewhere", "Elsewhere Constabulary")):
                path = self.folder / "crimes" / str(month) / f"{month}-{force}-street.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                rows = list(self._rows(month, name)) if force == "testshire" else list(self._others(month, name))
                path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        features = [self._feature(area) for area in range(AREAS)]
        (self.folder / "testshire.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        (self.folder / "force").mkdir()
        ring = [(0.9, 53.9), (1.4, 53.9), (1.4, 54.2), (0.9, 54.2), (0.9, 53.9)]
        outline = {"type": "Polygon", "coordinates": [ring]}
        whole = {"type": "Feature", "properties": {"id": "testshire"}, "geometry": outline}
        (self.folder / "force" / "testshire.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [whole]})
        )
        codes = "".join(
            f"ZZ1 {n // 20 + 1}A{'ABDEFGHJLNPQRSTUWXYZ'[n % 20]},,,,1,{lat},{lng}\n" for n, (lat, lng) in self._each()
        )
        (self.folder / "onspd.csv").write_text("pcds,doterm,oseast1m,osnrth1m,osgrdind,lat,long\n" + codes)
        self._people("residents.csv", "Residence type: Total; measures: Value", lambda area: 1_500 + 10 * area)
        self._people("workday.csv", "Workday population: All", lambda area: 9_000 if area == VISITED else 1_000)

    def _each(self) -> Iterator[tuple[int, tuple[float, float]]]:
        return ((area, self.place(area)) for area in range(AREAS))

    def _rows(self, month: Month, name: str) -> Iterator[str]:
        for area, (lat, lng) in self._each():
            where = f"{lng},{lat},On or near Street {area},E019990{area:02d},Testham {area:03d}A"
            yield from (f",{month},{name},{name},{where},{one},," for one in self.crimes(area, month))
        yield from [f",{month},{name},{name},,,No Location,,,{BURGLARY},,"] * 10

    def _others(self, month: Month, name: str) -> Iterator[str]:
        """Another force's crimes in A00, in the first year only: nothing of them is a change of Testshire's."""
        lat, lng = self.place(0)
        where = f"{lng},{lat},On or near Street 0,E01999000,Testham 000A"
        yield from [f",{month},{name},{name},{where},{BURGLARY},,"] * (30 if month < YEAR_TWO else 15)

    def _feature(self, area: int) -> dict[str, object]:
        lat, lng = self.place(area)
        ring = [(lng + dx * 0.014, lat + dy * 0.009) for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        properties = {"force": "testshire", "id": f"A{area:02d}", "name": f"Area {area:02d}"}
        return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    def _people(self, name: str, column: str, people) -> None:  # type: ignore[no-untyped-def]
        rows = "".join(f"2021,x,E019990{area:02d},{people(area)}\n" for area in range(AREAS))
        (self.folder / name).write_text(f"date,geography,geography code,{column}\n{rows}")


def opened(
    shire: Shire, register: Path, executor: Executor, *, people: bool = True, boundaries: bool = True
) -> Release:
    shire.write()
    folder = DataFolder(shire.folder / "data")
    with workspace(folder) as work:
        forces = load_register(work, register)
        if boundaries:
            load_boundaries(work, shire.folder / "testshire.geojson", Month(2024, 1), forces, {})
        else:
            load_force_areas(work, shire.folder / "force", forces)
        load_postcodes(work, [shire.folder / "onspd.csv"])
        if people:
            load_population(work, shire.folder / "residents.csv", Measure.RESIDENTS, "a count of Testshire")
            load_population(work, shire.folder / "workday.csv", Measure.WORKDAY)
        load(work, LoadOrder([shire.folder / "crimes"]), forces, executor, lambda _: None)
        manifest = with_people(work, build(work, forces, lambda _: None))
        manifest = with_tally(work, manifest, forces)
        release_id = release_id_of(manifest)
        text = manifest.changed(release_id=release_id).to_json()
        replace_file(folder.release(release_id), text.encode())
    return Release.open(folder, release_id)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, testshire: Path, executor: Executor) -> Release:
    shire = Shire(tmp_path_factory.mktemp("shire"), {NOT_SUPPLIED})
    return opened(shire, testshire / "forces.json", executor)


def ref(area: int) -> NeighbourhoodRef:
    return NeighbourhoodRef("testshire", f"A{area:02d}")


def level(release: Release, area: int) -> LevelAnswer:
    return level_on(release, compared_neighbourhood(release, ref(area)))


def verdicts(answer: ChangeAnswer) -> dict[str, Verdict]:
    return {one.category.name if one.category else "all": one.verdict for one in answer.changes}


def test_months_are_compared_in_pairs_and_what_is_left_out_is_said(release: Release) -> None:
    window = change_in(release, ref(0)).window
    assert window is not None
    assert (window.after[0], window.after[-1], len(window.after)) == (Month(2025, 1), Month(2025, 12), 11)
    assert window.left_out == ((NOT_SUPPLIED, LeftOut.NOT_SUPPLIED),)


def test_a_burglary_trebled_is_said_and_nothing_else_is(release: Release) -> None:
    answer = change_in(release, ref(DOUBLED))
    said = verdicts(answer)
    assert said["Burglary"] is Verdict.HIGHER
    assert said["Criminal damage and arson"] is said["Anti-social behaviour"] is Verdict.NO_CLEAR_CHANGE
    burglary = next(one for one in answer.changes if one.category == category_of("burglary"))
    assert burglary.own.after == 3 * burglary.own.before
    assert burglary.own.interval.lower > 2
    assert burglary.rest is not None
    assert burglary.rest_verdict is Verdict.HIGHER


def test_elsewhere_no_sentence_claims_a_change(release: Release) -> None:
    said = [
        word for area in range(AREAS) if area != DOUBLED for word in verdicts(change_in(release, ref(area))).values()
    ]
    assert set(said) == {Verdict.NO_CLEAR_CHANGE, Verdict.TOO_FEW}


def test_another_forces_crimes_are_no_change_of_a_neighbourhood(release: Release) -> None:
    """In A00 another force recorded 30 burglaries a month, and then 15."""
    burglary = next(one for one in change_in(release, ref(0)).changes if one.category == category_of("burglary"))
    assert burglary.own.before == burglary.own.after == sum((4 + month.slot * 3 % 3) for month in MONTHS[:11])


def test_few_crimes_are_too_few_to_compare(release: Release) -> None:
    assert verdicts(change_in(release, ref(10)))["Robbery"] is Verdict.TOO_FEW
    assert set(verdicts(change_in(release, ref(EMPTY))).values()) == {Verdict.TOO_FEW}


def test_the_trend_has_every_month_and_gaps_are_gaps(release: Release) -> None:
    trend = change_in(release, ref(0), category_of("burglary")).trend
    assert [one.month for one in trend] == MONTHS
    gap = trend[MONTHS.index(NOT_SUPPLIED)]
    assert (gap.n, gap.state) == (None, SupplyState.NOT_HELD)
    assert all(one.n in (4, 5, 6) for one in trend if one is not gap)


def test_the_share_without_a_place_is_said(release: Release) -> None:
    answer = change_in(release, ref(0))
    assert answer.unplaced_share == pytest.approx(10 / 820, rel=0.15)
    assert [str(one) for one in answer.published] == ["2025-12"]


def test_a_circle_is_compared_by_the_same_rule(release: Release) -> None:
    answer = change_near(release, Postcode.parse("ZZ1 1AJ"))  # the eighth postcode, in A07
    assert answer.ground.circle
    assert verdicts(answer)["Burglary"] is Verdict.HIGHER


def test_what_is_not_held_is_not_answered(release: Release) -> None:
    with pytest.raises(UnknownNeighbourhood):
        change_in(release, NeighbourhoodRef("testshire", "A99"))
    with pytest.raises(UnknownPostcode):
        change_near(release, Postcode.parse("ZZ9 9ZZ"))


def test_crimes_are_divided_by_residents_and_set_against_the_force_and_similar_areas(release: Release) -> None:
    answer = level(release, ALOT)
    asb = next(one for one in answer.levels if one.category == category_of("anti-social-behaviour"))
    assert (answer.why_no_rate, answer.titles["residents"]) == (None, "a count of Testshire")
    assert asb.rate.people == pytest.approx(1_500 + 10 * ALOT)
    assert asb.rate.months == len(answer.months) == 11
    assert answer.similar_months == answer.months
    assert asb.in_force is not None
    assert asb.among_similar is not None
    assert asb.in_force.verdict is asb.among_similar.verdict is Verdict.HIGHER
    burglary = next(one for one in answer.levels if one.category == category_of("burglary"))
    assert burglary.in_force is not None
    assert burglary.in_force.verdict is Verdict.AS_EXPECTED


def test_where_far_more_come_than_live_there_is_no_rate_and_nobody_is_similar_to_it(release: Release) -> None:
    answer = level(release, VISITED)
    assert (answer.why_no_rate, answer.levels, answer.similar) == (NoRate.VISITED, (), ())
    for area in range(AREAS):
        assert f"A{VISITED:02d}" not in {one.neighbourhood.ref.id for one in similar_to(release, area).areas}


def test_similar_areas_are_fifteen_to_thirty_alike_in_who_lives_there_whatever_their_crime(release: Release) -> None:
    similar = similar_to(release, ALOT).areas
    assert 15 <= len(similar) <= 30
    assert [one.neighbourhood.name for one in similar] == sorted(one.neighbourhood.name for one in similar)
    assert ALOT not in {one.index for one in similar}
    assert {10, 11, 13, 14} <= {one.index for one in similar}
    assert similar == similar_to(release, ALOT).areas
    assert EMPTY in {
        one.index for one in similar_to(release, EMPTY - 1).areas
    }  # next to no crime, and as similar as any


def test_without_populations_there_are_counts_and_the_reason(
    tmp_path: Path, testshire: Path, executor: Executor
) -> None:
    release = opened(Shire(tmp_path), testshire / "forces.json", executor, people=False)
    answer = level(release, 3)
    assert (answer.why_no_rate, answer.levels, answer.similar) == (NoRate.NO_POPULATION, (), ())
    assert verdicts(change_in(release, ref(DOUBLED)))["Burglary"] is Verdict.HIGHER
    assert similar_to(release, 3).areas == ()


def test_a_year_alone_is_not_compared_and_its_level_is(tmp_path: Path, testshire: Path, executor: Executor) -> None:
    release = opened(Shire(tmp_path, set(MONTHS[:12])), testshire / "forces.json", executor)
    answer = change_in(release, ref(3))
    assert answer.changes == ()
    assert answer.window is not None
    assert {why for _, why in answer.window.left_out} == {LeftOut.YEAR_BEFORE_NOT_SUPPLIED}
    assert len(level(release, 3).months) == 12


def test_of_a_force_without_neighbourhoods_cells_teach_how_much_areas_vary(
    tmp_path: Path, testshire: Path, executor: Executor
) -> None:
    shire = Shire(tmp_path, {NOT_SUPPLIED})
    release = opened(shire, testshire / "forces.json", executor, boundaries=False)
    answer = change_near(release, Postcode.parse("ZZ1 1AJ"))
    burglary = next(one for one in answer.changes if one.category == category_of("burglary"))
    assert burglary.own.spread is not None
    assert burglary.own.spread.units > 30
    assert burglary.verdict is Verdict.HIGHER


def test_building_again_makes_the_same_tally(
    release: Release, tmp_path: Path, testshire: Path, executor: Executor
) -> None:
    again = opened(Shire(tmp_path, {NOT_SUPPLIED}), testshire / "forces.json", executor)
    assert again.manifest.tally is not None
    assert release.manifest.tally is not None
    assert again.manifest.tally.sha256 == release.manifest.tally.sha256
