"""What the package says that it depends on, against what the program needs: of libcurl its options, of the
other libraries their symbols, by dpkg's own tools; and on which distributions dpkg would let it in."""

import pathlib
import re
import shutil
import subprocess

import pytest

from runner import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTROL = ROOT / "packaging/debian/control"

pytestmark = pytest.mark.skipif(
    shutil.which("dpkg-shlibdeps") is None, reason="dpkg-dev is missing: run 'make setup'")

# Since when libcurl has each option (its manual pages, "AVAILABILITY"), where that is later than 7.20. An
# older one compiles nothing of it, and at run time refuses it: no symbol tells, so dpkg can't know.
LATER = {
    "CURLMOPT_MAX_TOTAL_CONNECTIONS": (7, 30), "CURLOPT_PATH_AS_IS": (7, 42),
    "CURLOPT_PROXY_CAINFO": (7, 52), "CURLOPT_PROXY_CAPATH": (7, 52),
    "CURLOPT_SUPPRESS_CONNECT_HEADERS": (7, 54), "CURLOPT_MAXAGE_CONN": (7, 65),
    "CURLOPT_PREREQDATA": (7, 80), "CURLOPT_PREREQFUNCTION": (7, 80), "CURLOPT_PROTOCOLS_STR": (7, 85),
    "CURLOPT_QUICK_EXIT": (7, 87)}
EVER = {
    "CURLINFO_PRIVATE", "CURLINFO_RESPONSE_CODE", "CURLOPT_CAINFO", "CURLOPT_CAPATH",
    "CURLOPT_CONNECTTIMEOUT_MS", "CURLOPT_CUSTOMREQUEST", "CURLOPT_ERRORBUFFER", "CURLOPT_FOLLOWLOCATION",
    "CURLOPT_HEADERDATA", "CURLOPT_HEADERFUNCTION", "CURLOPT_HTTPGET", "CURLOPT_HTTPHEADER",
    "CURLOPT_HTTP_VERSION", "CURLOPT_NOBODY", "CURLOPT_NOPROXY", "CURLOPT_NOSIGNAL", "CURLOPT_POST",
    "CURLOPT_POSTFIELDS", "CURLOPT_POSTFIELDSIZE_LARGE", "CURLOPT_PRIVATE", "CURLOPT_PROXY",
    "CURLOPT_SSLVERSION", "CURLOPT_SSL_VERIFYHOST", "CURLOPT_SSL_VERIFYPEER", "CURLOPT_TIMEOUT_MS",
    "CURLOPT_URL", "CURLOPT_WRITEDATA", "CURLOPT_WRITEFUNCTION"}

# Package, version, and what it stands in for (Debian's and Ubuntu's names since time_t has 64 bits).
DISTRIBUTIONS = {
    "Ubuntu 22.04": ("2.35-0ubuntu3", "7.81.0-1ubuntu1.20", "3.0.2-0ubuntu1", "2.4.7-1", ""),
    "Debian 11": ("2.31-13+deb11u11", "7.74.0-1.3+deb11u14", "", "2.2.10-2", ""),
    "Debian 12": ("2.36-9+deb12u10", "7.88.1-10+deb12u12", "3.0.15-1~deb12u1", "2.5.0-1", ""),
    "Ubuntu 24.04": ("2.39-0ubuntu8", "8.5.0-2ubuntu10.6", "3.0.13-0ubuntu3", "2.6.1-2", "t64"),
    "Debian 13": ("2.41-12", "8.14.1-2", "3.5.1-1", "2.7.1-2", "t64")}
GOES = {"Debian 12": True, "Ubuntu 24.04": True, "Debian 13": True, "Ubuntu 22.04": False, "Debian 11": False}


def used() -> set[str]:
    sources = [*(ROOT / "Sources/AWSClient/HTTP").glob("*.swift"), ROOT / "Sources/CLibCurl/shim.h"]
    text = "".join(source.read_text() for source in sources)
    return set(re.findall(r"CURL(?:OPT|MOPT|INFO)_[A-Z0-9_]+", text))


def test_libcurl_is_as_young_as_the_options():
    assert used() - EVER - set(LATER) == set(), "since when has libcurl had these?"
    needed = max(LATER[name] for name in used() & set(LATER))
    (said,) = re.findall(r"libcurl4 \(>= ([0-9.]+)\)", CONTROL.read_text())
    assert tuple(int(part) for part in said.split("."))[:2] == needed


def test_the_options_are_as_old_as_their_manual_says():
    """Where libcurl's manual is installed (libcurl4-doc)."""
    pages = pathlib.Path("/usr/share/man/man3")
    if not (pages / "CURLOPT_QUICK_EXIT.3.gz").exists():
        pytest.skip("libcurl4-doc is not installed")
    for name in used():
        page = subprocess.run(["zcat", pages / f"{name}.3.gz"], capture_output=True, text=True, check=True)
        section = page.stdout.partition(".SH AVAILABILITY")[2].partition(".SH RETURN VALUE")[0]
        found = re.match(r"\s*Added in (\d+)\.(\d+)", section)
        since = (int(found[1]), int(found[2])) if found else (0, 0)
        assert LATER.get(name, (0, 0)) == (since if since > (7, 20) else (0, 0)), name


@pytest.fixture(scope="module")
def depends(tmp_path_factory):
    """As packaging/deb makes it: what dpkg finds of the program's symbols, and what stands in control."""
    if not binary().exists():
        pytest.fail(f"{binary()} is not built: run 'make build'")
    folder = tmp_path_factory.mktemp("source")
    (folder / "debian").mkdir()
    shutil.copy(CONTROL, folder / "debian/control")
    found = subprocess.run(["dpkg-shlibdeps", "-O", str(binary())], cwd=folder, capture_output=True, text=True,
                           check=True).stdout
    libraries = found.strip().removeprefix("shlibs:Depends=")
    own = re.search(r"^Depends: (.*(?:\n .*)*)", CONTROL.read_text(), re.MULTILINE)[1]
    return own.replace("${shlibs:Depends}", libraries).replace("\n", "")


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_where_dpkg_lets_it_in(depends, name, tmp_path):
    glibc, curl, openssl, expat, suffix = DISTRIBUTIONS[name]
    packages = [("libc6", glibc, ""), ("libexpat1", expat, ""), ("ca-certificates", "2023", ""),
                ("libgcc-s1", "12.3.0-1", ""), ("libstdc++6", "12.3.0-1", ""), ("systemd", "249", "")]
    for package, version in (("libcurl4", curl), ("libssl3", openssl)):
        if version:
            packages.append((package + suffix, version, f"{package} (= {version})" if suffix else ""))
    if not openssl:
        packages.append(("libssl1.1", "1.1.1w-0", ""))
    (tmp_path / "status").write_text("".join(
        f"Package: {package}\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\n"
        f"Version: {version}\n" + (f"Provides: {provides}\n" if provides else "") + "\n"
        for package, version, provides in packages))
    judged = subprocess.run(
        ["dpkg-checkbuilddeps", "-I", "-a", "amd64", f"--admindir={tmp_path}", "-d", depends, CONTROL],
        capture_output=True, text=True, check=False)
    assert (judged.returncode == 0) == GOES[name], (depends, judged.stderr)
    if name == "Ubuntu 22.04":
        assert "libcurl4 (>= 7.87.0)" in judged.stderr
