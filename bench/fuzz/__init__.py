"""Random bytes, guided by what they reach, for the two readers of what strangers send: pictures and edits."""
