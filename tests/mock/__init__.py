"""The mock API at its public edge, with the real SDK as the client: a file a subject."""
