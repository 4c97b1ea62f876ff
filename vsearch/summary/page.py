"""A summary as one HTML page that needs nothing else: pictures are in it, nothing is fetched."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path

from vsearch.lines import clock, one_line
from vsearch.summary.result import Chapter, KeySentence, Still, Summary
from vsearch.summary.text import facts, name_of, verdict

LONGEST_SAID = 220
JPEG = b"\xff\xd8"

STYLE = """
:root{color-scheme:light dark;--ink:#1f2933;--quiet:#5b6770;--paper:#fff;--panel:#f3f5f7;
--line:#dde3e8;--accent:#b4400f}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaee;--quiet:#9aa7b2;--paper:#14181c;
--panel:#1e242a;--line:#313a43;--accent:#ff9a62}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:2.5rem 1.25rem 3rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2.5rem 0 .9rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
.quiet,figcaption,time,footer{color:var(--quiet)}
time,figcaption{font-variant-numeric:tabular-nums}
dl{display:flex;flex-wrap:wrap;gap:.5rem;margin:1.25rem 0 0;padding:0}
dl div{background:var(--panel);border-radius:.5rem;padding:.5rem .9rem;min-width:5.5rem}
dt{font-size:.8rem;color:var(--quiet)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.board{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}
figure{margin:0;break-inside:avoid}
img{display:block;width:100%;height:auto;border-radius:.4rem;background:var(--panel)}
figcaption{font-size:.85rem;margin-top:.3rem;overflow-wrap:anywhere}
ol,ul{list-style:none;margin:0;padding:0}
.chapters li{display:grid;grid-template-columns:8.5rem 1fr;gap:1rem;padding:.7rem 0;
border-bottom:1px solid var(--line);break-inside:avoid}
.chapters li:last-child{border:0}
.chapters strong{display:block}.chapters p{margin:.2rem 0 0;font-size:.9rem}
blockquote{margin:0 0 .9rem;padding:.1rem 0 .1rem 1rem;border-inline-start:3px solid var(--accent);
break-inside:avoid}
blockquote p{margin:0}blockquote time{font-size:.85rem}
footer{margin-top:2.5rem;font-size:.8rem;overflow-wrap:anywhere}
@media(max-width:34rem){.chapters li{grid-template-columns:6rem 1fr}}
@media print{:root{--ink:#000;--quiet:#444;--paper:#fff;--panel:#f3f3f3;--line:#ccc;--accent:#666}
main{padding:0;max-width:none}.board{grid-template-columns:repeat(3,1fr)}h2{break-after:avoid}}
"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def as_html(summary: Summary) -> str:
    """The page."""
    languages = summary.numbers.languages
    language = f' lang="{_text(languages[0])}"' if len(languages) == 1 else ""
    body = "\n".join(_parts(summary))
    return (
        f'<!doctype html>\n<html{language}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(summary.title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(summary: Summary) -> Iterator[str]:
    yield f'<h1 dir="auto">{_text(summary.title)}</h1>'
    if not summary.query:
        yield f'<div class="quiet">{_text(summary.videos[0].path.name)}</div>'
    told = (f"<div><dt>{_text(n)}</dt><dd>{_text(v)}</dd></div>" for n, v in facts(summary.numbers))
    yield f"<dl>{''.join(told)}</dl>"
    if remark := verdict(summary):
        yield f"<p>{_text(remark)}</p>"
    if summary.pictures:
        figures = "\n".join(_figure(summary, item) for item in summary.pictures)
        yield f'<h2>Shown</h2>\n<div class="board">\n{figures}\n</div>'
    if summary.sentences:
        yield "<h2>Said</h2>"
        yield from (_quote(summary, item) for item in summary.sentences)
    if summary.chapters:
        items = "\n".join(_chapter(item) for item in summary.chapters)
        yield f'<h2>Chapters</h2>\n<ol class="chapters">\n{items}\n</ol>'
    if summary.spans:
        items = "\n".join(
            f"<li>{_text(video.path.name)} <time>{clock(span.start_s)}\u2013{clock(span.end_s)}"
            "</time></li>"
            for video, span in summary.spans
        )
        yield f"<h2>Found in</h2>\n<ul>\n{items}\n</ul>"
    yield f"<footer>Told by vsearch from {_text(str(summary.library))}</footer>"


def _figure(summary: Summary, still: Still) -> str:
    label = _text(name_of(summary, still.video, still.frame.pts_s))
    return f"<figure>{_picture(still.thumbnail, label)}<figcaption>{label}</figcaption></figure>"


def _quote(summary: Summary, item: KeySentence) -> str:
    when = _text(name_of(summary, item.video, item.span.start_s))
    return f'<blockquote><p dir="auto">{_text(item.text)}</p><time>{when}</time></blockquote>'


def _chapter(chapter: Chapter) -> str:
    title = _text(chapter.title)
    picture = _picture(chapter.thumbnail, title) if chapter.thumbnail else ""
    said = f'<p class="quiet" dir="auto">{_text(_begun(chapter.said))}</p>' if chapter.said else ""
    when = clock(chapter.span.start_s)
    return (
        f"<li><div>{picture}</div><div><time>{when}</time>"
        f'<strong dir="auto">{title}</strong>{said}</div></li>'
    )


def _begun(text: str) -> str:
    """The beginning of what is said."""
    if len(text) <= LONGEST_SAID:
        return text
    cut = text[:LONGEST_SAID]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "\u2026"


def _picture(path: Path, label: str) -> str:
    """A picture of the library in the page itself; one that was lost leaves a note."""
    try:
        data = path.read_bytes()
    except OSError:
        return '<span class="quiet">(the picture is lost)</span>'
    kind = "jpeg" if data.startswith(JPEG) else "webp"
    return f'<img alt="{label}" src="data:image/{kind};base64,{b64encode(data).decode()}">'


def _text(text: str) -> str:
    """A text as HTML shows it; half letters of broken file names are shown as question marks."""
    return escape(one_line(text).encode("utf-8", "replace").decode())
