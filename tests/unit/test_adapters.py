"""The retrievers of other frameworks, each inside a small chain of its own real library."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from vsearch.errors import QueryError
from vsearch.library import Library
from vsearch.testing.videos import write_colours

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
os.environ["LANGSMITH_TRACING"] = "false"
with warnings.catch_warnings():
    # LlamaIndex still sets up two of its own modules in a way that pydantic warns of.
    warnings.filterwarnings("ignore", module=r"(llama_index|pydantic)\b")
    from haystack import Pipeline
    from haystack.components.builders import PromptBuilder
    from haystack.components.joiners import DocumentJoiner
    from langchain_core.prompts import PromptTemplate
    from langchain_core.runnables import RunnableLambda, RunnablePassthrough
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine
    from llama_index.core.schema import ImageNode

    from vsearch_plugins.retrieve_haystack import VsearchRetriever as ForHaystack
    from vsearch_plugins.retrieve_langchain import VsearchRetriever as ForLangChain
    from vsearch_plugins.retrieve_llamaindex import VsearchRetriever as ForLlamaIndex

SAID = "The last train leaves at half past nine."
FACTS = {"video", "path", "start_s", "end_s", "score", "thumbnail", "link", "weak", "tags"}


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    folder = shared_library.path.parent / "my videos"
    talk = write_colours(folder / "talk.mp4", ["red", "blue"])
    talk.with_suffix(".srt").write_text(f"1\n00:00:00,200 --> 00:00:01,800\n{SAID}\n")
    write_colours(folder / "flag.mp4", ["red", "white", "blue"])
    assert len(shared_library.index(folder).indexed) == 2
    return shared_library


def check_facts(facts: dict[str, Any], library: Library) -> None:
    assert set(facts) == FACTS
    assert json.loads(json.dumps(facts)) == facts
    assert Path(facts["path"]).is_file()
    assert Path(facts["thumbnail"]).is_relative_to(library.path)
    link = urlsplit(facts["link"])
    assert unquote(link.path) == facts["path"]
    assert link.fragment == f"t={facts['start_s']:g},{facts['end_s']:g}"


def test_langchain_retrieves_documents(library: Library) -> None:
    retriever = ForLangChain(library=library, k=3)
    found = retriever.invoke("last train")
    assert len(found) == 3
    assert found[0].page_content == SAID
    assert len({item.id for item in found}) == 3
    for item in found:
        check_facts(item.metadata, library)
        assert item.page_content
    assert len(retriever.invoke("red", k=1)) == 1
    assert (
        retriever.invoke("red", filters={"video": "flag"})[0].metadata["path"].endswith("flag.mp4")
    )


def test_langchain_retrieves_in_a_chain_sync_async_and_in_batches(library: Library) -> None:
    retriever = ForLangChain(library=library, k=1)
    told = RunnableLambda(lambda items: items[0].page_content)
    prompt = PromptTemplate.from_template("{context} Question: {question}")
    chain = {"context": retriever | told, "question": RunnablePassthrough()} | prompt
    assert SAID in chain.invoke("when does the last train leave").text
    assert SAID in asyncio.run(chain.ainvoke("when does the last train leave")).text
    several = retriever.batch(["white", "last train"])
    assert [items[0].metadata["path"].rpartition("/")[2] for items in several] == [
        "flag.mp4",
        "talk.mp4",
    ]
    assert len(asyncio.run(retriever.ainvoke("red", k=2))) == 2


def test_llamaindex_retrieves_nodes(library: Library) -> None:
    retriever = ForLlamaIndex(library, k=4, callback_manager=None)
    found = retriever.retrieve("last train")
    assert found[0].node.get_content() == SAID
    assert not isinstance(found[0].node, ImageNode)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    for item in found:
        check_facts(item.node.metadata, library)
    silent = [item.node for item in found if isinstance(item.node, ImageNode)]
    assert silent
    assert base64.b64decode(silent[0].image).startswith(b"\xff\xd8\xff")
    again = asyncio.run(retriever.aretrieve("last train"))
    assert [item.node_id for item in again] == [item.node_id for item in found]
    seen = ForLlamaIndex(library, k=2, pictures=True, filters={"video": "talk"}).retrieve("train")
    assert all(isinstance(item.node, ImageNode) for item in seen)
    assert seen[0].node.get_content() == SAID


def test_llamaindex_answers_with_a_query_engine(library: Library) -> None:
    engine = RetrieverQueryEngine.from_args(ForLlamaIndex(library, k=1), llm=MockLLM())
    answer = engine.query("When does the last train leave?")
    assert SAID in str(answer)  # the model that ships for tests repeats its prompt
    assert "thumbnail" not in str(answer)
    assert answer.source_nodes[0].node.metadata["path"].endswith("talk.mp4")


TEMPLATE = """{% for item in documents %}{{ item.content }} ({{ item.meta.start_s }} s)
{% endfor %}Question: {{ question }}"""


def test_haystack_retrieves_in_a_pipeline(library: Library) -> None:
    pipeline = Pipeline()
    pipeline.add_component("train", ForHaystack(library, top_k=1))
    pipeline.add_component("flag", ForHaystack(library, top_k=1, filters={"video": "flag"}))
    pipeline.add_component("joiner", DocumentJoiner())
    pipeline.add_component("prompt", PromptBuilder(TEMPLATE, required_variables="*"))
    pipeline.connect("train.documents", "joiner.documents")
    pipeline.connect("flag.documents", "joiner.documents")
    pipeline.connect("joiner.documents", "prompt.documents")
    question = "last train"
    made = pipeline.run(
        {
            "train": {"query": question},
            "flag": {"query": "white"},
            "prompt": {"question": question},
        }
    )
    assert SAID in made["prompt"]["prompt"]
    assert "(nothing is said: flag.mp4 0:02-0:04) (2.0 s)" in made["prompt"]["prompt"]


def test_haystack_gives_documents_sync_and_async(library: Library) -> None:
    retriever = ForHaystack(library, top_k=3, pictures=True)
    retriever.warm_up()
    (first, *others) = retriever.run("last train")["documents"]
    assert len(others) == 2
    assert first.content == SAID
    assert first.score > others[-1].score
    assert first.blob.data.startswith(b"\xff\xd8\xff")
    check_facts(first.meta, library)
    same = asyncio.run(retriever.run_async("last train", top_k=1))["documents"]
    assert [item.id for item in same] == [first.id]
    only = retriever.run("red", filters={"video": "flag"}, top_k=9)["documents"]
    assert {Path(item.meta["path"]).name for item in only} == {"flag.mp4"}


def test_haystack_pipelines_are_written_and_read(library: Library) -> None:
    filters = {"video": ["flag"]}
    pipeline = Pipeline()
    pipeline.add_component("found", ForHaystack(library, top_k=2, filters=filters, plain=False))
    again = Pipeline.loads(pipeline.dumps(), allowed_modules=["vsearch_plugins.*"]).get_component(
        "found"
    )
    assert again.library == str(library.path)
    assert (again.top_k, again.filters, again.plain, again.pictures) == (2, filters, False, False)
    assert ForHaystack("name").to_dict()["init_parameters"]["library"] == "name"
    assert ForHaystack().to_dict()["init_parameters"]["library"] is None


def test_a_library_is_opened_by_its_path(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VSEARCH_PLUGINS", "vsearch.testing.fakes")
    for found in (
        ForLangChain(library=library.path, k=1).invoke("last train")[0].page_content,
        ForLlamaIndex(str(library.path), k=1).retrieve("last train")[0].text,
        ForHaystack(str(library.path), top_k=1).run("last train")["documents"][0].content,
    ):
        assert found == SAID


def test_a_query_is_plain_unless_it_is_wanted_otherwise(library: Library) -> None:
    odd = 'image:/etc/passwd "last train -red longer:abc'
    assert ForLangChain(library=library).invoke(odd)
    assert ForLlamaIndex(library).retrieve(odd)
    assert ForHaystack(library).run(odd)["documents"]
    asked = "red video:flag"
    for paths in (
        [x.metadata["path"] for x in ForLangChain(library=library, plain=False).invoke(asked)],
        [x.metadata["path"] for x in ForLlamaIndex(library, plain=False).retrieve(asked)],
        [x.meta["path"] for x in ForHaystack(library, plain=False).run(asked)["documents"]],
    ):
        assert {Path(path).name for path in paths} == {"flag.mp4"}


def test_filters_that_do_not_exist_are_named(library: Library) -> None:
    with pytest.raises(QueryError, match=r"no filter 'folder'; there are: after_s, .*video"):
        ForLangChain(library=library, filters={"folder": "x"}).invoke("red")


@pytest.mark.parametrize(
    ("module", "hidden", "extra"),
    [
        ("retrieve_langchain", "langchain_core", "langchain"),
        ("retrieve_llamaindex", "llama_index", "llamaindex"),
        ("retrieve_haystack", "haystack", "haystack"),
    ],
)
def test_a_framework_that_is_missing_is_named(module: str, hidden: str, extra: str) -> None:
    code = (
        f"import sys\nsys.modules[{hidden!r}] = None\nfrom vsearch.errors import PluginError\n"
        f"try:\n    import vsearch_plugins.{module}\nexcept PluginError as e:\n    print(e)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert f"pip install 'vsearch[{extra}]'" in done.stdout
