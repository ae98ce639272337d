"""A check-up that finds what is wrong with a computer before a lesson fails on it.

`checkup()` in a notebook, `python -m helpers check` in a terminal. Only the standard library is
imported, and no syntax newer than Python 3.6 is used, so that it also runs on a Python that is
too old or has no packages. No key is printed whole, and no request is sent.
"""

import base64
import http.client
import os
import socket
import ssl
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from helpers.environment import PINS, VENV, fault, own_folder, venv_python

if TYPE_CHECKING:
    from helpers.base_url import Address
    from helpers.settings import Settings

API = ("api.openai.com", 443)
SECONDS = 3
"""How long a proxy or a server may take to answer."""

_LOCAL = ("127.0.0.1", "localhost", "::1")
_SETTINGS = (".env", "key", "base URL", "proxy", "TLS")
_MARKS = {True: "✓", False: "✗", None: "!"}
_INSTALL = "`python -m helpers lab` in a terminal installs what is pinned."


class Result(NamedTuple):
    """What was checked and what came of it.

    good: True; False for what must be mended; None for what is worth a look or was not checked.
    said: in words, and what to do. The words of a good result are the same on every computer.
    detail: versions, paths and addresses, for a bug report.
    """

    about: str
    good: "bool | None"
    said: str
    detail: str = ""


def checkup(environ: "Mapping[str, str] | None" = None, folder: "Path | None" = None) -> None:
    """Print what is good and what to do about the rest, a line each.

    Without arguments it looks at this computer; with them at made-up settings (see `settings`).
    """
    for result in _results(_wrapped) if environ is None else settings(environ, folder):
        _wrapped(_line(result))


def main() -> int:
    """Print the check-up of this computer with details; return 1 if there is something to mend."""
    found = []
    for result in _results(_print):
        _print(_line(result) + (f" ({result.detail})" if result.detail else ""))
        found.append(result)
    print(_ready(found))
    return int(any(result.good is False for result in found))


def _ready(found: "list[Result]") -> str:
    """Say in a line whether the lessons run offline here: the network and a key are not needed."""
    needed = ("Python", "packages", "kernel", "files")
    faulty = [about for about, good, *_ in found if about in needed and good is False]
    return "ready for offline: " + (f"no, {' and '.join(faulty)} first" if faulty else "yes")


def results() -> "list[Result]":
    """Check this computer: Python, packages, kernel, the settings, network and clock."""
    return list(_results(lambda line: None))


def _results(announce: "Callable[[str], None]") -> "Iterator[Result]":
    """Check this computer, one thing after the other.

    announce: is told of the one connection to the API, before it is opened.
    """
    python = _python()
    yield python
    if not python.good:
        yield Result("the rest", None, "not checked: it needs a newer Python.")
        return
    packages = _packages()
    yield packages
    yield _kernel(packages)
    hiding = _hiding()
    if hiding:
        yield Result("files", False, " ".join(said for _, said in hiding))
    if {folder for folder, _ in hiding} & {Path(path).absolute() for path in sys.path}:
        yield Result("settings", None, "not checked: files first.")
        return
    if _mode() == "test":
        skipped = ", ".join(_SETTINGS) + ", network and clock"
        why = "are not looked at in a test, whose output is the same on every computer."
        yield Result("settings", None, f"{skipped} {why}")
        return
    environ = dict(os.environ)
    try:
        from helpers.settings import borrowed

        environ = borrowed.as_left()
    except ImportError:
        pass  # No packages, so no setup() has changed anything.
    why, without = _network_is_not_needed(environ)
    found = settings(environ, Path.cwd(), own=True)
    yield from _softened(found, without)
    network = _unchecked(why) if why else _network(environ, found, announce)
    yield from _softened(network, without)


