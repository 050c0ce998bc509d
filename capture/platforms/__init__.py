"""What a URL says about what it leads to, without asking anybody.

1. `address` takes a URL apart; `canonical` and `tracking` write it one way.
2. `shape` reads paths by templates; `timescheme` reads times out of IDs.
3. `platform` is what is known of one platform; each has a folder with the same files:
   `urls.py` (its hosts and the shapes of its URLs) and `ids.py` (which of its IDs hold a time).
4. `registry` knows all of them; `identity` is the answer.

Data and pure functions: nothing here reads a file, a clock or the network.
"""
