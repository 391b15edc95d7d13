"""XML feeds cut into items, and items mended: damage costs the item that holds it, never its neighbours."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feed.items import ItemBroken
from connectors.feed.reader import Feed
from connectors.feed.shape import Fields, NotAFeed

HEAD = '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title>'
TAIL = "</channel></rss>"


def item(number: int, inner: str = "", title: str = "Bol") -> str:
    return (
        f"<item><g:id>{number}</g:id><title>{title}</title><link>https://x.fr/{number}</link>"
        f"<g:price>5 EUR</g:price>{inner}</item>"
    )


def feed(*items: str, head: str = HEAD, tail: str = TAIL) -> bytes:
    return (head + "\n".join(items) + tail).encode()


def read(data: bytes, piece: int = 7) -> tuple[list[Fields | ItemBroken], Feed]:
    """In small pieces, so that everything is once on a border."""
    found = Feed(data[n : n + piece] for n in range(0, len(data), piece))
    return list(found), found


def ids(data: bytes) -> list[str | None]:
    return [one.source_id if isinstance(one, ItemBroken) else one.get("id", [None])[0] for one in read(data)[0]]


def first(data: bytes) -> Fields:
    one = read(data)[0][0]
    assert isinstance(one, dict)
    return one


@pytest.mark.parametrize("piece", [1, 2, 5, 64, 10**6])
def test_pieces_of_any_size(piece: int) -> None:
    data = feed(*(item(n, f"<description><![CDATA[</item> & <b>{n}</b>]]></description>") for n in range(9)))
    items, found = read(data, piece)
    assert [one["description"] for one in items if isinstance(one, dict)] == [
        [f"</item> & <b>{n}</b>"] for n in range(9)
    ]
    assert found.complete


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("Sel &amp; poivre", "Sel & poivre"),
        ("Sel & poivre", "Sel & poivre"),
        ("Th&eacute; vert&nbsp;bio", "Thé vert\u00a0bio"),
        ("&inconnu; Bol", "&inconnu; Bol"),
        ("taille < 40 cm", "taille < 40 cm"),
        ("Bol\x0b bleu", "Bol bleu"),
        ("<![CDATA[Sel & <b>poivre</b>]]>", "Sel & <b>poivre</b>"),
        ("Bol <b>bleu</b>", "Bol bleu"),
        ("Bol <br>bleu", "Bol <br>bleu"),
        ("&#233;t&#xe9;", "été"),
    ],
)
def test_small_damage_in_a_text_is_mended(title: str, read_as: str) -> None:
    assert first(feed(item(1, title=title)))["title"] == [read_as]


@pytest.mark.parametrize(
    "head",
    [
        "<rss><channel>",  # the prefix is not declared
        '<rss xmlns:c="x"><channel><!-- <item><g:id>9</g:id></item> -->',
        "<br /><b>Warning</b>: foreach() in <b>/www/feed.php</b><br /><?xml version='1.0'?><rss><channel>",
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel>',
    ],
)
def test_heads(head: str) -> None:
    assert ids(feed(item(1), item(2), head=head)) == ["1", "2"]


def test_entities_of_a_dtd_are_never_expanded_nor_fetched() -> None:
    head = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "boum">]><rss><channel>'
    assert first(feed(item(1, title="&a;&b;Bol"), head=head))["title"] == ["&a;&b;Bol"]


@pytest.mark.parametrize("prefix", ["g", "gmc", "G"])
def test_prefixed_tags_win_over_bare_ones(prefix: str) -> None:
    head = f'<rss xmlns:{prefix}="http://base.google.com/ns/1.0"><channel>'
    one = first(feed(f"<item><title>Nu</title><{prefix}:title>Habillé</{prefix}:title><id>u</id>"
                     f"<{prefix}:id>1</{prefix}:id><media:title>Non</media:title></item>", head=head))  # fmt: skip
    assert (one["title"], one["id"]) == (["Habillé"], ["1"])


def test_what_is_nested_is_not_taken_for_the_items_own() -> None:
    shipping = "<g:shipping><g:country>FR</g:country><g:price>4 EUR</g:price></g:shipping>"
    assert first(feed(item(1, shipping)))["price"] == ["5 EUR"]


@pytest.mark.parametrize(
    ("broken", "left"),
    [
        (item(2).replace("</item>", ""), ["1", "2", "3"]),
        (item(2, "<g:brand>Brebis"), ["1", "2", "3"]),
        (item(2, "<description><![CDATA[jamais fermé</description>"), ["1", "2", "3"]),
        ("<item><g:id>2</g:id><title>Bol</title><link>https://x.fr/2</link></b></item>", ["1", "2", "3"]),
        ("<item><g:id>2</g:id><title>Bol</item>", ["1", "2", "3"]),
        ("<item></wrong><g:price>5</item>", ["1", None, "3"]),
        ("<item/>", ["1", None, "3"]),
        ("<!-- <item> -->", ["1", "3"]),
        ("</item></item>", ["1", "3"]),
    ],
)
def test_one_bad_item_leaves_its_neighbours(broken: str, left: list[str | None]) -> None:
    assert ids(feed(item(1), broken, item(3))) == left


def test_an_endless_item_is_damage_and_memory_stays_small() -> None:
    import tracemalloc

    def pieces() -> Iterator[bytes]:
        yield HEAD.encode() + b"<item><g:id>1</g:id><title>"
        for _ in range(600):
            yield b"x" * 65536
        yield item(2).encode() + TAIL.encode()

    tracemalloc.start()
    found = Feed(pieces())
    count = sum(1 for _ in found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.complete
    assert 1 <= count <= 3
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        ("Thé d’été", "utf-8", "ISO-8859-1"),
        ("Théière", "latin-1", "UTF-8"),
        ("Théière", "latin-1", "ISO-8859-1"),
        ("Prix : 5 €", "cp1252", "windows-1252"),
        ("Prix : 5 €", "cp1252", "ISO-8859-1"),
        ("Prix : 5 €", "iso-8859-15", "ISO-8859-15"),
        ("Théière", "utf-8", "klingon"),
        ("Théière", "utf-16", "utf-16"),
        ("Théière", "utf-8-sig", "UTF-8"),
    ],
)
def test_encodings_declared_rightly_and_wrongly(text: str, encoding: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?><rss><channel>'
    data = (head + item(1, title=text) + TAIL).encode(encoding)
    assert first(data)["title"] == [text]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"<!DOCTYPE html><html><body>Un instant</body></html>",
        b"<html><rss><item><g:id>1</g:id></item></rss></html>",
        b'{"products": []}',
        b"id;nom\n1;2\n",
        b"\x89PNG\r\n\x1a\n",
        gzip.compress(b"<html></html>", mtime=0),
    ],
)
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(NotAFeed):
        read(data)


@pytest.mark.parametrize("cut", [30, 200, 400])
def test_a_feed_that_stops_is_not_complete(cut: int) -> None:
    data = feed(*(item(n) for n in range(20)))
    items, found = read(data[:-cut])
    assert not found.complete
    assert found.detail
    assert all(isinstance(one, dict) and "price" in one for one in items)


def test_no_cut_ever_leaves_an_item_without_what_stood_behind_the_cut() -> None:
    data = feed(*(item(n, "<g:sale_price>4 EUR</g:sale_price>") for n in range(3)))
    for cut in range(len(HEAD), len(data)):
        items, found = read(data[:cut], 50)
        assert not found.complete
        assert [one["sale_price"] for one in items if isinstance(one, dict)] == [["4 EUR"]] * len(items)
    table = b"id;title;price\n" + b"".join(b"%d;Bol;24.90 EUR\n" % n for n in range(3))
    for cut in range(20, len(table)):
        whole = Feed([table[:cut]], proves_its_end=False)
        assert {one["price"][0] for one in whole if isinstance(one, dict)} <= {"24.90 EUR"}
        assert whole.complete == (table[cut - 1 : cut] == b"\n")


# --- tables


def table(text: str) -> list[Fields | ItemBroken]:
    return read(text.encode())[0]


@pytest.mark.parametrize("separator", ["\t", ";", ",", "|"])
def test_tables(separator: str) -> None:
    text = 'id;title;price;image link;Additional Image Link\n1;Bol;5,00 EUR;a;b\n2;"Vase;rond";6 EUR;;\n'
    text = text.replace("5,00", "5.00").replace(";", separator)
    one, two = table(text)
    assert one == {
        "id": ["1"],
        "title": ["Bol"],
        "price": ["5.00 EUR"],
        "image_link": ["a"],
        "additional_image_link": ["b"],
    }
    assert two == {"id": ["2"], "title": [f"Vase{separator}rond"], "price": ["6 EUR"]}


def test_comments_before_the_headings_and_a_row_with_a_stray_separator() -> None:
    rows = table("# Requis | facultatif\n\nid,title,price\n1,Bol, rond,5\n2,Vase,6\n")
    assert isinstance(rows[0], ItemBroken)
    assert rows[0].source_id == "1"
    assert isinstance(rows[1], dict)


def test_quotes_that_mean_inches() -> None:
    rows = table('id\ttitle\tprice\n1\tÉcran 24" plat\t5\n2\t"Grand" écran\t6\n3\t"Vase"\t7\n')
    assert [row["title"][0] for row in rows if isinstance(row, dict)] == ['Écran 24" plat', '"Grand" écran', "Vase"]


def test_a_cut_table_is_told_where_it_can_be() -> None:
    whole = b"id;title;price;link\n1;Bol;5;x\n2;Vase;6;y"
    assert read(whole)[1].complete
    assert not read(whole[:-5])[1].complete
    unsure = Feed([whole], proves_its_end=False)
    assert len(list(unsure)) == 1
    assert not unsure.complete


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([HEAD.encode(), b"id\ttitle\tprice\n", b"", b"\x1f\x8b\x08"]))
def test_whatever_comes_after_a_good_beginning(noise: bytes, beginning: bytes) -> None:
    from connectors.inflate import BodyBroken

    try:
        items, _ = read(beginning + noise, 13)
    except (NotAFeed, BodyBroken):
        return
    assert all(isinstance(one, dict | ItemBroken) for one in items)
