"""For all tests in Python."""


def pytest_collection_modifyitems(items):
    """What stands in one queue begins first. Some build for minutes before they try anything: at the
    end everybody else would have finished, and wait for them."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
