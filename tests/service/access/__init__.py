"""Who gets what answer: every address and API operation against everybody.

::

    routes      what addresses there are: asked of Django and of the API itself
    table       one line for each address and method: who may
    principals  everybody who could come, from nobody to the owner
    world       what they come for: a case with everything in it, and somebody else's

A new address without a line in `table` fails the tests, and so does a line without an address.
"""
