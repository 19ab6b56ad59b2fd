"""The derivation against the plain model: the made-up world on many days, and random small worlds."""

import csv
import datetime
import shutil
import tempfile
from pathlib import Path
from typing import Any

from conftest import ROOT, WORLD, derived, without_bounds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model import Model, Verdict

from kg import dates, queries
from kg.store import Store
from kg.vocab import local

DAYS = [
    "1957-12-31",
    "1962-12-12",
    "1967-08-20",
    "1973-01-01",
    "1991-11-27",
    "1998-12-31",
    "2000-07-02",
    "2000-07-03",
    "2002-01-31",
    "2002-02-01",
    "2003-09-28",
    "2003-09-29",
    "2004-09-10",
    "2006-03-11",
    "2010-01-31",
    "2010-02-01",
    "2010-12-31",
    "2011-01-01",
    "2012-02-29",
    "2012-03-01",
    "2013-06-30",
    "2013-07-01",
    "2014-08-22",
    "2015-05-31",
    "2015-06-01",
    "2017-04-30",
    "2017-05-01",
    "2020-01-31",
    "2020-02-01",
    "2020-02-28",
    "2020-02-29",
    "2026-06-01",
]
STALE_MONTHS = 24
POSITIONS = queries.find(ROOT / "queries" / "ask", "positions")
COUNTRIES = ["BEL", "FRA", "HRV", "GBR", "COL", "ALB"]
PRINTED = [
    "1990",
    "1995-06",
    "2000-01-15",
    "2004-05-01",
    "2010-02-28",
    "2013-06-30",
    "2013-07",
    "2020-01-31",
    "2020-02",
]
TYPES = [
    "bilateral-treaty",
    "multilateral-convention",
    "multilateral-convention",
    "mla-treaty",
    "operational-agreement",
]
STATES = ["in-force", "in-force", "in-force", "ended", "signed-not-in-force", "entry-not-seen"]
MATTERS = [
    "mla",
    "extradition",
    "transfer",
    "police",
    "police-data",
    "judicial-data",
    "e-evidence",
    "asset-recovery",
    "joint-investigation",
]
COMMON = {"source": "gazette", "checked": "2021-06-01", "checked_by": "a test", "confidence": "high"}

maybe = st.one_of(st.just(""), st.sampled_from(PRINTED))


def verdicts(store: Store, matter: str, day: str) -> dict[tuple[str, str], Verdict]:
    """What the saved question says of every pair."""
    values = POSITIONS.values({"matter": matter, "day": day}, datetime.date.fromisoformat(day), STALE_MONTHS)
    return {
        (local(row["member_state"]), local(row["country"])): Verdict(
            local(row["status"]), local(row.get("grade", "")), int(row["bases"])
        )
        for row in store.select(POSITIONS.bind(values))
    }


def agree(folder: Path, store: Store, matters: list[str], days: list[str]) -> set[Verdict]:
    """Holds derivation and model together for every pair; gives the verdicts seen."""
    model, seen = Model(folder), set()
    for day in days:
        known_since = str(dates.months_before(datetime.date.fromisoformat(day), STALE_MONTHS))
        for matter in matters:
            expected = {pair: model.verdict(*pair, matter, day, known_since) for pair in model.pairs(day)}
            assert verdicts(store, matter, day) == expected, (matter, day)
            seen |= set(expected.values())
    return seen


