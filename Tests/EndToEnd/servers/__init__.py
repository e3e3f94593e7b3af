"""The local servers that stand in for AWS, their clock, and the proxy that makes them misbehave."""

from .clock import Clock
from .policies import PolicyJudge
from .proxy import Call, Proxy
from .server import MinistackServer, MotoServer, Server

__all__ = ["Call", "Clock", "MinistackServer", "MotoServer", "PolicyJudge", "Proxy", "Server"]
