"""Bytes under a key for a limited time: pictures and specifications."""
