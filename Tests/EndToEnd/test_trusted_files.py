"""Files that others could change: refused where they decide what rotate does, told where every SDK
takes them as they are."""

import json
import os

import pytest


def weaken(home, what: str):
    """A configuration that others could replace in one way or another; its path."""
    folder = home / "etc"
    folder.mkdir()
    file = folder / "config.json"
    file.write_text((home / "config.json").read_text())
    if what == "file":
        file.chmod(0o666)
    elif what == "group":
        file.chmod(0o664)
        try:
            os.chown(file, -1, 12345)
        except PermissionError:
            pytest.skip("only root can give a file to just any group")
    elif what == "directory":
        folder.chmod(0o777)
    elif what == "link":
        link = home / "link.json"
        link.symlink_to(file)
        folder.chmod(0o777)
        return link
    return file


@pytest.mark.parametrize("what", ["file", "group", "directory", "link"])
def test_a_configuration_that_others_can_write_is_refused(ministack_world, rotate, what):
    ministack_world.make_user(days=91)
    before = ministack_world.snapshot()
    run = rotate.run("--config", str(weaken(rotate.home, what)))
    assert run.code == 78, run
    assert "[config-untrusted]" in run.stderr and "chmod go-w" in run.stderr, run
    assert ministack_world.proxy.operations() == []
    assert ministack_world.snapshot() == before


def test_a_configuration_from_a_pipe_or_behind_a_good_link(ministack_world, rotate):
    ministack_world.make_user(days=1)
    link = rotate.home / "link.json"
    link.symlink_to(rotate.config_file)
    assert rotate.run("--config", str(link)).code == 0
    shell = "sh", "-c", f'cat "{rotate.config_file}" | "$0" "$@" --config /dev/stdin'
    assert rotate.run("--dry-run", wrap=shell).code == 0


def test_an_audit_log_in_a_directory_that_others_can_write(ministack_world, rotate):
    ministack_world.make_user(days=91)
    before = ministack_world.snapshot()
    rotate.audit_log.parent.chmod(0o777)
    run = rotate.run("--format", "json")
    assert run.code == 1, run
    assert ("failed", "audit-log") in run.findings(), run
    assert "its directory can be written by others" in run.text
    assert ministack_world.snapshot() == before
    rotate.audit_log.parent.chmod(0o1777)
    assert rotate.run().code == 0


def test_credentials_that_others_can_write_are_told(ministack_world, rotate):
    """No SDK refuses them."""
    world = ministack_world
    world.make_user(days=1)
    folder = rotate.home / "bin"
    folder.mkdir()
    program = folder / "credentials"
    document = {"Version": 1, "AccessKeyId": world.rotator[0],
                "SecretAccessKey": world.rotator[1]}
    program.write_text(f"#!/bin/sh\necho '{json.dumps(document)}'\n")
    program.chmod(0o755)
    config = rotate.home / "aws-config"
    config.write_text("[default]\ncredential_process = credentials\n")
    rotate.vaults.add(program)
    environment = {
        "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_CONFIG_FILE": str(config),
        "PATH": f"{folder}:/usr/bin:/bin"}
    run = rotate.pass_(**environment)
    assert ("notice", "credentials-writable") not in run.findings(), run
    config.chmod(0o666)
    folder.chmod(0o777)
    run = rotate.pass_(**environment)
    assert ("notice", "credentials-writable") in run.findings(), run
    told = [finding["message"] for finding in run.json["findings"]]
    assert any(str(config) in text for text in told), told
    assert any(f"{folder} can be written by others" in text for text in told), told
    whoami = rotate.run("whoami", **environment)
    assert whoami.code == 0 and whoami.stdout.count("warning  ") == 2, whoami


def test_a_log_and_lock_that_were_taken_away(ministack_world, rotate):
    """With the lock the host's name is gone; the machine's part of it stays."""
    world = ministack_world
    world.make_user(days=91)
    rotate.pass_()
    host = world.record()["audit"]["host"]
    for name in ("audit.jsonl", "audit.jsonl.lock"):
        (rotate.audit_log.parent / name).unlink()
    told = rotate.pass_()
    assert ("notice", "audit-log-new") in told.findings(), told
    world.clock.advance(days=2)
    rotate.pass_()
    after = world.record()["audit"]["host"]
    assert host != after and host[:8] == after[:8] and len(host) == 32
    assert ("notice", "audit-log-new") not in rotate.pass_().findings()
