"""Figures for Prometheus, taken from the database when they are asked for.

The database is the truth, whichever process answers, and whatever was started again in between.

::

    view        who may ask, and how often the database is
    figures     each family of figures: its name, its help, its labels
    attempts    what came of the attempts, and how long they took
"""
