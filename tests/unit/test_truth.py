"""Truth in every format, and what is said of files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vsearch.errors import QueryError
from vsearch.evaluate.truth import Named, read_truth
from vsearch.types import TimeSpan


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(start_s=start_s, end_s=end_s)


@pytest.fixture
def write(tmp_path: Path):
    def make(content: object, name: str = "truth.txt") -> Path:
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return make


def test_plain_json(write) -> None:
    truth = read_truth(
        write(
            [
                {"query": " a  dog ", "video": "dog.mp4"},
                {"query": "a cat", "video": ["a.mp4", "b.mp4"], "kind": "animal"},
                {"query": "a train", "video": "t.mp4", "start_s": 1, "end_s": 2.5},
                {"query": "a bus", "video": "t.mp4", "spans": [[1, 2], [3, 4]], "note": "x"},
                {"query": "a whale", "video": None},
                {"query": "a shark"},
                {"query": "a crab", "video": ""},
                {"query": "a squid", "video": []},
            ]
        )
    )
    assert truth.form == "JSON"
    assert [query.text for query in truth.queries[:2]] == ["a dog", "a cat"]
    assert truth.queries[1].answers == (Named(video="a.mp4"), Named(video="b.mp4"))
    assert truth.queries[2].answers == (Named(video="t.mp4", spans=(span(1, 2.5),)),)
    assert truth.queries[3].answers[0].spans == (span(1, 2), span(3, 4))
    assert [query.answers for query in truth.queries[4:]] == [(), (), (), ()]
    assert truth.kinds() == ("animal",)
    assert len(truth.only(kind="animal").queries) == 1
    assert len(truth.only(limit=3).queries) == 3
    with pytest.raises(QueryError, match="no queries of the kind 'car'; there are: animal"):
        truth.only(kind="car")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_plain_csv(write, separator: str, end: str) -> None:
    lines = (
        "\ufeffquery,video,start_s,end_s,kind",
        "a dog,dog.mp4,,,",
        "a train,t.mp4,1,2.5,vehicle",
        "a train,t.mp4,3,4,vehicle",
        "a train,u.mp4,5,6,vehicle",
        "",
        "a whale,,,,",
    )
    truth = read_truth(write(end.join(line.replace(",", separator) for line in lines)))
    assert truth.form == "CSV"
    dog, train, whale = truth.queries
    assert dog.answers == (Named(video="dog.mp4"),)
    assert train.answers == (
        Named(video="t.mp4", spans=(span(1, 2.5), span(3, 4))),
        Named(video="u.mp4", spans=(span(5, 6),)),
    )
    assert (train.line, train.kind) == (3, "vehicle")
    assert whale.answers == ()


def test_quoted_cells_keep_commas_and_lines(write) -> None:
    truth = read_truth(write('query,video\n"a dog,\na cat","a,b.mp4"\nred,x.mp4\n'))
    assert truth.queries[0].text == "a dog, a cat"
    assert truth.queries[0].answers[0].video == "a,b.mp4"
    assert truth.queries[1].line == 4


def test_msrvtt(write) -> None:
    lines = (
        "key,vid_key,video_id,sentence",
        "ret0,msr9770,video9770,a person is connecting something to system",
        "ret1,msr9771,video9771,a little girl does gymnastics",
        "ret2,msr7020,video7020,a little girl does gymnastics",
    )
    truth = read_truth(write("\n".join(lines)))
    assert truth.form == "MSR-VTT 1kA"
    videos = [query.answers[0].video for query in truth.queries]
    assert videos == ["video9770", "video9771", "video7020"]  # each row stays a query of its own


def test_qvhighlights(write) -> None:
    record = {
        "qid": 2579,
        "query": "A girl and her mother cooked while talking with each other on facetime.",
        "duration": 150,
        "vid": "NUsG9BgSes0_210.0_360.0",
        "relevant_clip_ids": [41, 42],
        "saliency_scores": [[2, 3, 3], [4, 3, 4]],
        "relevant_windows": [[82, 150], [0, 12]],
    }
    hidden = {"qid": 1, "query": "a test query", "duration": 150, "vid": "x_0.0_150.0"}
    truth = read_truth(write(f"{json.dumps(record)}\n\n{json.dumps(hidden)}\n"))
    assert truth.form == "QVHighlights"
    assert truth.queries[0].answers == (
        Named(video="NUsG9BgSes0_210.0_360.0", spans=(span(82, 150), span(0, 12))),
    )
    assert truth.queries[1].answers[0].spans == ()
    assert truth.queries[1].line == 3


def test_lines_of_plain_json(write) -> None:
    truth = read_truth(write('{"query": "a dog", "video": "a"}\n{"query": "a dog", "video": "b"}'))
    assert truth.form == "JSON lines"
    assert [answer.video for answer in truth.queries[0].answers] == ["a", "b"]


WRONG = {
    "": "holds no queries",
    "[]": "holds no queries",
    "dear diary\n": "line 1: this is no truth that vsearch knows",
    '[{"query": "a"},\n {"query": }]': "line 2: no valid JSON: Expecting value",
    '{"query": "a",\n "video": "b"}': "line 1: no valid JSON: .* one object a line",
    '["a dog"]': 'line 1: a query is an object in braces, not "a dog"',
    '[{"query": "a"},\n\n {"query": "b", "vidoe": "c"}]': "line 3: 'vidoe' is not known; there are",
    '[{"video": "a"}]': "line 1: query must hold words",
    '[{"query": "??", "video": "a"}]': "line 1: query must hold words",
    '[{"query": "a", "video": 5}]': "named by a path, a file name or an id, not by 5",
    '[{"query": "a", "video": ["x", ""]}]': "not by ''",
    '[{"query": "a", "kind": 5}]': "kind must be a word, not 5",
    '[{"query": "a", "video": "x", "start_s": 1}]': r"in seconds, not \[1, null\]",
    '[{"query": "a", "video": "x", "start_s": 3, "end_s": 3}]': "not run from 3 to 3",
    '[{"query": "a", "video": "x", "start_s": -1, "end_s": 3}]': r"not \[-1, 3\]",
    '[{"query": "a", "video": "x", "start_s": NaN, "end_s": 3}]': r"not \[NaN, 3\]",
    '[{"query": "a", "video": "x", "start_s": true, "end_s": 3}]': r"not \[true, 3\]",
    '[{"query": "a", "video": "x", "spans": 5}]': r"spans must be a list of \[start, end\]",
    '[{"query": "a", "video": "x", "spans": [[1, 2, 3]]}]': r"not \[1, 2, 3\]",
    '[{"query": "a", "video": "x", "spans": [[1, 2]], "end_s": 5}]': "either spans, or start_s",
    '[{"query": "a", "video": ["x", "y"], "spans": [[1, 2]]}]': "a span needs one video",
    '[{"query": "a", "spans": [[1, 2]]}]': "a span needs one video",
    '[{"query": "a", "video": "x"},\n {"query": "a"}]': "line 2: 'a' has no answer here, but one",
    '[{"query": "a"},\n {"query": "a", "video": "x"}]': "line 2: 'a' has an answer .* in line 1",
    '[{"query": "a", "vid": "x"}, {"query": "a"}]': "mixes QVHighlights' records",
    '{"query": "a", "vid": ""}': "vid is empty",
    "[" * 100_000: "no valid JSON",
    f'[{{"query": "a", "video": "x", "start_s": 1{"0" * 5000}, "end_s": 3}}]': "no valid JSON",
    "query,length\na,b\n": "line 1: this is no truth that vsearch knows",
    "query,video,lenght\na,b,c\n": "line 1: the column 'lenght' is not known; there are: query",
    "query,video\na,b,c\n": "line 2: 3 cells under 2 columns",
    "query,video,start_s,end_s\na,b,one,2\n": "line 2: start_s must be seconds, not 'one'",
    'query,video\n"a,b\n': "line 2: no valid CSV",
    "video_id,sentence\nvideo1,\n": "line 2: sentence must hold words",
    "video_id,sentence\n,a dog\n": "line 2: video_id is empty",
}


@pytest.mark.parametrize("content", WRONG, ids=lambda content: content[:40])
def test_a_wrong_truth_is_named_with_its_line(write, content: str) -> None:
    path = write(content)
    with pytest.raises(QueryError, match=WRONG[content]) as caught:
        read_truth(path)
    assert str(caught.value).startswith(str(path))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="gone.csv cannot be read: No such file"):
        read_truth(tmp_path / "gone.csv")
    with pytest.raises(QueryError, match="cannot be read: Is a directory"):
        read_truth(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"\x00\xff\xfe\x80")
    with pytest.raises(QueryError, match="no text in UTF-8"):
        read_truth(tmp_path / "film.mp4")
