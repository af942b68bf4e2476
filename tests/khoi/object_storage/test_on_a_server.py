"""A deployment beside a server that speaks S3 (moto, on loopback): from sent workbooks to marts read in the bucket."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from installed_beside import installed_beside
from khoi_deployment import Deployment

from khoi import stages
from khoi.deployment.home import Home
from khoi.object_storage.__main__ import main
from khoi.object_storage.bucket import Bucket
from khoi.object_storage.reading import compared, opened
from khoi.object_storage.store import store
from khoi.warehouse.read import open_published

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (installed_beside("storage", "s3fs") and installed_beside("storage", "moto")),
        reason="make storage installs s3fs and moto's server",
    ),
]
SECRET = "not-to-be-shown"


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A prefix in a bucket of a server of this test."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "khoi")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    name = f"khoi-{uuid.uuid4().hex}"  # all servers of a process have the same buckets
    s3fs.S3FileSystem().mkdir(name)
    yield f"s3://{name}/tỉnh"
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def home(published: Deployment, tmp_path: Path) -> Home:
    """A published deployment of this test's own."""
    shutil.copytree(published.home.root, tmp_path / "khoi")
    return Home(tmp_path / "khoi")


def test_from_a_sent_workbook_to_a_mart_that_is_read_in_the_bucket(url: str, home: Home, tmp_path: Path) -> None:
    bucket = Bucket.at(url)
    pen = Deployment(home.root, anew=False)
    sent = pen.write("ZZ-002", "2021H2", 30, 4, submission_no=2)
    bucket.write("inbox/ZZ/lần 2.xlsx", sent.read_bytes())
    bucket.write("inbox/../../evil.xlsx", sent.read_bytes())
    bucket.write("inbox/ZZ/", b"")  # what a console leaves for a folder
    content = sent.read_bytes()
    sent.unlink()
    first = store(bucket, home)
    assert first.sent_files > 50
    assert main(["fetch", url, "--home", str(home.root)]) == 1, "one of two was refused"
    assert (home.inbox / "ZZ" / "lần 2.xlsx").read_bytes() == content
    assert not list(tmp_path.rglob("evil*"))
    stages.run(home, settle_seconds=0)
    second = store(bucket, home)
    assert 0 < second.sent_bytes < first.sent_bytes
    assert second.sent_files < second.files
    assert {one.table for one in compared(bucket, home) if not one.same} == set()
    with opened(bucket) as there, open_published(home) as here:
        sums = "select count(*), sum(value) from marts.fct_observations"
        assert there.execute(sums).fetchone() == here.execute(sums).fetchone()
    assert main(["verify", url, "--home", str(home.root)]) == 0
    assert store(bucket, home, keep=1).sent_files == 0
    assert main(["verify", url, "--home", str(home.root)]) == 0


def test_more_objects_than_one_answer_lists(url: str, home: Home) -> None:
    bucket = Bucket.at(url)
    for number in range(1_003):
        bucket.files.pipe_file(bucket.path(f"inbox/{number}.xlsx"), b"%d" % number)
    assert main(["fetch", url, "--home", str(home.root)]) == 0
    assert (home.inbox / "1002.xlsx").read_bytes() == b"1002"
    assert sum(path.name[:-5].isdigit() for path in home.inbox.iterdir()) == 1_003


def test_a_storage_that_is_not_there_is_told_without_what_is_secret(
    url: str, home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["fetch", "s3://no-such-bucket/x", "--home", str(home.root)]) == 2
    assert main(["store", "s3://no-such-bucket/x", "--home", str(home.root)]) == 2
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    Bucket.at(url).files.clear_instance_cache()
    assert main(["verify", url, "--home", str(home.root)]) == 2
    said = capsys.readouterr()
    assert "s3://no-such-bucket/x" in said.err
    assert SECRET not in said.out + said.err
