"""The map: whose outline holds which place, how lines run, and that the pages of routes say on it what they say in their list."""

import dataclasses
import datetime
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kg.settings import read
from web import atlas, create_app
from web.atlas import Spot, Stretch, Tint

EDGE = atlas.WIDTH


@pytest.fixture(scope="module")
def client(published_home: Path) -> Any:
    return create_app(dataclasses.replace(read({}), home=published_home)).test_client()


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return str(answer.get_data(as_text=True))


def holds(code: str, latitude: float, longitude: float) -> bool:
    """Whether a country's outline holds a point: a ray to the right crosses its edges an odd number of times."""
    x, y = atlas.place_of(latitude, longitude)
    inside = False
    for ring in atlas.world()["shapes"][code].split("M")[1:]:
        points = [tuple(map(float, point.split(","))) for point in ring.strip("Z").split("L")]
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "own", "other"),
    [
        ("Simferopol", 45.0, 34.1, "UKR", "RUS"),
        ("Dakhla's hinterland", 23.5, -15.0, "ESH", "MAR"),
        ("Pristina", 42.66, 21.16, "XKX", "SRB"),
        ("Taichung", 24.1, 120.9, "TWN", "CHN"),
        ("Hargeisa", 9.56, 44.06, "SOM", "ETH"),
        ("Kyrenia's hinterland", 35.25, 33.3, "CYP", "TUR"),
    ],
)
def test_contested_places_are_drawn_as_the_european_union_sees_them(place, latitude, longitude, own, other):
    assert holds(own, latitude, longitude), place
    assert not holds(other, latitude, longitude), place


def test_no_outline_stands_for_what_the_european_union_does_not_recognise(client):
    countries = client.application.extensions["reader"].current().countries
    drawn = atlas.world()["shapes"].keys() | atlas.world()["points"].keys()
    assert drawn <= countries.keys()


def test_every_state_and_every_end_of_a_leg_has_a_place(client):
    reading = client.application.extensions["reader"].current()
    states = {code for code, known in reading.countries.items() if known.state}
    ends = {
        end
        for row in reading.ask("route-legs", datetime.date(2026, 11, 24))
        for end in (row["from"][-3:], row["to"][-3:])
    }
    assert len(ends) > 50
    assert {code for code in states | ends if atlas.middle_of(code) is None} == set()


def test_a_country_with_lands_overseas_has_its_middle_at_home():
    x, y = atlas.middle_of("FRA") or (0, 0)
    assert atlas.place_of(51, -5)[0] < x < atlas.place_of(51, 9)[0]
    assert atlas.place_of(51, 0)[1] < y < atlas.place_of(42, 0)[1]


def test_a_line_over_the_edge_is_drawn_at_both_sides_and_shows_the_whole_world():
    found = atlas.picture({}, [Stretch((950, 100), (30, 120), "leg")])
    assert found
    [line] = found.lines
    assert [next(map(float, start.split(","))) for start in re.findall(r"M([^Q]+)Q", line.path)] == [950, -50]
    assert found.box[2] == EDGE


def test_lines_between_the_same_places_run_beside_each_other_and_none_stands_still():
    stretch = Stretch((500, 100), (600, 150), "leg")
    found = atlas.picture({}, [stretch, stretch, Stretch((500, 100), (500, 100), "leg")])
    assert found
    assert len({line.path for line in found.lines}) == len(found.lines) == 2


def test_a_zoomed_map_holds_what_is_marked_and_stays_on_the_sheet():
    spots = [Spot(*atlas.place_of(4.7, -74.1), "hub"), Spot(*atlas.place_of(51.3, 4.4), "hub")]
    found = atlas.picture({"COL": Tint("passed")}, spots=spots)
    assert found
    x, y, wide, high = found.box
    assert all(x < spot.x < x + wide and y < spot.y < y + high for spot in spots)
    assert 0 <= x <= EDGE - wide
    assert 0 <= y <= atlas.world()["height"] - high
    assert wide < EDGE
    small = atlas.picture({"LUX": Tint("reached")})
    assert small
    assert small.box[2] == atlas.SMALLEST
    assert [land.path for land in small.lands] == [""]  # too small for an outline: a dot
    assert small.dot < found.dot