def test_the_made_up_world_agrees_with_the_model_for_every_pair_matter_and_day(
    world: Store, world_folder: Path
) -> None:
    matters = sorted({row["matter"] for row in Model(world_folder).provisions})
    seen = agree(world_folder, world, matters, DAYS)
    assert {verdict.status for verdict in seen} >= {"covered", "sectoral-only", "signed-not-in-force", "unverified"}
    assert {verdict.grade for verdict in seen} == {"", "dedicated", "arrangement", "sectoral"}


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """The rows of a small world: who is bound by what, with protocols, replacements, refusals and opt-outs."""
    number = draw(st.integers(1, 4))
    agreements, participations, provisions, declarations = [], [], [], []
    for place in range(number):
        kind = draw(st.sampled_from(TYPES))
        between = kind in TYPES[:3]
        earlier = [row for row in agreements if not row["supplements"] and not row["replaces"]]
        other = draw(st.sampled_from(earlier))["id"] if earlier and draw(st.booleans()) else ""
        link = draw(st.sampled_from(["supplements", "replaces"]))
        agreement = {
            "id": f"a{place}",
            "title": f"Agreement {place}",
            "kind": kind,
            "organisation": "" if between else "eu" if kind == "mla-treaty" else "europol",
            "since": draw(maybe),
            "until": draw(st.sampled_from(["", "", "", *PRINTED])),
            "supplements": other if link == "supplements" else "",
            "replaces": other if link == "replaces" else "",
        }
        agreements.append(agreement)
        parties = draw(
            st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2 if kind == TYPES[0] else 5, unique=True)
        )
        for country, organisation in [
            *((code, "") for code in parties),
            *([] if between else [("", agreement["organisation"])]),
        ]:
            status = draw(st.sampled_from(STATES))
            bound = status in ("in-force", "ended")
            participations.append(
                {
                    "id": f"a{place}-{(country or organisation).lower()}",
                    "agreement": f"a{place}",
                    "country": country,
                    "organisation": organisation,
                    "signed": draw(maybe),
                    "since": draw(maybe) if bound else "",
                    "until": draw(st.sampled_from(PRINTED)) if status == "ended" else "",
                    "status": status,
                    "status_as_of": draw(st.sampled_from(PRINTED)),
                }
            )
        for matter in draw(st.lists(st.sampled_from(MATTERS), min_size=1, max_size=2, unique=True)):
            scope = draw(st.sampled_from(["general", "drugs"]))
            provisions.append({"id": f"a{place}-{matter}", "agreement": f"a{place}", "matter": matter, "scope": scope})
            if scope != "general" and kind in TYPES[:3] and not other:
                for country in draw(st.lists(st.sampled_from(COUNTRIES), max_size=2, unique=True)):
                    since = draw(maybe)
                    declarations.append(
                        {
                            "id": f"a{place}-{country.lower()}-{matter}",
                            "agreement": f"a{place}",
                            "country": country,
                            "matter": matter,
                            "finding": draw(st.sampled_from(["does-not-take-as-basis", "takes-as-basis"])),
                            "since": since,
                            "until": draw(st.sampled_from(["", *(day for day in PRINTED if day > since)])),
                        }
                    )
    opt_outs = [
        {
            "id": f"o{place}",
            "member_state": code,
            "agreement": "a0",
            "organisation": "",
            "since": draw(st.sampled_from(PRINTED)),
        }
        for place, code in enumerate(draw(st.lists(st.sampled_from(COUNTRIES[:2]), max_size=1)))
    ]
    absences = [
        {
            "id": f"n{place}",
            "member_state": draw(st.sampled_from(["", *COUNTRIES[:3]])),
            "country": draw(st.sampled_from(COUNTRIES[3:])),
            "matter": draw(st.sampled_from(MATTERS)),
            "finding": "none-exists",
            "as_of": draw(st.sampled_from(PRINTED)),
        }
        for place in range(draw(st.integers(0, 2)))
    ]
    of_state = {"member_state": draw(st.sampled_from(COUNTRIES[:3])), "matter": draw(st.sampled_from(MATTERS))}
    of_body = {"organisation": "europol", "agreement_kind": "operational-agreement"}
    lists = [
        {
            "id": f"l{place}",
            "finding": draw(st.sampled_from(["complete-list", "partial-list"])),
            "as_of": draw(st.sampled_from(PRINTED)),
            **draw(st.sampled_from([of_state, of_body])),
        }
        for place in range(draw(st.integers(0, 1)))
    ]
    return {
        "agreement": agreements,
        "participation": participations,
        "provision": provisions,
        "declaration": declarations,
        "opt_out": opt_outs,
        "absence": absences,
        "completeness": lists,
    }


