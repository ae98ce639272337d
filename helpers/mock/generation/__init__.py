"""What a model would say: written replies, structured outputs, tokens, pictures."""
