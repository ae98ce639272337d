"""Network settings of this computer with which no client can be made.

httpx2, which the SDK speaks, builds a transport for every proxy and the TLS context when a client
is made, whomever it will talk to: a fault in one of them stops a client that needs none, and
NO_PROXY is no help.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

SYSTEM = "The system's proxy setting"

_TLS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
# On Windows the two spellings are one variable.
_NAMES = _TLS + (() if os.name == "nt" else tuple(map(str.lower, _PROXIES))) + _PROXIES
_SCHEMES = ("http", "https", "socks5", "socks5h")


def faults() -> dict[str, str]:
    """Return the variables of this process with which no client can be made.

    Each comes with a sentence that says what is wrong, without a password that may be in it.
    `SYSTEM` stands for a proxy that is set on Windows or macOS and in no variable.
    """
    values = {name: os.environ[name] for name in _NAMES if os.environ.get(name)}
    error = _error()
    if error is None:
        return {}
    found = {}
    no_proxy = os.environ.get("NO_PROXY")
    try:
        # A proxy setting of the system counts only where no variable for proxies is set.
        os.environ["NO_PROXY"] = no_proxy or "localhost"
        for name in values:
            del os.environ[name]
        for name, value in values.items():
            os.environ[name] = value
            if fault := _error():
                found[name] = f"{name} {_why(value, fault)}."
                del os.environ[name]
    finally:
        os.environ.update(values)
        if no_proxy is None:
            del os.environ["NO_PROXY"]
        else:
            os.environ["NO_PROXY"] = no_proxy
    return found or {SYSTEM: f"{SYSTEM} {_why('', error)}."}


def _error() -> Exception | None:
    """Return what keeps a client from being made in the environment as it is, or None."""
    import httpx2

    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if folder and not file and not Path(folder).is_dir():
        return FileNotFoundError()  # httpx2 goes on, and then trusts nobody.
    try:
        # What the variables name is read in some 50 ms, which are saved where nothing is named.
        read = any(os.environ.get(name) for name in _TLS)
        context = httpx2.create_ssl_context() if read else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        httpx2.Client(verify=context).close()
    except Exception as error:  # ImportError, ValueError, OSError, httpx2.InvalidURL …
        return error
    return None


def _why(value: str, error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"names {value}, which holds no certificates"
    if isinstance(error, OSError):
        return f"names {value}, which is not there or cannot be used"
    if isinstance(error, ImportError):
        return 'names a SOCKS proxy, for which `pip install "httpx2[socks]"` is needed'
    if value != value.strip(" '\""):
        return "has quotes or blanks around it: take them off"
    scheme = value.partition("://")[0].lower()
    if "://" in value and scheme not in _SCHEMES:
        return f"starts with {scheme}://, which is none of {', '.join(_SCHEMES)}"
    return (
        "is no address like http://host:port. In a name or a password, write %23 for #, %2F for / "
        "and %3F for ?"
    )
