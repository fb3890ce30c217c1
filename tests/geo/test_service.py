"""The catalogue of services: whole, dialable, and without a word that gives somebody away."""

import re
from dataclasses import fields
from urllib.parse import urlsplit

import pytest

from geo.force import uk_forces
from geo.service import Service, ServiceGroup, services, services_in

NATIONS = {"england", "wales", "northern-ireland", "invented"}
GIVES_AWAY = re.compile(r"abuse|domestic|violen|rape|sexual|assault|suicid|camdrin|trais", re.IGNORECASE)


@pytest.mark.parametrize("service", services(), ids=lambda one: one.id)
def test_a_service_can_be_reached(service: Service) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", service.id)
    assert set(service.nations) <= NATIONS
    assert service.nations
    assert urlsplit(service.url).scheme == "https"
    assert service.number is None or re.fullmatch(r"0\d{7,10}|116123", service.number)
    assert isinstance(service.sensitive, bool)
    for field in fields(service):
        value = getattr(service, field.name)
        assert not isinstance(value, str) or value == value.strip() != "", field.name


def test_ids_are_unique() -> None:
    assert len({one.id for one in services()}) == len(services())


@pytest.mark.parametrize("service", [one for one in services() if one.sensitive], ids=lambda one: one.id)
def test_what_is_sensitive_gives_nothing_away(service: Service) -> None:
    assert not GIVES_AWAY.search(" ".join((service.id, service.title, service.text or "", *service.named("cy"))))


@pytest.mark.parametrize("nation", sorted({one.nation for one in uk_forces() if one.territorial} | {"invented"}))
def test_residents_of_every_nation_are_answered_in_every_group(nation: str) -> None:
    found = services_in(nation)
    assert list(found) == list(ServiceGroup)
    titles = [one.title for those in found.values() for one in those]
    assert len(titles) == len(set(titles)), "two answers to one question"


def test_a_service_is_named_in_welsh_where_it_has_a_welsh_name() -> None:
    named = {one.id: one.named("cy") for one in services_in("wales")[ServiceGroup.OTHER]}
    assert named["environment-wales"] == ("Cyfoeth Naturiol Cymru", "cy")
    assert named["animals"] == ("RSPCA", "en")
