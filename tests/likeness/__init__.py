"""The mock beside the real API: facts about what api.openai.com answered, with their sources."""
