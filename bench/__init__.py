"""Measurements and tools of the developers; nothing that is installed imports them (README.md)."""
