"""Reading a timeline: every post's permalink, by scrolling, by buttons and by pages.

`reader` opens a browser context for it, and `walk` goes through the timeline in it; at each step
`looking` takes what the window's document shows, `permalinks` tells which links are posts,
`reading` makes `Sighting`s of them, and `onward` says how it continues. `thread` does the same on
the page of one post. What came of it all is an `End`.
"""
