"""A booted systemd in namespaces of its own: process ids, mounts, cgroups, host name.

Units run in it in the very sandbox they ask for. Its file system is the host's under a layer in
memory, so that programs and packages can be installed in it and nothing is left behind. It shares the
host's loopback, where the servers are. Needs root.
"""

import os
import pathlib
import subprocess
import time

from patience import HANG

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROJECT = "/mnt/rotate"  # where it is seen inside
SYSTEMD = pathlib.Path("/lib/systemd/systemd")
NAMESPACES = ("-m", "-p", "-C", "-i", "-u")

BOOT = r"""
set -eu
mount --make-rprivate / && mount --make-rshared /
# The project stays in sight, wherever it is: also under one of the places that are covered next.
mount -t tmpfs tmpfs /mnt && mkdir /mnt/rotate && mount --bind "$1" /mnt/rotate
mount -t tmpfs tmpfs /run
# The host's, in writable layers: what is installed, and who its users are.
for place in usr etc var; do
  mkdir -p "/run/layers/$place/upper" "/run/layers/$place/work"
  layer="/run/layers/$place"
  mount -t overlay overlay \
    -o "lowerdir=/$place,upperdir=$layer/upper,workdir=$layer/work" "/$place"
done
# Empty.
mkdir -p /run/systemd/system /var/lib/systemd
for place in /tmp /var/log /var/tmp /var/lib/systemd /usr/local; do mount -t tmpfs tmpfs "$place"; done
# What would reach the host: its kernel settings, modules, devices, mounts and package timers.
for unit in systemd-sysctl systemd-modules-load systemd-remount-fs systemd-binfmt systemd-udevd \
    systemd-udev-trigger systemd-tmpfiles-setup-dev systemd-random-seed systemd-pstore \
    systemd-networkd systemd-resolved systemd-timesyncd hwclock networking; do
  ln -s /dev/null "/run/systemd/system/$unit.service"
done
for unit in /lib/systemd/system/*.timer /lib/systemd/system/*.mount \
    /lib/systemd/system/*.automount; do
  ln -s /dev/null "/run/systemd/system/${unit##*/}"
done
export container=x
exec /lib/systemd/systemd --system --unit=basic.target
"""


def why_not() -> str | None:
    """What keeps this machine from booting one, in words; None where it can."""
    if os.geteuid() != 0:
        return "booting a systemd in namespaces needs root"
    if not SYSTEMD.exists():
        return "systemd is not installed: run 'make setup'"
    return None


class BootedSystemd:
    """Use it as a context manager; everything in it dies with it."""

    def __enter__(self):
        self._unshare = subprocess.Popen(
            ["unshare", *NAMESPACES, "--fork", "--mount-proc", "--kill-child",
             "bash", "-c", BOOT, "boot", str(ROOT)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + HANG
        up = ("running", "degraded")
        while self.run("systemctl", "is-system-running").stdout.strip() not in up:
            if self._unshare.poll() is not None or time.monotonic() > deadline:
                self._unshare.kill()
                raise RuntimeError(f"systemd did not boot:\n{self._unshare.stdout.read()}")
            time.sleep(0.05)

    def __exit__(self, *_):
        # unshare ignores polite signals; when it dies, the kernel kills its child, which is the
        # namespace's first process, and so all of them.
        self._unshare.kill()
        self._unshare.wait(10)
        # The dying systemd's cgroup namespace leaves the host's hierarchy read-only.
        subprocess.run(
            ["mount", "-o", "remount,rw", "/sys/fs/cgroup"], capture_output=True, check=False)

    def _init(self) -> int | None:
        children = pathlib.Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children")
        try:
            return int(children.read_text().split()[0])
        except (OSError, IndexError):
            return None

    def run(self, *command: str, timeout: float = HANG) -> subprocess.CompletedProcess:
        """Run a command inside, and wait for it."""
        if (init := self._init()) is None:
            return subprocess.CompletedProcess(command, 1, "", "")
        return subprocess.run(
            ["nsenter", "-t", str(init), *NAMESPACES, *command], capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=timeout, check=False)

    def check(self, *command: str) -> str:
        """Run a command that must succeed, and return what it printed."""
        done = self.run(*command)
        assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file inside."""
        script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1" && chmod "$3" "$1"'
        self.check("sh", "-c", script, "sh", path, text, f"{mode:o}")
