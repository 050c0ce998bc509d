"""Into which areas a page is cut, and what becomes of tiles that do not fit."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.browser.lens import Lens, LensProblem, Size
from capture.browser.picture import take_picture, tiles
from tests.capture.browser.test_mosaic import picture, png


@given(st.integers(1, 40_000), st.integers(1, 60_000))
def test_the_areas_cover_the_page_once_from_top_to_bottom(width, height):
    areas = list(tiles(Size(width, height)))
    assert sum(area.height for area in areas) == height
    assert [area.top for area in areas] == [
        sum(each.height for each in areas[:at]) for at in range(len(areas))
    ]
    assert {area.width for area in areas} == {width}


def test_an_ordinary_page_is_taken_in_one_piece():
    assert len(list(tiles(Size(1_280, 12_000)))) == 1
    assert len(list(tiles(Size(1_280, 57_000)))) == 7


def test_tiles_of_another_width_are_no_picture():
    class Narrowing(Lens):
        def __init__(self):
            self.width = 1_281

        async def picture(self, area, time_limit_s):
            self.width -= 1
            return png(picture(self.width, 2))

    with pytest.raises(LensProblem, match="do not fit together"):
        asyncio.run(take_picture(Narrowing(), Size(1_280, 20_000), 5))
