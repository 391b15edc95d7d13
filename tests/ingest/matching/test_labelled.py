"""Files of pairs, in the forms in which public benchmarks come."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.errors import Refused
from aggregator.ingest.matching.labelled import Score, judge

SAME = ("Sony WH-1000XM4 black", "sony wh1000xm4 headphones")
OTHER = ("Sony WH-1000XM4 black", "sony wh1000xm5 headphones")

FORMS = {
    "left and right": "title_left,title_right,price_left,price_right,label\n"
    f'{SAME[0]},{SAME[1]},279.00,"1,269.50",1\n{OTHER[0]},{OTHER[1]},,,0\n',
    "tables": f"ltable_name\trtable_name\tgold\n{SAME[0]}\t{SAME[1]}\tTrue\n{OTHER[0]}\t{OTHER[1]}\tfalse\n",
    "numbers": f"id;name_1;name_2;is_match\n1;{SAME[0]};{SAME[1]};yes\n2;{OTHER[0]};{OTHER[1]};no\n",
    "json lines": f'{{"title_left": "{SAME[0]}", "title_right": "{SAME[1]}", "label": 1}}\n'
    f'{{"title_left": "{OTHER[0]}", "title_right": "{OTHER[1]}", "label": 0}}\n',
    "serialised": f"COL title VAL {SAME[0]} COL price VAL 279.0\tCOL title VAL {SAME[1]} COL price VAL \t1\n"
    f"COL title VAL {OTHER[0]} COL price VAL \tCOL title VAL {OTHER[1]} COL price VAL \t0\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str, tmp_path: Path) -> None:
    file = tmp_path / "pairs.txt"
    file.write_text(FORMS[form], encoding="utf-8")
    judged = list(judge(file))
    assert [one.label for one in judged] == [True, False]
    assert [one.found.same for one in judged] == [True, False]
    assert [one.left.title for one in judged] == [SAME[0], OTHER[0]]
    score = Score()
    for one in judged:
        score.add(one)
    assert (score.precision, score.recall, score.pairs) == (1.0, 1.0, 2)


def test_pairs_may_name_rows_of_two_tables(tmp_path: Path) -> None:
    left, right, pairs = (tmp_path / name for name in ("a.csv", "b.csv", "pairs.csv"))
    left.write_text(f"id,title,manufacturer,price\n7,{SAME[0]},Sony,279\n", encoding="utf-8")
    right.write_text(f"id,title,manufacturer,price\nx1,{SAME[1]},,269\nx2,{OTHER[1]},,349\n", encoding="utf-8")
    pairs.write_text("ltable_id,rtable_id,label\n7,x1,1\n7,x2,0\n", encoding="utf-8")
    judged = list(judge(pairs, left, right))
    assert [(one.found.same, one.label) for one in judged] == [(True, True), (False, False)]
    assert judged[0].left.brand == "Sony"
    assert judged[0].right.lowest_minor == 26900


def test_pairs_without_labels_are_judged_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(f"title_left,title_right\n{SAME[0]},{SAME[1]}\n", encoding="utf-8")
    (only,) = judge(file)
    score = Score()
    score.add(only)
    assert only.label is None
    assert (score.same, score.precision, score.recall) == (1, None, None)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", '{"broken'])
def test_what_is_no_file_of_pairs_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Refused):
        list(judge(file))