def _network_is_not_needed(environ: "Mapping[str, str]") -> "tuple[str, tuple[str, ...]]":
    """Return why the API's network is not to be tried, if so, and which results are no faults."""
    try:
        from helpers import base_url
        from helpers.settings import read
    except ImportError:
        return "", ()
    found = read(environ)
    if found.forced_offline:
        return "LESSONS_MODE keeps the lessons offline", ("base URL", "proxy", "TLS")
    address = base_url.of(found)
    if address.url and not address.is_api:
        return "requests go to another server", ()
    return "", () if found.key and address.url else ("proxy", "TLS", "network", "clock")


def _softened(found: "Iterable[Result]", without: "tuple[str, ...]") -> "Iterator[Result]":
    """Take what the lessons do without for no fault."""
    for result in found:
        if result.about in without and result.good is False:
            result = result._replace(good=None, said=result.said + " (Not needed offline.)")
        yield result


def settings(
    environ: "Mapping[str, str]", folder: "Path | None" = None, own: bool = False
) -> "list[Result]":
    """Check the settings in `environ` and in the nearest `.env` in `folder` or above it.

    own: whether they are this computer's, whose system settings may name a proxy as well.
    """
    return [*_key_settings(environ, folder), _proxy(environ, own), _tls(environ)]


def _mode() -> str:
    return os.environ.get("LESSONS_MODE", "").strip().lower()


def _may_reach(host: str) -> bool:
    if host in _LOCAL:
        return True
    try:
        from helpers.settings import forced_offline
    except ImportError:
        return _mode() in ("", "live")
    return not forced_offline()


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=SECONDS):
            return True
    except (OSError, ValueError):  # ValueError: a name that can be no host's.
        return False


# -- Python, packages, kernel ------------------------------------------------------------------


def _python() -> Result:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 10):  # noqa: UP036
        return Result(
            "Python",
            False,
            f"{version} is too old: the openai package needs 3.10 or later. Get one from "
            "https://www.python.org/downloads/ or with `uv python install`.",
        )
    return Result("Python", True, "new enough for the openai package.", version)


def _packages() -> Result:
    from importlib import metadata

    if not PINS.exists():
        return Result("packages", None, "not checked: there is no requirements.txt here.")
    why = fault(PINS)
    if why:
        return Result("packages", False, f"{why} {_INSTALL}")
    versions = [f"{name} {metadata.version(name)}" for name in ("openai", "jupyterlab")]
    return Result("packages", True, "as pinned in requirements.txt.", ", ".join(versions))


def _kernel(packages: Result) -> Result:
    if not _in_notebook():
        return _next_kernel()
    here = Path(sys.prefix)
    activated = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    if packages.good or _same(here, VENV):
        return Result("kernel", True, "it runs in the environment with the packages.", str(here))
    right = VENV if venv_python().exists() else Path(activated) if activated else None
    if right and not _same(here, right):
        return Result(
            "kernel",
            False,
            f"this notebook runs in {here}, but the packages are in {right}. Choose that one under "
            "Kernel ▸ Change Kernel, or start with `python -m helpers lab`.",
        )
    return Result("kernel", None, f"it runs in {here}, which lacks packages.")


def _in_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


