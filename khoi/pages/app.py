"""The pages as an ASGI application below `ROOT`; who may reach it is the guard's to say (`khoi.service.guard`)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ingest.receive import NotAFile, WorkersDoNotStart
from ingest.reference import Reference
from ingest.told import Told
from khoi.access import code_words, note_read
from khoi.deployment.home import Home
from khoi.exchange.answers import CannotDecide
from khoi.pages import checking, committees, figures, files, keeping, organizations, sheets
from khoi.pages.arranging import address, all_rows, arranged
from khoi.pages.blocks import Column, Grid, Listing, Page, Sentence, Words
from khoi.pages.deciding import decide_all, roles_of
from khoi.pages.published import Published
from khoi.pages.taking import TYPES, as_file
from khoi.pages.uploads import Taken, TooMuch, dropped_files
from khoi.pages.view import ROOT, NothingThere, View, page_address
from khoi.warehouse.errors import WarehouseError

_HERE = Path(__file__).resolve().parent
_LANGUAGE = "khoi_language"
_MOST_FORM_BYTES = 1_000_000
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_NOT_DONE, _NOT_FOUND = Words("Không thực hiện được", "Not done"), Words("Không tìm thấy", "Not found")
_NOT_ASKED = ("lang", "noted", "download")
"""Words of an address that say nothing of what stands on the page."""
_NAVIGATION = (
    ("", Words("Tổng quan", "Overview")),
    ("kiem-tra", Words("Kiểm tra biểu", "Check a workbook")),
    ("hoi-truoc", Words("Nên hỏi gì trước", "What to ask first")),
    ("so-sanh", Words("So sánh", "Compare")),
    ("bang-xoay", Words("Bảng xoay", "Pivot")),
    ("chi-tieu", Words("Chỉ tiêu", "Targets")),
    ("cong-bo", Words("Các lần công bố", "Publications")),
    ("quy-tac", Words("Quy tắc", "Rules")),
)
_PAGES: dict[str, Callable[..., Page]] = {
    "/": committees.overview,
    "/dang-bo/{code}": committees.committee,
    "/to-chuc/{code}": organizations.organization,
    "/trang-tinh/{file_hash}": sheets.sheet,
    "/kiem-tra": checking.form,
    "/so-lieu": figures.figure,
    "/so-sanh": figures.comparison,
    "/bang-xoay": figures.pivot,
    "/hoi-truoc": keeping.followup,
    "/chi-tieu": keeping.targets,
    "/cong-bo": keeping.published,
    "/cong-bo/{number}": keeping.publication,
    "/quy-tac": keeping.rules,
    "/quy-tac/{code}": keeping.rule,
}


def pages_app(home: Home) -> Starlette:
    """The pages of ``home``: every page of `_PAGES`, workbooks, the style, one address that takes decisions and one

    that checks what is dropped.
    """
    place = _Place(home)
    routes = [Route(f"{ROOT}{path}", place.endpoint(page), methods=["GET"]) for path, page in _PAGES.items()]
    routes += [
        Route(ROOT, lambda _request: RedirectResponse(f"{ROOT}/", 307), methods=["GET"]),
        Route(f"{ROOT}/style.css", place.style, methods=["GET"]),
        Route(f"{ROOT}/tep/{{file_hash}}", place.original, methods=["GET"]),
        Route(f"{ROOT}/tra-lai/{{file_hash}}", place.returned, methods=["GET"]),
        Route(f"{ROOT}/quyet-dinh", place.decide, methods=["POST"]),
        Route(f"{ROOT}/kiem-tra", place.check, methods=["POST"]),
    ]
    application = Starlette(routes=routes, exception_handlers={404: place.nowhere})
    application.state.published, application.state.desk = place.published, place.desk
    return application


def beside(pages: ASGIApp, other: ASGIApp) -> ASGIApp:
    """One application of two: the pages below `ROOT`, ``other`` (the orchestration UI) everywhere else."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        chosen = pages if scope["type"] == "http" and (path == ROOT or path.startswith(f"{ROOT}/")) else other
        await chosen(scope, receive, send)

    return answer


