"""The requests and responses of the REST interface, as pydantic models: one module a noun."""
