"""Errors that speak to the person at the command line: what is wrong, where, and what to do next, in both languages."""

from __future__ import annotations


class Told(Exception):
    """An error whose message is all its reader needs; the command line prints it and ends with exit code 2."""
