"""Streets of any circle, and what the railway's police recorded among them."""

import numpy as np
import pytest

from api.queries.street import Railway, streets_on
from geo.category import category_of
from geo.latlng import MILE_M
from geo.month import Month
from geo.postcode import Postcode
from geo.store.release import Release

NOVEMBER = Month(2025, 11)


@pytest.fixture
def release(county):
    county.release("r1")
    return Release.open(county.folder, "r1")


@pytest.fixture
def near(release):
    position = release.postcodes.find(Postcode.parse("ZZ1 1AA")).position
    return release.snap_register.within(position, MILE_M)


def test_streets_add_up_to_what_was_recorded(release, near):
    found = streets_on(release, release.counts(NOVEMBER), near)
    assert found.n == sum(found.by_category.values()) == 10
    assert [street.n for street in found.streets] == [5, 5]


def test_the_railways_crimes_are_counted_left_out_or_counted_alone(release, near):
    n = {way: streets_on(release, release.counts(NOVEMBER), near, railway=way).n for way in Railway}
    assert n == {Railway.WITH: 10, Railway.WITHOUT: 7, Railway.ONLY: 3}


def test_a_category_counts_streets_and_leaves_the_others_in_the_list_of_categories(release, near):
    whole = streets_on(release, release.counts(NOVEMBER), near)
    category, n = next(iter(whole.by_category.items()))
    found = streets_on(release, release.counts(NOVEMBER), near, category)
    assert (found.n, found.by_category) == (n, whole.by_category)
    assert streets_on(release, release.counts(NOVEMBER), np.empty(0, np.int64), category_of("robbery")).streets == ()