def written(folder: Path, content: dict[str, list[dict[str, str]]]) -> Path:
    """A folder of tables with these rows, the countries and memberships of the world, and nothing else."""
    folder.mkdir()
    for name in ("datapackage.json", "code.csv"):
        shutil.copy(ROOT / "seeds" / name, folder / name)
    without_bounds(folder / "datapackage.json")
    union = [
        ("BEL", "1958-01-01", ""),
        ("FRA", "1958-01-01", ""),
        ("HRV", "2013-07-01", ""),
        ("GBR", "1973-01-01", "2020-01-31"),
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "country": [{"alpha3": code, "kind": "state"} for code in COUNTRIES],
        "group_membership": [
            {"id": f"eu-{code.lower()}", "group": "eu", "country": code, "since": since, "until": until}
            for code, since, until in union
        ],
        "organisation": [{"id": name, "name": name} for name in ("eu", "europol")],
        **content,
    }
    for path in WORLD.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="", lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows({**COMMON, **row} for row in rows.get(path.stem, []))
    return folder


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    worlds(),
    st.lists(st.dates(datetime.date(1989, 1, 1), datetime.date(2024, 1, 1)), min_size=1, max_size=2),
    st.sampled_from(PRINTED),
)
def test_random_worlds_agree_with_the_model_for_every_pair_and_matter(
    content: dict[str, list[dict[str, str]]], days: list[datetime.date], edge: str
) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = written(Path(home) / "seeds", content)
        named = {row["matter"] for table in content.values() for row in table if row.get("matter")}
        agree(folder, derived(folder), sorted(named), [*map(str, days), str(dates.partial(edge).latest)])


# What random worlds have found


def position(
    tmp_path: Path, day: str, pair: tuple[str, str], kind: str, parties: list[dict[str, str]], **more: str
) -> Verdict:
    """The position of a pair in mla where one agreement of a kind is all there is; held against the model too."""
    scope, agreement = more.pop("scope", "general"), {"id": "a", "title": "Agreement", "kind": kind, **more}
    rows = [
        {"id": f"a-{place}", "agreement": "a", "status": "in-force", "status_as_of": "1990", **party}
        for place, party in enumerate(parties)
    ]
    provision = {"id": "a-mla", "agreement": "a", "matter": "mla", "scope": scope}
    folder = written(tmp_path / "seeds", {"agreement": [agreement], "participation": rows, "provision": [provision]})
    store = derived(folder)
    agree(folder, store, ["mla"], [day])
    return verdicts(store, "mla", day)[pair]


def test_an_agreement_that_ended_before_a_party_was_bound_never_held(tmp_path: Path) -> None:
    parties = [{"country": "HRV", "signed": "1990", "since": "1995-06"}, {"organisation": "eu"}]
    found = position(tmp_path, "1990-12-31", ("BEL", "HRV"), "mla-treaty", parties, organisation="eu", until="1990")
    assert found == Verdict("unverified", "", 0)


def test_member_states_named_in_a_treaty_of_the_union_make_no_pairs_of_their_own(tmp_path: Path) -> None:
    parties = [{"country": "BEL"}, {"country": "COL", "status": "signed-not-in-force"}, {"country": "ALB"}]
    union = {"organisation": "eu", "status_as_of": "1995-06"}
    found = position(
        tmp_path, "1991-06-01", ("BEL", "ALB"), "mla-treaty", [*parties, union], organisation="eu", scope="drugs"
    )
    assert found == Verdict("unverified", "", 0)


def test_a_treaty_of_the_union_for_certain_offences_counts(tmp_path: Path) -> None:
    parties = [{"country": "COL"}, {"organisation": "eu"}]
    found = position(tmp_path, "2000-01-01", ("GBR", "COL"), "mla-treaty", parties, organisation="eu", scope="drugs")
    assert found == Verdict("sectoral-only", "sectoral", 1)


def test_a_state_that_has_left_the_union_keeps_what_it_has_signed_with_later_members(tmp_path: Path) -> None:
    parties = [{"country": "HRV"}, {"country": "GBR", "status": "signed-not-in-force", "signed": "2019"}]
    found = position(tmp_path, "2021-01-01", ("HRV", "GBR"), "bilateral-treaty", parties)
    assert found == Verdict("signed-not-in-force", "", 0)
