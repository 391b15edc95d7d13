"""One class of promises per port, run for every adapter."""

import pytest

pytest.register_assert_rewrite("tests.contracts.connector")