class _Place:
    """What the endpoints share: the publication and the template."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.published = Published(home)
        self.desk = checking.Desk(home)
        self._registers: tuple[object, Reference] | None = None
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("page.html.j2")
        self._style = (_HERE / "templates" / "style.css").read_text(encoding="utf-8")

    def endpoint(self, page: Callable[..., Page]) -> Callable[[Request], Any]:
        """The endpoint that answers with ``page``, made in a thread of its own."""

        async def answer(request: Request) -> Response:
            return await run_in_threadpool(self._answer, request, page)

        return answer

    async def style(self, _request: Request) -> Response:
        """The style sheet."""
        return Response(self._style, media_type="text/css", headers={"cache-control": "max-age=600"})

    async def original(self, request: Request) -> Response:
        """A workbook as it came."""
        return await run_in_threadpool(self._file, request, files.original, "file_hash")

    async def returned(self, request: Request) -> Response:
        """The copy that goes back to the sender."""
        return await run_in_threadpool(
            self._file, request, lambda view, code: files.returned_copy(view.published.home, code), "file_hash"
        )

    async def decide(self, request: Request) -> Response:
        """Take decisions on ticked findings and lead back to the page they came from."""
        body = await request.body()
        if len(body) > _MOST_FORM_BYTES:
            return Response(status_code=413)
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        back = (form.get("back") or [""])[0]
        return await run_in_threadpool(self._decide, request, form, back)

    async def check(self, request: Request) -> Response:
        """Check the workbooks that were dropped, tell what was found, and keep nothing of them."""
        try:
            async with dropped_files(request, checking.MOST_FILES, checking.MOST_BYTES) as taken:
                return await run_in_threadpool(self._check, request, taken)
        except TooMuch as error:
            return await run_in_threadpool(self._failure, request, str(error), 413)

    async def nowhere(self, request: Request, _error: Exception) -> Response:
        """What an address without a page answers."""
        told = self._view(request).say("Không có trang này.", "There is no such page.")
        return await run_in_threadpool(self._failure, request, told, 404)

    def _decide(self, request: Request, form: dict[str, list[str]], back: str) -> Response:
        try:
            done = decide_all(self._home, form)
        except (CannotDecide, Told) as error:
            return self._failure(request, str(error), 400)
        if done.refused:
            told = "; ".join([f"{done.noted} đã ghi / noted", *done.refused])
            return self._failure(request, told, 400 if not done.noted else 200)
        path, query = urlsplit(back).path, urlsplit(back).query
        target = path if re.fullmatch(rf"{ROOT}/[\w./%-]*", path) else f"{ROOT}/hoi-truoc"
        told = f"{query}&noted={done.noted}" if query else f"noted={done.noted}"
        return RedirectResponse(f"{target}?{told}", status_code=303)

    def _check(self, request: Request, taken: Taken) -> Response:
        view = self._view(request)
        if not taken:
            return self._page(request, view, checking.form(view))
        try:
            result = self.desk.check(taken)
        except (Told, NotAFile, WorkersDoNotStart) as error:
            return self._failure(request, str(error), 400)
        page = checking.told(view, result)
        note_read(self._home, "serve", request.url.path, len(result.findings))
        return self._page(request, view, page)

    def _answer(self, request: Request, page: Callable[..., Page]) -> Response:
        view = self._view(request)
        try:
            made = page(view, **request.path_params)
        except NothingThere as error:
            return self._failure(request, error.told.within(view.language), 404)
        except WarehouseError as error:
            return self._failure(request, str(error), 404)
        self._note(request, made)
        wanted = request.query_params.get("download", "")
        if wanted:
            return self._download(view, made, wanted, request.url.path)
        return self._page(request, view, made)

    def _download(self, view: View, page: Page, wanted: str, path: str) -> Response:
        key, _, kind = wanted.partition(".")
        for block in page.blocks:
            if isinstance(block, Listing) and block.key == key and kind in TYPES:
                content = as_file(view, block, all_rows(block, view.asked), kind, f"{path}{address(view.asked)}")
                headers = {"content-disposition": f'attachment; filename="{key}.{kind}"'}
                return Response(content, media_type=TYPES[kind], headers=headers)
        return Response("404", status_code=404, media_type="text/plain")

    def _page(self, request: Request, view: View, page: Page) -> Response:
        decides = any(isinstance(block, Listing) and block.decide for block in page.blocks)
        version = self.published.version()
        noted = request.query_params.get("noted", "")
        text = self._template.render(
            page=page,
            language=view.language,
            say=view.say,
            within=lambda words: words.within(view.language),
            written=lambda row, column: _written(view, row, column),
            arranged=lambda listing: arranged(listing, view.asked),
            address=lambda **changed: address(view.asked, **changed),
            asked=view.asked,
            navigation=[(page_address(name) if name else f"{ROOT}/", words) for name, words in _NAVIGATION],
            here=request.url.path,
            published_at=version.published_at[:16].replace("T", " ") if version else "–",
            number=version.number if version else None,
            roles=self._roles(view.language) if decides else [],
            periods=_until_periods(view) if decides else [],
            back=f"{request.url.path}{address(view.asked)}",
            noted=noted if noted.isdigit() else "",
        )
        headers = {"content-security-policy": _POLICY, "cache-control": "no-store", "referrer-policy": "same-origin"}
        response = HTMLResponse(text, page.status, headers)
        if request.query_params.get("lang") in ("vi", "en"):
            response.set_cookie(_LANGUAGE, view.language, httponly=True, samesite="strict", path=ROOT)
        return response

    def _roles(self, language: str) -> list[tuple[str, str]]:
        """The roles in which one decides; the registers are read again only where one of their files changed."""
        self._home.require_registers()
        stamp = checking.stamps(self._home.seeds)
        if self._registers is None or self._registers[0] != stamp:
            self._registers = (stamp, self._home.reference())
        return roles_of(self._registers[1], language)

    def _failure(self, request: Request, told: str, status: int) -> Response:
        view = self._view(request)
        title = _NOT_FOUND if status == 404 else _NOT_DONE
        page = Page(title, [Sentence(Words(told, told), "warn")], (), status)
        return self._page(request, view, page)

    def _file(self, request: Request, found: Callable[[View, str], tuple[Path, str]], name: str) -> Response:
        view = self._view(request)
        try:
            path, file_name = found(view, request.path_params[name])
        except NothingThere as error:
            return self._failure(request, error.told.within(view.language), 404)
        self._note(request)
        return FileResponse(path, filename=file_name)

    def _note(self, request: Request, page: Page | None = None) -> None:
        """Write down what was read: a page with the rows of its listings, or a file."""
        rows = sum(len(block.rows) for block in page.blocks if isinstance(block, Listing | Grid)) if page else None
        note_read(self._home, "serve", f"{request.url.path} {code_words(dict(request.query_params))}", rows)

    def _view(self, request: Request) -> View:
        asked = {
            name: value for name, value in request.query_params.items() if name not in ("lang", "noted", "download")
        }
        language = request.query_params.get("lang") or request.cookies.get(_LANGUAGE, "vi")
        return View(self.published, "en" if language == "en" else "vi", asked)


def _until_periods(view: View) -> list[tuple[str, str]]:
    rows = view.rows("select period_code, label_vi, label_en from dim_periods order by period_end desc, 1 desc")
    return [(row["period_code"], view.label(row)) for row in rows]


def _written(view: View, row: Any, column: Column) -> str:
    """A value as it stands on the page; codes and years are never grouped."""
    value = row.get(column.name)
    if column.kind == "limit" and value == math.inf:
        return view.say("không giới hạn", "no limit")
    if value is None:
        return ""
    if column.kind in ("number", "limit", "percent") and isinstance(value, int | float):
        return view.number(value)
    if column.kind == "day":
        return view.day(value)
    return str(value)
