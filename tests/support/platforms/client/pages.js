// Nothing: the server makes these pages.
