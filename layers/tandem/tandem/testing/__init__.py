"""A playbook tested as plain pytest: the real actor in memory, on a clock that jumps. Not shipped to Lambda.

# conftest.py
from tandem.testing import fixtures

world, at, wait, customer, expect = fixtures("my-playbook")
"""

from tandem.testing.expect import Expect
from tandem.testing.fixtures import At, Wait, fixtures
from tandem.testing.happened import Message
from tandem.testing.person import Person
from tandem.testing.world import World

__all__ = ["At", "Expect", "Message", "Person", "Wait", "World", "fixtures"]