def _next_kernel() -> Result:
    """Check the kernel that JupyterLab, started from this Python, would give a lesson."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Result("kernel", None, "not checked: JupyterLab is not installed in this Python.")
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Result("kernel", False, "JupyterLab has no kernel for Python here. " + _INSTALL)
    # JupyterLab takes a bare `python` for the Python it runs on itself.
    program = Path(spec.argv[0] if Path(spec.argv[0]).is_absolute() else sys.executable)
    if not _same(program.parent, Path(sys.executable).parent):
        return Result(
            "kernel",
            False,
            f"JupyterLab would start {program}, not this Python: a kernel of the same name is "
            f"in {spec.resource_dir}. `jupyter kernelspec remove python3` takes it away.",
        )
    return Result("kernel", True, "JupyterLab starts this Python.", sys.executable)


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


# -- Files that hide a module ------------------------------------------------------------------


def _hiding() -> "list[tuple[Path, str]]":
    """Return files that Python imports in place of a module, each with its folder, in words.

    What is beside a notebook, or where a program is started, comes before what is installed.
    """
    from importlib import metadata

    known = {"helpers", "openai", "httpx2", "dotenv", "PIL", "yaml", *sys.stdlib_module_names}
    known |= set(metadata.packages_distributions())
    root = own_folder()
    notebooks = root / "notebooks"
    found = []
    for folder in dict.fromkeys([Path.cwd(), notebooks, notebooks / "solutions", root]):
        for file in sorted(folder.glob("*")):
            if file.suffix != ".py" and not (file / "__init__.py").is_file():
                continue
            ours = file == root / "helpers" or file.stem in ("test", "tests", "conftest")
            if file.stem in known and not ours:
                near = root in file.parents
                shown = file.relative_to(root).as_posix() if near else file.name
                said = f"{shown} hides the module {file.stem}: rename it, restart the kernel."
                found.append((folder, said))
    return found


# -- Settings ----------------------------------------------------------------------------------


def _key_settings(environ: "Mapping[str, str]", folder: "Path | None") -> "list[Result]":
    try:
        from helpers import base_url
        from helpers.settings import Settings, read
    except ImportError:
        why = "not checked: the packages come first."
        return [Result(about, None, why) for about in (".env", "key", "base URL")]
    found = read(environ, folder) if folder else Settings(environ)
    address = base_url.of(found)
    return [_env_file(found), _key(found, judge=address.is_api), _base_url(found, address)]


def _env_file(found: "Settings") -> Result:
    where = str(found.file or "")
    unread = [line.said[len(found.place) + 2 :] for line in found.unread if line.in_file]
    if found.problem or unread:
        return Result(".env", False, found.problem or " ".join(unread), where)
    if found.file is None:
        return Result(".env", True, "there is none, so settings come from the environment.")
    if found.place != ".env":
        said = f"another project's is read: {found.place}. It is never written."
        return Result(".env", None, said, where)
    return Result(".env", True, "can be read.", where)


def _key(found: "Settings", judge: bool) -> Result:
    from helpers import key_shape
    from helpers.settings import KEY

    key, unused = found.key, found.unused_key
    if key is None:
        return Result("key", None, "none found, so the lessons run offline. Lesson 01 saves one.")
    shown = f"{key_shape.mask(key.value)} from {key.where}"
    problem = key_shape.fault(key.value) if judge else None
    if problem:
        return Result("key", False, f"the one in {key.where} cannot be used: {problem}.")
    if unused:
        return Result(
            "key",
            None,
            f"two different keys: {shown} is used, {key_shape.mask(unused.value)} from "
            f"{unused.where} is not. Remove one.",
        )
    if (found.environ.get(KEY) or found.in_file.get(KEY)) != key.value:
        return Result(
            "key",
            None,
            f"{shown}, with blanks or quotes around it. The lessons take them off; your own "
            "program sends them, and fails. Remove them.",
        )
    return Result("key", True, f"{shown}.")


def _base_url(found: "Settings", address: "Address") -> Result:
    written = found.base_url
    where = f"the one in {written.where}" if written else ""
    if address.problem:
        said = f"{where}: {address.problem}." if written else address.problem
        return Result("base URL", False, said, address.shown)
    if address.is_api:
        return Result(
            "base URL", True, "OpenAI's own. Requests go there when the lessons are live."
        )
    parts = urlsplit(address.url or "")
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if not _may_reach(host):
        said = where + " was not tried: the lessons are offline."
        return Result("base URL", None, said, address.shown)
    if not _answers(host, port):
        said = "nothing answers at {}. Start that server, or take OPENAI_BASE_URL away."
        return Result("base URL", False, said.format(where), address.shown)
    if not parts.path.strip("/"):
        said = "a server answers at {}. Most want /v1 at the end: if calls give 404, add it."
        return Result("base URL", None, said.format(where), address.shown)
    return Result("base URL", True, "a server answers there.", address.shown)


def _proxy(environ: "Mapping[str, str]", own: bool) -> Result:
    # A client is made with all of them, also with those that the API is not reached by.
    for name in (*_PROXY_NAMES, "http_proxy", "HTTP_PROXY"):
        why = _unusable(environ.get(name, ""))
        if why:
            return Result("proxy", False, f"{name} {why}.")
    name, url = _proxy_setting(environ, own)
    if not url:
        return Result("proxy", True, "none is set.")
    why = _unusable(url)
    if why:
        return Result("proxy", False, f"{name} {why}.")
    host, port = _host(url)
    shown = f"{host}:{port}"
    if _bypassed(environ):
        return Result("proxy", True, "one is set, and NO_PROXY lets the API pass by it.", shown)
    if not _may_reach(host):
        return Result("proxy", None, name + " was not tried: the lessons are offline.", shown)
    if not _answers(host, port):
        said = "the one that {} names does not answer. Start it, correct the address or unset it."
        return Result("proxy", False, said.format(name), shown)
    return Result("proxy", True, "it answers.", shown)


def _unusable(url: str) -> str:
    """Return why no client can be made with a proxy's URL, or nothing."""
    if not url:
        return ""
    try:
        host, _ = _host(url)
    except ValueError:
        return "holds no address"
    scheme = urlsplit(url).scheme if "://" in url else "http"
    if scheme not in ("http", "https", "socks5", "socks5h") or not host:
        return "must look like http://host:port"
    if scheme.startswith("socks") and not _can_import("socksio"):
        return "names a SOCKS proxy, for which `pip install httpx2[socks]` is needed"
    return ""


