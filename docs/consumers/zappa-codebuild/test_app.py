import unittest

from app import app


class AppTest(unittest.TestCase):
    def test_says_hello(self):
        statuses = []
        body = app({}, lambda status, headers: statuses.append(status))
        self.assertEqual((statuses, body), (["200 OK"], [b"hello\n"]))
