"""Names and sentences for the social network."""

from __future__ import annotations

import random

HARASSER = "grimwald"

# handle, name, what the profile says, how many posts
PEOPLE = (
    ("marta_lind", "Marta Lind", "Teacher, rower, bad at chess. Posts about the lake.", 64),
    ("grimwald", "Grimwald", "Just asking questions. Second account, first was taken down.", 140),
    ("oyelaran", "Tunde Oyelaran", "Bakes bread in Leeds. Photographs of crusts.", 45),
    ("petra.k", "Petra Kowalczyk", "Court reporter. Views my own.", 38),
    ("نورا", "نورا حدّاد", "مصوّرة وكاتبة من بيروت", 24),
    ("sun🌞rise", "Ana 🌞", "Sunrises, every day. No filters.", 30),
    ("lakeside_rowing", "Lakeside Rowing Club", "News from the boathouse.", 26),
    ("tomasz", "Tomasz", "", 3),
)

EVERYDAY = (
    "First frost on the jetty this morning.",
    "The bakery on Mill Road has started opening at six, and I am not safe.",
    "Thirty-two essays marked, one more cup of tea, then the last eight.",
    "Does anyone still have the timetable for the number 14 bus?",
    "Rowed nine kilometres and saw two herons. That is the post.",
    "A student asked me today whether the sea has corners.",
    "Sourdough update: it lives, and it wants to be fed at four in the morning.",
    "Heard in court: 'I was only holding the ladder.'",
    "There is a light over the hills this evening that no camera will believe.",
    "If you lost a green glove by the boathouse, it is on the fence.",
    "Rain for the third weekend. The regatta moves to the 21st.",
    "Thank you all for the kind words. I am reading every one.",
    "Today's crust: blistered, dark, and slightly lopsided, like its maker.",
    "I have decided to like Mondays and will report back.",
)

HOSTILE = (
    "@marta_lind still pretending that nobody knows where you row at six, are we?",
    "People like @marta_lind should not be let near a classroom. Share this.",
    "She blocked the last account. She can block this one too, I have more.",
    "I know the street, I know the gate, I know the blue bicycle.",
    "Somebody ought to tell the school what @marta_lind is really like.",
    "Funny how she went quiet after last night. Cat got your tongue?",
    "You will be sorry that you went to the police with that.",
    "Everyone who liked her post is on my list now.",
    "Not a threat, just a forecast: it is going to be a bad week for some teacher.",
    "Posting this again since the cowards took it down.",
)

LETTERS = (
    "I can see your light is on.",
    "Block this one and I will write to your mother instead.",
    "Delete the post about me by tonight. This is the last time that I ask nicely.",
)


def sentence(chance: random.Random, *, hostile: bool) -> str:
    """One or two sentences in the manner of the author."""
    source = HOSTILE if hostile and chance.random() < 0.7 else EVERYDAY
    first = chance.choice(source)
    if chance.random() < 0.3:
        return f"{first}\n\n{chance.choice(source)}"
    return first
