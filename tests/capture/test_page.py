"""The whole page, once, from top to bottom."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.support.capturing import capture_one
from tests.support.site import Site
from tests.support.site.ruler import LAZY_LEFT, expected, expected_lazy, read_positions, read_ruler


@pytest.mark.parametrize("height", [5_000, 60_000])
def test_each_row_stands_once_and_where_it_belongs(site: Site, tmp_path: Path, height: int) -> None:
    taken = capture_one(tmp_path, site.url(f"/ruler?height={height}"))
    found = read_positions(taken.data / "screenshot.png")
    assert [number for _, number in found] == expected(height)
    assert [top for top, _ in found] == [100 * row + found[0][0] for row in range(height // 100)]
    assert taken.record["cuts"] == []
    assert taken.record["renderings"]["picture_size_px"] == [1_280, height]


@pytest.mark.parametrize(
    ("height", "lazy"), [(5_000, "1"), (60_000, "1"), (5_000, "slow"), (15_000, "slow")]
)
def test_sticky_headers_stand_once_and_lazy_pictures_are_there(
    site: Site, tmp_path: Path, height: int, lazy: str
) -> None:
    taken = capture_one(tmp_path, site.url(f"/ruler?height={height}&sticky=1&lazy={lazy}"))
    picture = taken.data / "screenshot.png"
    assert read_ruler(picture) == expected(height, sticky=True)
    assert read_ruler(picture, LAZY_LEFT) == expected_lazy(height)


def test_a_page_above_the_limit_is_cut_there_and_the_record_says_so(
    site: Site, tmp_path: Path
) -> None:
    taken = capture_one(tmp_path, site.url("/ruler?height=9000"), height_limit_px=4_000)
    assert read_ruler(taken.data / "screenshot.png") == expected(4_000)
    assert taken.record["cuts"] == [{"limit": "height", "value": "4000 CSS pixels"}]
    assert taken.record["renderings"]["page_size_px"] == [1_280, 9_000]


def test_the_window_is_taken_first_and_untouched(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.url("/ruler?height=5000"))
    with Image.open(taken.data / "viewport.png") as picture:
        assert picture.size == (1_280, 900)
    acts = [(step["act"], step.get("file")) for step in taken.steps]
    assert acts[0] == ("open", None)
    assert acts[1] == ("take", "viewport.png")
    assert ("scroll", None) in acts[2:]


def test_infinite_scroll_is_followed_to_its_end(site: Site, tmp_path: Path) -> None:
    taken = capture_one(tmp_path, site.url("/bench/profile"), scroll_time_limit_s=60)
    pictures = [entry for entry in site.log if entry.path.startswith("/media/")]
    assert len(pictures) >= 290
    assert {entry.url for entry in pictures} <= {each.url for each in taken.responses}
