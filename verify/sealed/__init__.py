"""Steps 2 to 4: the bag, the statement, the signature."""
