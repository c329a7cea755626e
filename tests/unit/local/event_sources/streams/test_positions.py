from __future__ import annotations

from pathlib import Path

from local.event_sources.streams import Positions

STREAM, OTHER_STREAM = "arn:stream/1", "arn:stream/2"


def test_positions_are_found_again(tmp_path: Path) -> None:
    file = tmp_path / "positions.json"
    positions = Positions(file)
    assert positions.find("recompute", STREAM) is None
    positions.keep("recompute", STREAM, {"s1": "7", "s2": None})
    positions.keep("count", STREAM, {"s1": "5"})
    again = Positions(file)
    assert again.find("recompute", STREAM) == {"s1": "7", "s2": None}
    assert again.find("count", STREAM) == {"s1": "5"}


def test_the_stream_of_a_new_table_has_none(tmp_path: Path) -> None:
    file = tmp_path / "positions.json"
    Positions(file).keep("recompute", STREAM, {"s1": "7"})
    assert Positions(file).find("recompute", OTHER_STREAM) is None


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    positions = Positions(None)
    positions.keep("recompute", STREAM, {"s1": "7"})
    assert positions.find("recompute", STREAM) is None
    assert list(tmp_path.iterdir()) == []