def _host(url: str) -> "tuple[str, int]":
    """Return a proxy's name and port. Raises ValueError."""
    proxy = urlsplit(url if "://" in url else "http://" + url)
    return proxy.hostname or "", proxy.port or (443 if proxy.scheme == "https" else 80)


def _proxy_setting(environ: "Mapping[str, str]", own: bool) -> "tuple[str, str]":
    """Return where a proxy for the API is set and its URL, or two empty strings."""
    found = [(name, environ.get(name, "")) for name in _PROXY_NAMES]
    if own:
        # The system's own settings on Windows and macOS: urllib has a function for each.
        for reader in ("getproxies_registry", "getproxies_macosx_sysconf"):
            system: Any = getattr(urllib.request, reader, dict)()
            found.append(("the system", system.get("https", "")))
    for name, url in found:
        if url:
            return name, url if "://" in url else "http://" + url
    return "", ""


_PROXY_NAMES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def _bypassed(environ: "Mapping[str, str]") -> bool:
    hosts = (environ.get("no_proxy") or environ.get("NO_PROXY") or "").split(",")
    names = [host.strip().lstrip("*").lstrip(".") for host in hosts if host.strip()]
    return any(API[0] == name or API[0].endswith("." + name) or not name for name in names)


def _can_import(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def _tls(environ: "Mapping[str, str]") -> Result:
    """Check the store of certificates; the SDK takes the system's unless a variable names one."""
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    name, place = ("SSL_CERT_FILE", file) if file else ("SSL_CERT_DIR", folder)
    if place:
        if not (Path(place).is_file() if file else Path(place).is_dir()):
            said = f"{name} names {place}, which is not there. Correct it or unset it."
            return Result("TLS", False, said)
        try:
            ssl.create_default_context(cafile=file or None, capath=None if file else folder)
        except OSError:  # ssl.SSLError is one.
            said = f"{name} names {place}, which holds no certificates. Correct it or unset it."
            return Result("TLS", False, said)
        return Result("TLS", True, "certificates are there.", f"{name}={place}")
    if environ.get("REQUESTS_CA_BUNDLE"):
        said = "REQUESTS_CA_BUNDLE is not read by the SDK. If calls fail, set SSL_CERT_FILE to it."
        return Result("TLS", None, said)
    return Result("TLS", True, "the system's certificates are used.")


# -- Network and clock -------------------------------------------------------------------------


def _network(
    environ: "Mapping[str, str]", found: "list[Result]", announce: "Callable[[str], None]"
) -> "list[Result]":
    """Check with one TLS connection whether the API can be reached, and whether the clock is right.

    No request is sent. That the server's certificate is valid today says what TLS needs of the
    clock.
    """
    faulty = [about for about, good, *_ in found if good is False and about in ("proxy", "TLS")]
    _, url = _proxy_setting(environ, own=True)
    proxy = urlsplit(url) if url and "proxy" not in faulty and not _bypassed(environ) else None
    if faulty:
        return _unchecked("{} first".format(" and ".join(faulty)))
    if proxy is not None and proxy.scheme != "http":
        return _unchecked("it is behind a proxy of another kind than http")
    announce(
        f"  One connection to {API[0]}:{API[1]} is opened now, to see whether it can be reached: "
        "no request and no key is sent."
    )
    unknown = Result("clock", None, "not checked: nothing to compare it with.")
    try:
        _connect(proxy)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in (9, 10):  # OpenSSL's "not yet valid" and "has expired".
            said = "the API's certificate is not valid at this computer's time. Is its date right?"
            return [Result("network", True, "the API answers."), Result("clock", False, said)]
        said = (
            "the API's certificate is not trusted. Behind a company's proxy, add its certificate "
            "to the system's store or name it in SSL_CERT_FILE."
        )
        return [Result("network", False, said, str(error)), unknown]
    except socket.gaierror as error:
        said = f"{API[0]} was not found. Is there a network?"
        return [Result("network", False, said, str(error)), unknown]
    except OSError as error:
        said = f"no connection to {API[0]}. Is there a firewall, or a proxy to name in HTTPS_PROXY?"
        return [Result("network", False, said, str(error)), unknown]
    said = "the API's certificate is valid at this computer's time."
    return [Result("network", True, "the API answers."), Result("clock", True, said)]


def _unchecked(why: str) -> "list[Result]":
    return [Result(about, None, f"not checked: {why}.") for about in ("network", "clock")]


def _connect(proxy: "SplitResult | None") -> None:
    from helpers import guard

    try:
        import httpx2

        context = httpx2.create_ssl_context()
    except ImportError:
        context = ssl.create_default_context()
    host, port = API if proxy is None else (proxy.hostname or "", proxy.port or 80)
    connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)
    if proxy is not None:
        headers = {}
        if proxy.username:
            user = "{}:{}".format(unquote(proxy.username), unquote(proxy.password or ""))
            headers["Proxy-Authorization"] = "Basic " + base64.b64encode(user.encode()).decode()
        connection.set_tunnel(*API, headers=headers)
    with guard.lifted():
        try:
            connection.connect()
        finally:
            connection.close()


# -- Printing ----------------------------------------------------------------------------------


def _line(result: Result) -> str:
    return f"{_MARKS[result.good]} {result.about:<9} {result.said}"


def _wrapped(line: str) -> None:
    """Print a line as wide as a notebook shows: JupyterLab would break it inside a word."""
    options: Any = {"break_long_words": False, "break_on_hyphens": False}
    _print(textwrap.fill(line, 74, subsequent_indent=" " * 12, **options))


def _print(line: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        line.encode(encoding)
    except UnicodeEncodeError:  # A terminal without Unicode.
        line = line.replace("✓", "ok").replace("✗", "NO")
        line = line.encode(encoding, "replace").decode(encoding)
    print(line)


if __name__ == "__main__":
    sys.exit(main())
