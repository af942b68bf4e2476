"""A place in a bucket: its file system, by whatever fsspec knows for its address, and the names below it.

Endpoint and credentials are those of the standard variables (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, ...), read by
the client library; nothing here reads, keeps or prints them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from ingest.told import Told

AT_ONCE = 16
"""Objects on their way at one time: most of what a small one takes is waiting for its answer."""

One = TypeVar("One")
Answer = TypeVar("Answer")


class BucketError(Told):
    """The object storage cannot be reached, or does not hold what it should; the message says what to do."""


@dataclass(frozen=True)
class Listed:
    """An object as a listing tells it: its name below the place, size in bytes, and what changes with its bytes."""

    name: str
    size: int
    stamp: str


@dataclass(frozen=True)
class Bucket:
    """The objects below ``url`` (``s3://bucket/prefix``), each under its name below it."""

    url: str
    files: Any
    root: str

    @classmethod
    def at(cls, url: str) -> Bucket:
        """The place at ``url``. Raises BucketError where nothing here knows addresses of its kind."""
        from fsspec.core import url_to_fs

        try:
            # A listing that is remembered would not show what somebody else put there meanwhile.
            files, root = url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise BucketError(
                f'{url}: không có phần mềm đọc địa chỉ này ({error}); với s3:// hãy cài `pip install "khoi[s3]"` / '
                'nothing here reads such an address; for s3:// install `pip install "khoi[s3]"`'
            ) from error
        return cls(url.rstrip("/"), files, root.rstrip("/"))

    def below(self, folder: str) -> Bucket:
        """The place ``folder`` further down."""
        return Bucket(f"{self.url}/{folder}", self.files, f"{self.root}/{folder}")

    def path(self, name: str) -> str:
        """Where the file system has the object ``name``."""
        return f"{self.root}/{name}"

    def address(self, name: str) -> str:
        """Where DuckDB finds the object ``name`` once it knows the file system."""
        return str(self.files.unstrip_protocol(self.path(name)))

    def listed(self, folder: str = "") -> list[Listed]:
        """Every object below ``folder``, in name order; a thousand of them are one question to the storage."""
        place = f"{self.root}/{folder}".rstrip("/")
        found = _asked(self.url, lambda: self.files.find(place, detail=True))
        facts = sorted((path.removeprefix(f"{self.root}/"), told) for path, told in found.items())
        return [Listed(name, int(told["size"]), _stamp(told)) for name, told in facts]

    def stamp(self, name: str) -> str:
        """What `Listed.stamp` of the object is now."""
        return _stamp(_asked(self.url, lambda: self.files.info(self.path(name)), may_miss=True))

    def read(self, name: str) -> bytes | None:
        """The bytes of the object, or None where there is none."""
        try:
            content: bytes = _asked(self.url, lambda: self.files.cat_file(self.path(name)), may_miss=True)
        except FileNotFoundError:
            return None
        return content

    def write(self, name: str, content: bytes) -> None:
        """Let the object hold ``content``; whoever reads it sees what was there or this, nothing between."""
        _asked(self.url, lambda: self.files.pipe_file(self.path(name), content))

    def send(self, source: str, name: str) -> None:
        """Let the object hold the bytes of the file ``source``."""
        _asked(self.url, lambda: self.files.put_file(source, self.path(name)))

    def fetch(self, name: str, target: str) -> None:
        """Write the object's bytes to the file ``target``, which is not whole before this returns."""
        _asked(self.url, lambda: self.files.get_file(self.path(name), target), may_miss=True)

    def remove(self, names: Iterable[str]) -> None:
        """Remove these objects."""
        if paths := [self.path(name) for name in names]:
            _asked(self.url, lambda: self.files.rm(paths))


def all_at_once(do: Callable[[One], Answer], things: Iterable[One]) -> list[Answer]:
    """What ``do`` answers for each of ``things``, in their order, with `AT_ONCE` under way; the first error ends it."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(do, things))
    finally:
        pool.shutdown(cancel_futures=True)


def _stamp(told: dict[str, Any]) -> str:
    """The ETag, or where the storage has none, size and time, which fsspec's own tells in two ways."""
    if "ETag" in told:
        return str(told["ETag"]).strip('"')
    when = told.get("created")
    return f"{told['size']}@{when.timestamp() if isinstance(when, dt.datetime) else when}"


def _asked(url: str, ask: Callable[[], Answer], *, may_miss: bool = False) -> Answer:
    """The answer. Raises BucketError where there is none, and FileNotFoundError for an object that ``may_miss``."""
    try:
        return ask()
    except Exception as error:  # s3fs, botocore and aiohttp have no ancestor of their errors in common
        if _is_of_this_machine(error) or (may_miss and isinstance(error, FileNotFoundError)):
            raise
        raise BucketError(
            f"{url}: kho đối tượng không trả lời như mong đợi ({type(error).__name__}: {error}); kiểm tra địa chỉ, "
            "quyền và các biến AWS_* rồi chạy lại, phần đã xong không phải làm lại / the object storage does not "
            "answer as it should; check address, rights and the AWS_* variables and run again, what is done stays done"
        ) from error


def _is_of_this_machine(error: Exception) -> bool:
    """True for a disk that is full or a file that cannot be written, which name a file of ours."""
    return isinstance(error, OSError) and error.filename is not None
