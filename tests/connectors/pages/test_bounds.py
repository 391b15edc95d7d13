"""What makes parsing dear is cut beforehand, and nothing of an ordinary page is."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages.bounds import bounded
from connectors.pages.page import Page

_MANY = 40_000
_BOMBS = {
    "forgotten fonts": "<p>" + "".join(f"<font id={n}>" for n in range(4000)) + "</p>" + "<p>x" * 4000,
    "nested blocks": "<div>" * 200_000,
    "bare attributes": "<p " + " ".join(f"a{n}" for n in range(_MANY)) + ">x</p>",
    "attributes with values": "<p " + " ".join(f"a{n}=1" for n in range(_MANY)) + ">x</p>",
    "values that look like tags' ends": "<p " + " ".join(f'a{n}=">"' for n in range(_MANY)) + ">x</p>",
    "values that look like tags' beginnings": "<p " + " ".join(f"a{n}='<b'" for n in range(_MANY)) + ">x</p>",
    "attributes between slashes": "<p/" + "/".join(f"a{n}" for n in range(_MANY)) + ">x</p>",
    "attributes without spaces": "<p " + "".join(f'a{n}=""' for n in range(_MANY)) + ">x</p>",
    "a tag that never ends": "<h1>Tasse</h1><p " + "\n".join(f"a{n}" for n in range(_MANY)),
    "attributes behind a script": "<script>if (a<b) {}</script><!-- -->"
    + "<p "
    + " ".join(f"a{n}" for n in range(_MANY))
    + ">",
    "several such tags": ("<p " + " ".join(f"a{n}=1" for n in range(10_000)) + ">x</p>") * 10,
}


@pytest.mark.parametrize("name", sorted(_BOMBS))
def test_no_page_takes_seconds_to_parse(name: str) -> None:
    body = f"<title>Tasse</title>{_BOMBS[name]}".encode()
    started = time.process_time()

    read = Page.parse("https://a.example/", body)

    assert read.title == "Tasse"
    assert time.process_time() - started < 1


def test_what_follows_a_tag_of_many_attributes_is_kept() -> None:
    body = f"<p id=first {' '.join(f'a{n}={n}' for n in range(_MANY))} id=last>x</p><h1 class=name>Tasse</h1>"

    read = Page.parse("https://a.example/", body.encode())

    paragraph = read.tree.css_first("p")
    assert paragraph is not None
    assert paragraph.attributes["id"] == "first"
    assert paragraph.attributes["a120"] == "120"
    assert paragraph.text() == "x"
    assert read.tree.css_first("h1.name") is not None


def test_elements_left_open_do_not_take_gigabytes() -> None:
    """In a process of its own, whose greatest size is asked for at its end: of /proc, since `ru_maxrss` begins with the
    size of the process that it was started from."""
    code = (
        "from connectors.pages.page import Page\n"
        "body = '<p>' + ''.join(f'<b id={n}>' for n in range(8000)) + '</p>' + '<p>x' * 8000\n"
        "Page.parse('https://a.example/', body.encode())\n"
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert int(done.stdout) < 200 * 1024, "36 MiB; 23 GiB where nothing is cut"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"<div><b class=x>a</b><i class=y></i><p>b<ul><li>c</ul></div>" * 3000, id="ordinary elements"),
        pytest.param(b"<script>" + b"for (i=0;i<n;i++) { f(a, b) } " * 2000 + b"</script>", id="a script"),
        pytest.param(b"<style>" + b"a b c d { color : red } " * 2000 + b"</style>", id="a style"),
        pytest.param(b"<!-- <p " + b"a b c d e " * 2000 + b"-->", id="a comment"),
        pytest.param(b"<p>" + b"Une tasse, une autre, et encore. " * 2000 + b"</p>", id="a long text"),
        pytest.param(b"<div data-product='{" + b'"name" : "a b c", ' * 3000 + b"}'>x</div>", id="a long value"),
        pytest.param(b"<p " + b" ".join(b"a%d=1" % n for n in range(120)) + b">x</p>", id="a tag of some attributes"),
    ],
)
def test_ordinary_pages_are_not_cut(source: bytes) -> None:
    assert bounded(source) == source


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"<a" * 4_000_000, id="only beginnings"),
        pytest.param(b"<a '" * 2_000_000, id="quotes that never end"),
        pytest.param((b"<script><p " + b"a " * 1500 + b"</script>") * 2000, id="scripts that look like tags"),
        pytest.param(b"<p a='" + (b'<b c="' + b"x " * 3000) * 1000, id="values in values"),
    ],
)
def test_looking_for_them_takes_time_in_proportion(source: bytes) -> None:
    started = time.process_time()

    assert len(bounded(source)) <= len(source)
    assert time.process_time() - started < 4


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["<p ", "<b", ">", "'", '"', " a=", "=", "/", "x y ", "<script>", "</script>", "<!--"]))
)
def test_no_text_makes_it_fail(pieces: list[str]) -> None:
    source = "".join(pieces).encode() * 40

    assert len(bounded(source)) <= len(source)
