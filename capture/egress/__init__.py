"""The one way out of the browser: address policy, proxy, and the spool of every byte."""
