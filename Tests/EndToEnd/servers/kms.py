"""KMS keys that Parameter Store can't decrypt with: the servers decrypt whatever they are asked.

Parameter Store passes on what KMS says: `InvalidKeyId` for a key that is pending deletion or disabled,
`AccessDeniedException` where the caller may not use it. A history that is asked for with decryption fails
as a whole where one version can't be decrypted.
"""

KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/11111111-2222-3333-4444-555555555555"
PENDING = ("InvalidKeyId", f"{KEY} is pending deletion. (Service: AWSKMS; Status Code: 400; "
           "Error Code: KMSInvalidStateException; Request ID: 0; Proxy: null)")
DISABLED = ("InvalidKeyId", f"{KEY} is disabled. (Service: AWSKMS; Status Code: 400; "
            "Error Code: DisabledException; Request ID: 0; Proxy: null)")
DENIED = ("AccessDeniedException", "The ciphertext refers to a customer master key that does not exist, "
          "does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status "
          "Code: 400; Error Code: AccessDeniedException; Request ID: 0; Proxy: null)")
# That passes: the key's store is away for a while.
UNAVAILABLE = ("InvalidKeyId", f"{KEY} is unavailable. (Service: AWSKMS; Status Code: 500; Error Code: "
               "KeyUnavailableException; Request ID: 0; Proxy: null)")


class KMS:
    """Which versions of which parameters can't be decrypted, and why."""

    def __init__(self, server):
        self._server = server
        self._locked: dict[tuple[str, int], tuple[str, str]] = {}

    def lock(self, name: str, *versions: int, why: tuple[str, str] = PENDING) -> None:
        for version in versions:
            self._locked[name, version] = why

    def unlock(self) -> None:
        self._locked.clear()

    def refused(self, call) -> tuple[int, str, str] | None:
        if not self._locked or not call.parameters.get("WithDecryption"):
            return None
        for name, version in self._asked(call):
            if found := self._locked.get((name, version)):
                return 400, *found
        return None

    def _asked(self, call) -> list[tuple[str, int]]:
        if call.operation == "GetParameterHistory":
            name = call.parameters["Name"]
            return [key for key in self._locked if key[0] == name]
        names = {"GetParameter": [call.parameters.get("Name", "")],
                 "GetParameters": call.parameters.get("Names", [])}.get(call.operation, [])
        return [self._version(name) for name in names]

    def _version(self, selected: str) -> tuple[str, int]:
        name, _, version = selected.partition(":")
        if version:
            return name, int(version)
        ssm = self._server.client("ssm")
        try:
            return name, ssm.get_parameter(Name=name)["Parameter"]["Version"]
        except ssm.exceptions.ParameterNotFound:
            return name, 0
