"""Every page answers, in both languages, with figures that lead to their cells; addresses that name nothing say so."""

from __future__ import annotations

import html
import io
import re
from collections import Counter, deque
from urllib.parse import urljoin, urlsplit

import openpyxl
import pandas as pd
import pytest
from starlette.testclient import TestClient

from khoi.deployment.home import Home
from khoi.pages.app import beside
from khoi.pages.sheets import _window
from khoi.pages.view import ROOT
from khoi.service.guard import Guard

PAGES = [
    *("/kho/", "/kho/dang-bo/ZZ", "/kho/dang-bo/ZZ?period=2021H1&scope=lfl", "/kho/to-chuc/ZZ-001", "/kho/so-sanh"),
    *("/kho/so-lieu?measure=members_total&committee=ZZ&period=2021H1", "/kho/bang-xoay", "/kho/hoi-truoc"),
    *("/kho/bang-xoay?rows=type&columns=committee&measure=members_admitted", "/kho/chi-tieu", "/kho/cong-bo"),
    *("/kho/cong-bo/1", "/kho/quy-tac", "/kho/quy-tac/R001A"),
]
_MOST_OF_A_KIND = 3
"""So many addresses of one page with the same words in their query: its other organizations differ in figures only."""
_HREF = re.compile(r"""(?:href|src)=["']([^"']+)["']""")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_in_both_languages(pages: TestClient, address: str) -> None:
    vietnamese = pages.get(address)
    english = pages.get(address, params={"lang": "en"})
    assert vietnamese.status_code == 200
    assert '<html lang="vi">' in vietnamese.text
    pages.cookies.clear()
    assert '<html lang="en">' in english.text
    for page in (vietnamese, english):
        assert "None" not in re.sub(r"<[^>]*>", " ", page.text)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
    ids = re.findall(r'\bid="([^"]+)"', vietnamese.text)
    assert len(ids) == len(set(ids))


def test_a_headline_stands_with_its_coverage_and_leads_to_its_cells(pages: TestClient) -> None:
    shown = pages.get("/kho/dang-bo/ZZ?period=2021H2").text
    assert "tổ chức được tính 1/2" in shown  # one of two workbooks contradicts itself
    address = re.search(r'href="(/kho/so-lieu\?measure=members_total[^"]*)"', shown)
    assert address is not None
    cells = pd.read_csv(io.BytesIO(pages.get(address[1].replace("&amp;", "&") + "&download=cells.csv").content))
    headline = re.search(r"Tổng số đảng viên</span><strong><a [^>]*>([\d.]+)</a>", shown)
    assert headline is not None
    assert cells["Tính vào số"].sum() == float(headline[1].replace(".", ""))
    assert cells["Ô"].str.contains("!C").all()


