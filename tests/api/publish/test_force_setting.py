"""A force's settings: one version after another, told when somebody was faster, audited, and seen by every page."""

import pytest

from api.publish import audit, force_setting
from api.publish.database import Updates
from api.publish.force_setting import Setting, SettingChanged
from api.publish.item.record import MayNot
from api.publish.policy import COMMAND, Access, Actor, Role, Where

WEB = Actor("account", "1", "Web", (Access(Role.FORCE_ADMINISTRATOR, Where("kent")),))
EDITOR = Actor("account", "2", "Ed", (Access(Role.FORCE_EDITOR, Where("kent")),))


@pytest.fixture
def made(updates: Updates) -> Updates:
    updates.bring_up_to_date()
    return updates


def test_a_setting_has_a_version_that_rises_and_says_who_changed_it(made: Updates) -> None:
    with made.writing() as connection:
        first = force_setting.write(connection, WEB, "kent", Setting.QUESTIONS, value=True, seen=0)
        second = force_setting.write(connection, COMMAND, "kent", Setting.QUESTIONS, value=False, seen=1)
    assert (first.version, second.version, second.changed_by) == (1, 2, "command line")
    with made.reading() as connection:
        held = force_setting.read(connection, "kent")
        assert force_setting.is_on(connection, "kent", Setting.QUESTIONS) is False
    assert (held[Setting.QUESTIONS].value, held[Setting.BANNER].version, len(held)) == (False, 0, 8)


def test_whoever_saw_an_older_version_is_told_and_nothing_is_written(made: Updates) -> None:
    with made.writing() as connection:
        force_setting.write(connection, WEB, "kent", Setting.ALIASES, ["old"], seen=0)
    with pytest.raises(SettingChanged) as caught, made.writing() as connection:
        force_setting.write(connection, COMMAND, "kent", Setting.ALIASES, ["other"], seen=0)
    assert (caught.value.held.value, caught.value.held.changed_by) == (["old"], "Web")
    with made.reading() as connection:
        assert force_setting.every(connection)["kent"][Setting.ALIASES].value == ["old"]


def test_before_and_after_are_in_the_audit_and_the_same_again_is_nothing(made: Updates) -> None:
    with made.writing() as connection:
        for value, seen in ((["a"], 0), (["b"], 1), (["b"], 2)):
            force_setting.write(connection, WEB, "kent", Setting.ALIASES, value, seen)
    with made.reading() as connection:
        rows = audit.audit_of(connection, Where("kent"))
    assert [(row.deed, row.kind, row.item, row.before, row.after) for row in rows] == [
        ("set", "setting", "aliases", {"value": ["a"]}, {"value": ["b"]}),
        ("set", "setting", "aliases", None, {"value": ["a"]}),
    ]


def test_every_change_raises_the_revision_of_the_force(made: Updates) -> None:
    seen = []
    for version, value in enumerate((True, False, True)):
        with made.writing() as connection:
            force_setting.write(connection, WEB, "kent", Setting.SECOND_EYES, value, version)
            seen.append(force_setting.revision(connection))
    assert (len(set(seen)), seen == sorted(seen)) == (3, True)


@pytest.mark.parametrize("force_id", ["kent", "essex"])
def test_nobody_sets_anything_without_the_right_to_that_force(made: Updates, force_id: str) -> None:
    actor = EDITOR if force_id == "kent" else WEB
    with pytest.raises(MayNot), made.writing() as connection:
        force_setting.write(connection, actor, force_id, Setting.BANNER, {"text": "x"}, 0)
    with made.reading() as connection:
        assert force_setting.every(connection) == {}
