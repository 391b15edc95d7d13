"""EMPLETTES_REQUIRE: a kind of test that must run here fails when it is skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
TESTS = """
    import pytest

    @pytest.mark.postgres
    def test_skips_itself():
        pytest.skip("no server")

    @pytest.fixture
    def chromium():
        pytest.skip("no Chromium")

    @pytest.mark.browser
    def test_needs(chromium):
        pass

    @pytest.mark.captures
    @pytest.mark.xfail(strict=False)
    def test_expected_to_fail():
        assert False

    def test_of_no_kind():
        pytest.skip("not today")

    def test_runs():
        pass
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = postgres\n    browser\n    captures\n")
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize(
    ("required", "outcomes"),
    [
        ("", {"passed": 1, "skipped": 3, "xfailed": 1}),
        ("postgres", {"passed": 1, "skipped": 2, "xfailed": 1, "failed": 1}),
        ("browser captures", {"passed": 1, "skipped": 2, "xfailed": 1, "errors": 1}),
        ("postgres,browser", {"passed": 1, "skipped": 1, "xfailed": 1, "failed": 1, "errors": 1}),
    ],
)
def test_a_required_kind_may_not_be_skipped(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, required: str, outcomes: dict[str, int]
) -> None:
    monkeypatch.setenv("EMPLETTES_REQUIRE", required)
    result = inner.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(**outcomes)
    if "failed" in outcomes:
        result.stdout.fnmatch_lines(["*but: *no server*"])


def test_a_module_that_skips_itself_whole_is_a_failure_too(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMPLETTES_REQUIRE", "captures")
    inner.makepyfile(test_whole='import pytest\npytest.skip("no recordings", allow_module_level=True)\n')
    result = inner.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*but: *no recordings*"])


def test_an_unknown_kind_is_refused(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPLETTES_REQUIRE", "postgress")
    result = inner.runpytest_subprocess()
    result.stderr.fnmatch_lines(["*EMPLETTES_REQUIRE: unknown postgress*"])
