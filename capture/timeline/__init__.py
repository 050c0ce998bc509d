"""Reading a timeline: every post's permalink, by scrolling, by buttons and by pages.

`walk` goes through the timeline in the browser; at each step `looking` takes what the window's
document shows, `permalinks` tells which links are posts, `reading` makes `Sighting`s of them, and
`onward` says how it continues. What came of it all is an `End`.
"""
