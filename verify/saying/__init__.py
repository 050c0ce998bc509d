"""The report as text and as a page: plain words, made safe to show."""
