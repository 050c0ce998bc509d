"""Telegram: public channels and groups."""
