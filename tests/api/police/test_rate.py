"""The leaky bucket: fifteen requests a second, thirty at once, from one address, all workers of a server together."""

import subprocess
import sys

import pytest

from api.police.rate import LeakyBuckets, whole_seconds


class Clock:
    """A clock that a test winds."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def poured(buckets, n, address="192.0.2.1"):
    return [buckets.pour(address) == 0 for _ in range(n)].count(True)


def test_thirty_go_in_at_once_and_the_next_waits_for_one_to_leak(clock):
    buckets = LeakyBuckets(15, 30, clock=clock)
    assert poured(buckets, 100) == 30
    assert buckets.pour("192.0.2.1") == pytest.approx(1 / 15)
    clock.now += 1 / 15
    assert poured(buckets, 5) == 1


def test_fifteen_leak_in_a_second(clock):
    buckets = LeakyBuckets(15, 30, clock=clock)
    poured(buckets, 30)
    clock.now += 1
    assert poured(buckets, 100) == 15
    clock.now += 60
    assert poured(buckets, 100) == 30


def test_fifteen_a_second_never_overflow(clock):
    buckets = LeakyBuckets(15, 30, clock=clock)
    for _ in range(300):
        assert poured(buckets, 1) == 1
        clock.now += 1 / 15


def test_each_address_has_its_own(clock):
    buckets = LeakyBuckets(15, 30, clock=clock)
    assert [poured(buckets, 40, f"192.0.2.{n}") for n in range(200)] == [30] * 200


def test_a_bucket_that_is_in_use_is_not_given_away_to_newcomers(clock):
    buckets = LeakyBuckets(15, 30, clock=clock)
    poured(buckets, 30)
    for n in range(5000):
        buckets.pour(f"2001:db8::{n:x}")
    assert poured(buckets, 1) == 0


def test_processes_share_one_file(clock, tmp_path):
    path = tmp_path / "rate"
    assert poured(LeakyBuckets(0.001, 30, path), 10) == 10  # nothing leaks while the others start
    ask = (
        "from pathlib import Path; from api.police.rate import LeakyBuckets; "
        f"b = LeakyBuckets(0.001, 30, Path({str(path)!r})); "
        "print([b.pour('192.0.2.1') == 0 for _ in range(40)].count(True))"
    )
    told = [subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True) for _ in range(2)]
    assert [int(each.stdout) for each in told] == [20, 0]


def test_a_clock_that_began_anew_shuts_nobody_out(clock, tmp_path):
    assert poured(LeakyBuckets(15, 30, tmp_path / "rate", clock), 30) == 30
    clock.now = 1.0
    assert poured(LeakyBuckets(15, 30, tmp_path / "rate", clock), 1) == 1


def test_a_link_in_a_shared_folder_is_not_followed(tmp_path):
    (tmp_path / "rate").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        LeakyBuckets(15, 30, tmp_path / "rate")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(("wait_s", "said"), [(0.01, 1), (1.0, 1), (1.2, 2)])
def test_retry_after_is_in_whole_seconds(wait_s, said):
    assert whole_seconds(wait_s) == said


def test_too_fast_is_429_with_retry_after_whatever_the_method(calling):
    with calling(rate_per_s=0.01, rate_burst=3) as call:
        answers = [call("crime-last-updated") for _ in range(5)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].body == b""
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 100
        assert call("forces").status == 429  # one bucket for all methods


def test_an_address_is_what_a_trusted_proxy_says_it_is(calling):
    with calling(rate_per_s=0.01, rate_burst=1) as call:
        seen = [call("crime-last-updated", headers={"x-forwarded-for": f"192.0.2.{n}"}).status for n in (1, 2, 1)]
        assert seen == [200, 200, 429]


def test_it_can_be_switched_off(calling):
    with calling(rate_per_s=0) as call:
        assert {call("crime-last-updated").status for _ in range(60)} == {200}
