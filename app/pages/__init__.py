"""The pages that people open, Explore and Learn, rendered on the server."""
