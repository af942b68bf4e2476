"""The publish gate on a small deployment: what it refuses, what it only tells, and its pages."""

from __future__ import annotations

import json
import re
import shutil

import duckdb
import pytest
from khoi_deployment import Deployment

from khoi import stages
from khoi.gate import GateRefused, run_gate
from khoi.gate.docs import finish_data_docs
from khoi.gate.suites import declared_suites
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.publish import published_file, published_version


def test_every_suite_says_what_a_failure_means_and_looks_at_one_value() -> None:
    names = [suite.name for suite in declared_suites()]
    assert len(names) == len(set(names)) >= 5
    for suite in declared_suites():
        assert suite.expectations
        assert all(one.vi and one.en and one.bounds() for one in suite.expectations)
    assert {one.severity for suite in declared_suites() for one in suite.expectations} == {"critical", "warning"}


def test_pages_fetch_nothing(tmp_path) -> None:
    page = tmp_path / "index.html"
    page.write_text(
        '<html><head><link rel="x" href="https://cdn.example/a.css"><script src="https://cdn.example/a.js"></script>'
        '</head><body><a href="https://example.org">out</a><a href="a.html">in</a>'
        '<img src="https://example.org/logo.png"></body></html>',
        encoding="utf-8",
    )
    finish_data_docs(tmp_path)
    finish_data_docs(tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "https://" not in text
    assert 'href="a.html"' in text
    assert text.count("<style>") == 1


@pytest.mark.slow
class TestAgainstTheLastPublication:
    @pytest.fixture(scope="class")
    def deployment(self, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
        deployment = Deployment(tmp_path_factory.mktemp("gate"))
        deployment.write("ZZ-001", "2021H1", opening=20, admitted=2)
        deployment.write("ZZ-002", "2021H1", opening=30, admitted=1)
        stages.run(deployment.home, settle_seconds=0)
        return deployment

    def _rebuilt(self, deployment: Deployment) -> None:
        # What dbt would write again from the same lake.
        published = published_file(deployment.home)
        assert published is not None
        shutil.copy(published, warehouse_file(deployment.home))

    def test_the_same_data_pass(self, deployment: Deployment) -> None:
        self._rebuilt(deployment)
        report = run_gate(deployment.home)
        assert report.refused == ()
        assert len(report.verdicts) >= 5
        pages = list(report.index.parent.rglob("*.html"))
        assert len(pages) > 5
        fetched = re.compile(r'(src|href)="https?://')
        assert [page.name for page in pages if fetched.search(page.read_text(encoding="utf-8"))] == []

    def test_a_collapse_is_refused_and_the_last_publication_stays(self, deployment: Deployment) -> None:
        before = published_version(deployment.home)
        self._rebuilt(deployment)
        with duckdb.connect(str(warehouse_file(deployment.home))) as connection:
            connection.execute("delete from marts.fct_observations")
        with pytest.raises(GateRefused) as refused:
            stages.gate(deployment.home)
        assert "volumes_against_last_publication" in {one.suite for one in refused.value.report.refused}
        assert "--accept-gate" in str(refused.value)
        assert published_version(deployment.home) == before

    def test_a_reason_lets_it_pass_and_is_kept(self, deployment: Deployment) -> None:
        self._rebuilt(deployment)
        with duckdb.connect(str(warehouse_file(deployment.home))) as connection:
            connection.execute("delete from marts.fct_observations")
        report = stages.gate(deployment.home, accept="thử nghiệm")
        assert report.refused
        lines = (deployment.home.logs / "gate.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[-1])["reason"] == "thử nghiệm"
