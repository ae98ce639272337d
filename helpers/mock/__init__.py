"""A stand-in for OpenAI's API below the real SDK. Each layer knows only the ones before it.

1. `replies`     what the mock says: YAML, prompt -> reply
2. `core`        a pure function from a request to a reply
3. `server`, `transport`   two doors to it: HTTP on 127.0.0.1, and in-process

`python -m helpers.mock` serves it to other programs, and `testing` is a pytest fixture for their
tests.
"""
