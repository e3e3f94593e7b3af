"""What AWS checks of MFA and neither server does: codes.

moto and ministack take any `TokenCode` and any pair of codes. The proxy asks this room first: each code
is checked by pyotp against the device's seed at the servers' time, one step of 30 seconds earlier or
later being put up with, and each is accepted once. The words are AWS's.
"""

import base64
import dataclasses
import re
import secrets

import pyotp

STEP = 30  # seconds
WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
NO_DEVICE = ("MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA "
             "serial number is valid and associated with this user.")


@dataclasses.dataclass
class Device:
    seed: str
    user: str | None = None
    used: int = -1  # the newest step whose code was accepted


class MFA:
    """The devices of one account, as far as their codes go."""

    def __init__(self, server):
        self._server = server
        self.devices: dict[str, Device] = {}

    @property
    def seeds(self) -> set[str]:
        return {device.seed for device in self.devices.values()}

    def enroll(self, user: str, name: str | None = None, account: str = "123456789012") -> str:
        """A device that a person has enabled by hand: its serial number."""
        iam = self._server.client("iam")
        serial = iam.create_virtual_mfa_device(
            VirtualMFADeviceName=name or user)["VirtualMFADevice"]["SerialNumber"]
        assert f":{account}:mfa/" in serial
        self.devices[serial] = Device(pyotp.random_base32(64), user)
        iam.enable_mfa_device(
            UserName=user, SerialNumber=serial, AuthenticationCode1="000000",
            AuthenticationCode2="000000")
        return serial

    def now(self) -> float:
        return self._server.clock.now().timestamp()

    def refused(self, call) -> tuple[int, str, str] | None:
        """What AWS says to a call with a wrong code; None where it has none, or a right one."""
        parameters = call.parameters
        if call.operation == "EnableMFADevice":
            return self._enabling(parameters)
        if call.operation in ("GetSessionToken", "AssumeRole") and "SerialNumber" in parameters:
            device = self.devices.get(parameters["SerialNumber"])
            if device is None or device.user != self._owner(call.access_key_id):
                return 403, "AccessDenied", NO_DEVICE
            if not self._takes(device, parameters.get("TokenCode", "")):
                return 403, "AccessDenied", WRONG_CODE
        return None

    def _owner(self, access_key_id: str) -> str:
        return self._server.user_of(access_key_id) or ""

    def _takes(self, device: Device, code: str) -> bool:
        at = self._step(device, code)
        if at is None or at <= device.used:
            return False
        device.used = at
        return True

    def _step(self, device: Device, code: str) -> int | None:
        totp, now = pyotp.TOTP(device.seed), int(self.now()) // STEP
        return next((step for step in (now, now - 1, now + 1) if totp.at(step * STEP) == code), None)

    def _enabling(self, parameters: dict) -> tuple[int, str, str] | None:
        device = self.devices.get(parameters["SerialNumber"])
        if device is None:
            return 404, "NoSuchEntity", "VirtualMFADevice with that serial number doesn't exist."
        first = self._step(device, parameters["AuthenticationCode1"])
        second = self._step(device, parameters["AuthenticationCode2"])
        if first is None or second != first + 1 or first <= device.used:
            return 403, "InvalidAuthenticationCode", "Authentication code for device is not valid."
        device.used = second
        return None

    def answered(self, call, status: int, body: bytes) -> bytes:
        """Learn from an answer. ministack's seeds are hexadecimal, which is not base32: the answer
        gets one as AWS makes them, 64 digits, base64 as IAM's model has it."""
        if status != 200:
            return body
        if call.operation == "CreateVirtualMFADevice":
            seed = pyotp.random_base32(64)
            text = body.decode()
            serial = re.search("<SerialNumber>([^<]+)<", text)[1]
            self.devices[serial] = Device(seed)
            wire = base64.b64encode(seed.encode()).decode()
            text, count = re.subn(
                "<Base32StringSeed>[^<]*<", f"<Base32StringSeed>{wire}<", text)
            assert count == 1, text
            return text.encode()
        if call.operation == "EnableMFADevice":
            self.devices[call.parameters["SerialNumber"]].user = call.parameters["UserName"]
        if call.operation == "DeleteVirtualMFADevice":
            self.devices.pop(call.parameters["SerialNumber"], None)
        return body

    @staticmethod
    def stranger_seed() -> str:
        return base64.b32encode(secrets.token_bytes(40)).decode()
