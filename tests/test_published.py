"""The graphs on disk: one current, swapped at once, few kept."""

import json
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.published import Published, open_graph
from kg.store import Store


def finished(home: Path, digest: str, value: int = 1) -> Path:
    """A folder aside with a graph of one statement, as a build leaves it."""
    aside = home / f"aside-{digest}"
    aside.mkdir(parents=True)
    store = Store.create(aside / "store")
    store.load_quads(f'<a:a> <a:b> "{value}" <a:g> .\n'.encode())
    store.finish()
    del store
    (aside / "summary.json").write_text(json.dumps({"digest": digest}), "utf-8")
    return aside


def publish(home: Path, digest: str, value: int = 1, keep: int = 3) -> Path:
    return Published(home).publish(finished(home, digest, value), digest, keep)


def value(published: Published) -> str:
    return published.current().store.select("SELECT ?v { ?s ?p ?v }")[0]["v"]


def test_without_a_build_there_is_no_graph(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no graph in .*; run `coopkg build`"):
        Published(tmp_path).current()


def test_a_published_graph_is_current_and_named_by_its_digest(tmp_path: Path) -> None:
    folder = publish(tmp_path, "d1")
    graph = Published(tmp_path).current()
    assert folder == tmp_path / "graphs" / "d1"
    assert (graph.path, graph.digest, graph.built) == (folder / "store", "d1", {"digest": "d1"})
    assert not list(tmp_path.glob("aside-*"))


def test_a_reader_sees_a_new_graph_at_its_next_question_and_may_finish_with_the_old_one(tmp_path: Path) -> None:
    publish(tmp_path, "d1", 1)
    published = Published(tmp_path)
    old = published.current()
    assert published.current() is old
    publish(tmp_path, "d2", 2)
    assert value(published) == "2"
    assert old.store.select("SELECT ?v { ?s ?p ?v }") == [{"v": "1"}]


def test_the_home_folder_may_be_moved(tmp_path: Path) -> None:
    publish(tmp_path / "here", "d1")
    (tmp_path / "here").rename(tmp_path / "there")
    assert value(Published(tmp_path / "there")) == "1"


def test_the_same_graph_again_becomes_current_again(tmp_path: Path) -> None:
    for digest in ("d1", "d2", "d1"):
        publish(tmp_path, digest)
    assert Published(tmp_path).current().digest == "d1"
    assert not list(tmp_path.glob("aside-*"))


def test_only_as_many_graphs_are_kept_as_the_setting_says(tmp_path: Path) -> None:
    for digest in ("d1", "d2", "d3"):
        publish(tmp_path, digest, keep=2)
    assert {folder.name for folder in (tmp_path / "graphs").iterdir()} == {"d2", "d3"}
    publish(tmp_path, "d4", keep=1)
    assert {folder.name for folder in (tmp_path / "graphs").iterdir()} == {"d4"}
    assert not list(tmp_path.glob("aside-*"))


def test_a_graph_being_removed_is_out_of_the_way_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "d1")
    removed: list[str] = []
    monkeypatch.setattr("kg.published.shutil.rmtree", lambda folder: removed.append(Path(folder).name))
    publish(tmp_path, "d2", keep=1)
    assert removed == ["aside-d1"]
    assert {folder.name for folder in (tmp_path / "graphs").iterdir()} == {"d2"}


def test_the_old_graph_is_current_until_the_new_one_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "d1")
    seen: list[str] = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append(Published(tmp_path).current().digest)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    publish(tmp_path, "d2")
    assert seen == ["d1"]
    assert Published(tmp_path).current().digest == "d2"


@pytest.mark.parametrize("spoil", ["missing", "half"])
def test_a_folder_that_is_not_finished_is_a_plain_error(tmp_path: Path, spoil: str) -> None:
    folder = publish(tmp_path, "d1")
    if spoil == "missing":
        (folder / "summary.json").unlink()
    else:
        (folder / "summary.json").write_text('{"digest": ', "utf-8")
    with pytest.raises(StoreError, match="holds no finished graph"):
        open_graph(folder)


def test_labels_are_read_once_for_each_language(tmp_path: Path) -> None:
    publish(tmp_path, "d1")
    graph = Published(tmp_path).current()
    assert graph.labels("fr") is graph.labels("fr")
    assert graph.labels("fr") is not graph.labels("en")
