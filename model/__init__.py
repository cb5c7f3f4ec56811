"""The networks and how they were made. Nothing in here knows about HTTP."""
