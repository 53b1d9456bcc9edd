"""The starter playbook's tests: plain pytest, with the harness that users have."""

from tandem.testing import fixtures

world, at, wait, customer, expect = fixtures("../../infra/playbook")
