"""What a killed run had sealed, and could not note any more: bags, and what they show."""

from __future__ import annotations

from pathlib import Path

from capture.platforms.identity import identify
from capture.platforms.platform import Platform
from seal.kinds import CAPTURE
from workers.profiles.capturing import outcome_of
from workers.profiles.evidence import capture_of, inventory_of, statement_type
from workers.profiles.job import Job
from workers.profiles.judging import judge
from workers.profiles.moments import microseconds, now
from workers.profiles.state import Post


def adopt(job: Job, platform: Platform) -> int:
    """Note every sealed bag in the job's folder that its journal does not know; how many.

    A bag has its place in the folder only once it is sealed and verified. Posts that were captured
    in this run, but not judged any more, are judged: nothing sealed is captured again.
    """
    known = {each["bag"] for each in job.state.profile + job.state.inventories}
    known |= {each["bag"] for post in job.state.posts.values() for each in post.captures}
    bags = [path for path in sorted(job.folder.glob("2*T*Z-*")) if path.name not in known]
    for bag in bags:
        _adopt(job, bag)
    for post in job.state.to_do:
        _settle(job, post, platform)
    return len(bags)


def _adopt(job: Job, bag: Path) -> None:
    if statement_type(bag) != CAPTURE.statement_type:
        job.note("inventory sealed", inventory=inventory_of(bag))
        return
    capture = capture_of(bag)
    if capture["url"] == job.target.url:
        job.note("profile captured", capture=capture)
        return
    post = job.state.posts.get(_mark(capture["url"]))
    if post is not None:  # else it is somebody else's bag, laid into this folder
        job.note("post captured", mark=post.mark, capture=capture)


def _settle(job: Job, post: Post, platform: Platform) -> None:
    if not post.captures or post.captures[-1]["started"] < job.state.started:
        return
    verdict = judge(job.folder / post.captures[-1]["bag"], platform, post.shown["text"])
    if verdict.is_final:
        job.note("post done", mark=post.mark, **outcome_of(post, verdict, job.folder))


def _mark(url: str) -> str:
    found = identify(url, microseconds(now()))
    return (found.key or found.canonical_url) if found else url
