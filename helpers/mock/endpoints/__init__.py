"""What answers a path: a module for each first segment of it, `/v1/chat/…` → `chat`."""