def test_a_listing_is_searched_sorted_and_taken_along_as_the_address_says(pages: TestClient) -> None:
    address = "/kho/bang-xoay?measure=members_total&committee=ZZ"
    rows = pd.read_csv(io.BytesIO(pages.get(f"{address}&download=pivot.csv").content))
    assert list(rows.iloc[:, 0]) == ["ZZ-001", "ZZ-002"]
    turned = pages.get(f"{address}&pivot.sort=-row&download=pivot.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(turned.content)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["ZZ-002", "ZZ-001"]
    found = pages.get(f"{address}&pivot.q=zz-002").text
    assert "ZZ-002</a>" in found
    assert "ZZ-001</a>" not in found
    assert pages.get(f"{address}&download=nothing.csv").status_code == 404


def test_a_search_forgives_accents_and_capitals(pages: TestClient) -> None:
    assert ">R001A</a>" in pages.get("/kho/quy-tac?rules.q=CUOI+KY+BANG+DAU+KY").text


def test_a_rule_says_why_it_is_there_with_examples_in_the_language_of_its_reader(pages: TestClient) -> None:
    vietnamese = html.unescape(pages.get("/kho/quy-tac/R002?lang=vi").text)
    english = html.unescape(pages.get("/kho/quy-tac/R002?lang=en").text)
    pages.cookies.clear()
    assert "số đảng viên chuyển do sắp xếp tổ chức thì lấy theo sổ theo dõi" in vietnamese
    assert "a series breaks here first" not in vietnamese
    assert "a series breaks here first" in english
    for shown, headings in ((vietnamese, ("Ví dụ đúng", "Ví dụ sai")), (english, ("that holds", "that fails"))):
        for heading in headings:
            assert re.search(f"{heading}</td>\\s*<td[^>]*>[^<]+ = \\d+; ", shown), heading


@pytest.mark.parametrize(
    "address",
    [
        *("/kho/dang-bo/QQ", "/kho/to-chuc/QQ-1", "/kho/quy-tac/R999", "/kho/cong-bo/77"),
        *("/kho/so-lieu?measure=x&committee=ZZ&period=2021H1", "/kho/so-lieu", "/kho/so-sanh?from=1999H1"),
        *("/kho/bang-xoay?rows=file_hash", "/kho/tep/" + "0" * 64, "/kho/tep/..%2f..%2fetc", "/kho/tra-lai/x"),
    ],
)
def test_an_address_that_names_nothing_says_so(pages: TestClient, address: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_before_the_first_publication_a_page_says_what_to_do(empty: TestClient) -> None:
    answer = empty.get("/kho/")
    assert answer.status_code == 404
    assert "khoi run" in answer.text


def test_an_original_and_its_returned_copy_are_what_lies_there(pages: TestClient, home: Home) -> None:
    rows = pages.app.state.published.rows(
        "select file_hash, submission_state from fct_submissions where organization_code = 'ZZ-002'"
    )
    for row in rows:
        landed = next((home.landed / row["file_hash"][:2]).glob(f"{row['file_hash']}*"))
        assert pages.get(f"/kho/tep/{row['file_hash']}").content == landed.read_bytes()
    (returned,) = [row["file_hash"] for row in rows if row["submission_state"] == "returned"]
    copy = openpyxl.load_workbook(io.BytesIO(pages.get(f"/kho/tra-lai/{returned}").content))
    assert "Biểu 1" in copy.sheetnames


def test_what_a_sender_wrote_is_never_markup(pages: TestClient) -> None:
    answer = pages.get("/kho/quy-tac", params={"rules.q": '"><script>alert(1)</script>'})
    assert "<script" not in answer.text


def test_nothing_changes_by_a_get_and_the_pages_stand_behind_the_guard(pages: TestClient) -> None:
    async def other(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"orchestration"})

    guarded = TestClient(
        Guard(beside(pages.app, other), "secret", 3000), base_url="http://127.0.0.1:3000", follow_redirects=True
    )
    assert guarded.get("/kho/").status_code == 403
    assert guarded.get("/kho/quyet-dinh?token=secret&verdict=accept").status_code in (404, 405)
    assert "Tổng quan" in guarded.get("/kho/?token=secret").text
    assert guarded.get("/anything").text == "orchestration"
    assert guarded.post("/kho/quyet-dinh", headers={"origin": "http://evil.example"}).status_code == 403


def test_a_cell_of_a_figure_stands_in_its_sheet_with_what_was_found_there(pages: TestClient) -> None:
    (row,) = pages.app.state.published.rows(
        "select * from fct_findings where outcome = 'fail' and severity = 'hard' and cell is not null limit 1"
    )
    answer = pages.get(f"/kho/trang-tinh/{row['file_hash']}", params={"sheet": row["sheet"], "cell": row["cell"]})
    here = re.search(r'<td id="here" aria-current="true" class="([^"]*)">([^<]*)<small>([^<]*)</small>', answer.text)
    assert here is not None
    assert "found" in here[1]
    assert here[2] == row["observed"]
    assert html.unescape(here[3]).startswith(row["message_vi"][:40])
    assert answer.text.count('id="here"') == 1


def test_of_a_large_sheet_the_part_around_the_cell_is_shown() -> None:
    assert list(_window([3, 900], 5, 200)) == list(range(1, 201))
    assert list(_window([3, 900], 890, 200)) == list(range(701, 901))
    assert 450 in _window([3, 900], 450, 200)
    assert list(_window([3, 7], 5, 200)) == list(range(1, 8))


@pytest.mark.parametrize("words", ["sheet=Biểu 77&cell=C1", "", "sheet=Biểu 1'--"])
def test_a_sheet_that_is_not_there_says_so(pages: TestClient, words: str) -> None:
    (row,) = pages.app.state.published.rows("select file_hash from fct_submissions limit 1")
    assert pages.get(f"/kho/trang-tinh/{row['file_hash']}?{words}").status_code == 404
    assert pages.get(f"/kho/trang-tinh/{'0' * 64}?sheet=Biểu 1").status_code == 404


def _kind(address: str) -> tuple[str, ...]:
    """Which page an address is of, and which words it gives it."""
    path, query = urlsplit(address).path, urlsplit(address).query
    parts = path.removeprefix(ROOT).strip("/").split("/")
    return (parts[0], str(len(parts)), *sorted(word.partition("=")[0] for word in query.split("&") if word))


@pytest.mark.long
def test_every_link_of_every_page_leads_somewhere(pages: TestClient) -> None:
    waiting, met, kinds = deque([f"{ROOT}/"]), {f"{ROOT}/"}, Counter[tuple[str, ...]]()
    nowhere: dict[str, str] = {}
    came_from = {f"{ROOT}/": ""}
    while waiting:
        here = waiting.popleft()
        answer = pages.get(here)
        if answer.status_code != 200:
            nowhere[here] = f"{answer.status_code}, linked from {came_from[here]}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for found in _HREF.findall(answer.text):
            target = urljoin(here, html.unescape(found)).partition("#")[0]
            if not target.startswith(f"{ROOT}/") or target in met or kinds[_kind(target)] >= _MOST_OF_A_KIND:
                continue
            met.add(target)
            kinds[_kind(target)] += 1
            came_from[target] = here
            waiting.append(target)
    assert nowhere == {}
    first = {kind[0] for kind in kinds}
    assert {"dang-bo", "to-chuc", "so-lieu", "trang-tinh", "tep", "cong-bo", "hoi-truoc"} <= first, first
