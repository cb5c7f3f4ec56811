"""Edits of a network, and the edited networks that they make."""
