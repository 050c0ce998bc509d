"""The views, by subject: what a page shows, and what a form does."""
