"""The mock of the API, subject by subject."""