def test_there_is_no_map_of_nothing_and_none_without_outlines(monkeypatch):
    assert atlas.picture({}) is None
    assert atlas.picture({"no-such": Tint("passed")}) is None
    monkeypatch.setattr(atlas, "world", dict)
    assert atlas.picture({"COL": Tint("passed")}) is None
    assert atlas.middle_of("COL") is None


def ways(html: str) -> list[tuple[str, str, str]]:
    """Address, class and group of every line on the map."""
    found = re.findall(r'<a href="([^"]+)" class="way (\w+)" tabindex="-1" data-group="([^"]+)">', html)
    return [(unescape(address), kind, group) for address, kind, group in found]


def test_the_map_has_every_leg_and_hub_of_the_list(client):
    html = page(client, "/routes?lang=en&commodity=cocaine")
    figure, after = html[html.index("<figure") : html.index("</figure")], html[html.index("</figure") :]
    legs = set(re.findall(r'href="(/routes/[^"]+#[^"]+)"', after))
    assert len(legs) > 100
    assert {address for address, _, _ in ways(html)} == {unescape(leg) for leg in legs}
    hubs = set(re.findall(r'href="(/hubs/[^"]+)"', after))
    assert len(hubs) > 30
    placed = set(re.findall(r'href="(/hubs/[^"]+)"', figure))
    assert placed <= hubs
    assert {address[6:11] for address in hubs - placed} == {"cotrb"}  # no coordinates are recorded
    assert 'not on the map: <a href="/hubs/cotrb' in html
    countries = set(re.findall(r'href="(/country/[^"]+)"', after))
    assert set(re.findall(r'href="(/country/[^"]+)"', figure)) <= countries


def test_the_weakest_leg_is_marked_on_the_map_and_in_the_list_and_leads_to_its_line(client):
    html = page(client, "/routes/coc-mar?lang=en")
    weak = {address for address, kind, _ in ways(html) if kind == "weak"}
    assert len(weak) == 1
    [line] = [row for row in re.findall(r"<tr id=[\s\S]*?</tr>", html) if "weakest leg</strong>" in row]
    address, anchor = weak.pop().split("#")
    assert line.startswith(f'<tr id="{anchor}"')
    assert f'id="{anchor}"' in page(client, address)


def test_a_commodity_narrows_map_and_list_and_is_kept_by_the_form(client):
    html = page(client, "/routes?lang=en&commodity=heroin&matter=extradition")
    routes = set(re.findall(r'<tr data-lights="([^"]+)"', html))
    assert 0 < len(routes) < len(set(re.findall(r'<tr data-lights="([^"]+)"', page(client, "/routes"))))
    assert {group for _, _, group in ways(html)} <= routes
    assert '<input type="hidden" name="commodity" value="heroin">' in html
    assert client.get("/routes?commodity=tea").status_code == 400
    assert client.get("/routes/coc-mar?commodity=cocaine").status_code == 400


@pytest.mark.parametrize(("language", "words"), [("en", "imply no opinion"), ("fr", "n'impliquent aucune opinion")])
def test_every_map_carries_its_disclaimer(client, language, words):
    for address in ("/routes", "/routes/coc-mar", "/hubs/beanr"):
        assert words in unescape(page(client, f"{address}?lang={language}"))
    assert 'id="maps"' in page(client, f"/about?lang={language}")


def test_a_page_is_kept_by_language_day_and_matter(client):
    first = page(client, "/routes/coc-mar?lang=en")
    assert page(client, "/routes/coc-mar?lang=en") == first
    assert "Tronçons" in page(client, "/routes/coc-mar?lang=fr")
    assert "2012-01-01" in page(client, "/routes/coc-mar?lang=en&day=2012-01-01")
    assert page(client, "/routes/coc-mar?lang=en&matter=extradition") != first
    for language, words in (("fr", "Tronçons"), ("en", "Legs")):
        answer = client.get("/routes/coc-mar", headers={"Accept-Language": language})
        assert words in answer.get_data(as_text=True)


def test_a_page_without_outlines_is_its_list(client, monkeypatch):
    monkeypatch.setattr(atlas, "world", dict)
    anew = client.application.test_client()
    anew.set_cookie("made", "anew")  # a reader with a cookie gets no page that is kept
    html = page(anew, "/routes?lang=en")
    assert "<figure" not in html
    assert html.count("<tr data-lights=") > 50
