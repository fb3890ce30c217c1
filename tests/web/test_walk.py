"""The walk of docs/accessibility.md, taken in Chromium's accessibility tree."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WALKS = (Path(__file__).parents[2] / "docs" / "accessibility.md").read_text(encoding="utf-8")
ADDRESSES = {
    "/": "/",
    "/area/{postcode}": "/area/ZZ1-1AA",
    "/area/{postcode}/crime": "/area/ZZ1-1AA/crime",
    "/area/{postcode}/change": "/area/ZZ1-1AA/change",
    "/neighbourhood/{force}/{id}": "/neighbourhood/testshire/T1",
    "/neighbourhood/{force}/{id}/team": "/neighbourhood/testshire/T1/team",
    "/neighbourhood/{force}/{id}/ask": "/neighbourhood/testshire/T1/ask",
    "/guarantee/{force}": "/guarantee/testshire",
    "/neighbourhood/{force}/{id}/change": "/neighbourhood/testshire/T1/change",
    "/neighbourhood/{force}/{id}/outcomes": "/neighbourhood/testshire/T1/outcomes",
    "/neighbourhood/{force}/{id}/stops": "/neighbourhood/testshire/T1/stops",
    "/help/{force}": "/help/testshire",
    "/find": "/find",
    "/forces": "/forces",
    "/forces/{force}": "/forces/testshire",
    "/about": "/about",
    "/feedback": "/feedback",
    "/embed/{force}/{id}": "/embed/testshire/T1",
}
NAMED = {"button", "combobox", "textbox", "searchbox", "radio", "checkbox", "table", "image", "link", "region"}


def walk(page: Page) -> list[tuple[str, int, str]]:
    """Role, level of a heading (else 0) and name of everything in the tree, in the order in which it is read."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    read, waiting = [], [nodes[0]["nodeId"]]
    while waiting:
        node = by_id[waiting.pop()]
        waiting.extend(child for child in reversed(node.get("childIds", [])) if child in by_id)
        if not node["ignored"]:
            levels = [one["value"]["value"] for one in node.get("properties", []) if one["name"] == "level"]
            name = re.sub(r"\s+", " ", node.get("name", {}).get("value", "")).strip()
            read.append((node["role"]["value"], int(levels[0]) if levels else 0, name))
    return read


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize("path", ADDRESSES.values())
def test_a_page_has_its_landmarks_a_heading_no_gap_between_levels_and_a_name_for_everything(
    page: Page, places_address: str, path: str, prefix: str
) -> None:
    page.goto(places_address + prefix + path)
    read = walk(page)
    roles = [role for role, _, _ in read]
    assert [roles.count(landmark) for landmark in ("banner", "main", "contentinfo")] == [1, 1, 1]
    levels = [level for role, level, _ in read if role == "heading"]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [one for one in read if one[0] in NAMED and not one[2]] == []


@pytest.mark.parametrize("kind", ADDRESSES)
def test_what_the_walk_quotes_is_met_in_that_order(page: Page, places_address: str, kind: str) -> None:
    told = re.search(rf"^## {re.escape(kind)}\n(.*?)(?=^## |\Z)", WALKS, re.MULTILINE | re.DOTALL)
    assert told is not None, "every type of page has its walk"
    page.goto(places_address + ADDRESSES[kind])
    names = iter([name for _, _, name in walk(page)])
    missed = [quoted for quoted in re.findall("“([^”]+)”", told[1]) if not any(quoted in name for name in names)]
    assert missed == []


def test_every_page_with_a_walk_is_walked() -> None:
    assert re.findall(r"^## (.*)$", WALKS, re.MULTILINE) == list(ADDRESSES)
