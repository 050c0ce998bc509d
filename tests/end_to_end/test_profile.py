"""`holdfast profile`: everything that an account has posted, and the list of it all."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.platforms import Account, Platforms

HOLDFAST = str(Path(sys.executable).with_name("holdfast"))
NAMES = ("scroll", "pages", "more", "cursor")
KILLS = 20


@dataclass
class Runner:
    """Runs the commands on one account, in one folder."""

    folder: Path
    account: Account

    def command(self, *options: str, name: str = "profile", delay: str = "0") -> list[str]:
        return [
            *(HOLDFAST, name, self.account.url, "--into", str(self.folder / "evidence")),
            *("--key", str(self.folder / "key.pem"), "--allow-network", "127.0.0.0/8"),
            *("--no-wire", "--delay", delay, "--json", *options),
        ]

    def run(self, *options: str, **more: str) -> tuple[int, dict[str, Any], str]:
        """Exit code, what it says on standard output, and on standard error."""
        done = subprocess.run(
            self.command(*options, **more), capture_output=True, text=True, check=False
        )
        told = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
        return done.returncode, told, done.stderr

    @property
    def job(self) -> Path:
        (found,) = (self.folder / "evidence").glob("profile-*")
        return found

    @property
    def bags(self) -> list[Path]:
        return sorted(self.job.glob("2*T*Z-*"))

    def inventory(self) -> dict[str, Any]:
        """The latest, sealed."""
        lists = [bag / "data" / "inventory.json" for bag in self.bags]
        made = [json.loads(path.read_text("utf-8")) for path in lists if path.exists()]
        return dict(max(made, key=lambda each: each["ended"]))

    def verify(self) -> None:
        """Every bag, and the list with them."""
        command = [HOLDFAST, "verify", "--key", str(self.folder / "key.pem"), *map(str, self.bags)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def _states(inventory: dict[str, Any]) -> dict[str, str]:
    return {post["url"]: post["state"] for post in inventory["posts"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_post_is_preserved_and_listed(
    platforms: Platforms, name: str, tmp_path: Path
) -> None:
    account = getattr(platforms, name).open_account(
        "grimwald", posts=6, pinned=1, reposts=1, suggestions_every=5
    )
    runner = Runner(tmp_path, account)
    code, told, said = runner.run()
    assert code == 0, said
    inventory = runner.inventory()
    truth = {post.url for post in account.truth()}
    states = _states(inventory)
    assert {url for url in states if states[url] == "captured"} == truth
    for post in inventory["posts"]:
        if post["url"] not in truth:  # put between by the site, and said so
            assert (post["own"], post["state"]) == ("no", "not_reached")
    assert inventory["discovery"][0]["end"] == "end_of_timeline"
    assert inventory["profile"][0]["outcome"] == "captured"
    assert told["states"]["captured"] == len(truth)
    runner.verify()


@pytest.mark.parametrize("name", NAMES)
def test_threads_are_preserved_and_told_apart(
    platforms: Platforms, name: str, tmp_path: Path
) -> None:
    account = getattr(platforms, name).open_account(
        "grimwald", posts=5, pinned=0, reposts=1, answers_every=2
    )
    runner = Runner(tmp_path, account)
    code, _, said = runner.run("--threads")
    assert code == 0, said
    inventory = runner.inventory()
    threads = {
        own.url: [each.url for each in account.thread(post) if each.id != own.id]
        for post in account.posts
        for own in account.truth()
        if own.id == post.id and own.repost_of is None
    }
    timeline = {post.url for post in account.truth()}
    around = {url for urls in threads.values() for url in urls} - timeline
    assert around
    assert _states(inventory) == dict.fromkeys(timeline | around, "captured")
    urls = {post["number"]: post["url"] for post in inventory["posts"]}
    for post in inventory["posts"]:
        assert (post["found_in"] is not None) == (post["url"] in around)
        if post["found_in"] is not None:
            assert post["own"] == "no"
            assert post["url"] in threads[urls[post["found_in"]]]
        assert sorted(urls[each] for each in post["thread"]) == sorted(threads.get(post["url"], []))
        reading = post["thread_reading"]
        assert (reading and reading["end"]) == (
            "end_of_timeline" if post["url"] in threads else None
        )
    runner.verify()


def test_an_answer_that_is_deleted_is_said_the_next_time(
    platforms: Platforms, tmp_path: Path
) -> None:
    account = platforms.scroll.open_account("grimwald", posts=1, pinned=0)
    other = platforms.scroll.open_account("bystander", posts=0)
    answer = other.say("Leave her alone.", to=account.posts[0])
    account.posts[0].replies = [answer]
    runner = Runner(tmp_path, account)
    assert runner.run("--threads")[0] == 0
    other.delete(answer)
    code, told, said = runner.run("--threads")
    assert (code, told["changes"]) == (0, {"gone": 1}), said
    (gone,) = (post for post in runner.inventory()["posts"] if post["change"] == "gone")
    assert (gone["found_in"], gone["author"]["name"], len(gone["captures"])) == (1, "bystander", 2)
    runner.verify()


def test_killed_at_twenty_moments_it_loses_nothing_and_repeats_nothing(
    platforms: Platforms, tmp_path: Path
) -> None:
    account = platforms.scroll.open_account("grimwald", posts=14, pinned=1, answers_every=4)
    runner = Runner(tmp_path, account)
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    resume = ["--threads"]
    for _ in range(KILLS):
        with subprocess.Popen(
            runner.command(*resume), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            try:
                run.wait(1 + chance.random() * 4)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
        began = "run began" in _journal(runner)
        if "inventory sealed" in _journal(runner):
            break
        resume = ["--resume"] if began else resume
    else:
        code, _, said = runner.run(*resume)
        assert code == 0, said
    truth = {each.url for post in account.posts for each in account.thread(post)}
    assert len(truth) > len(account.posts)
    inventory = runner.inventory()
    assert _states(inventory) == dict.fromkeys(truth, "captured")
    captured = [json.loads(_statement(bag))["url"] for bag in runner.bags]
    assert Counter(captured) == {**dict.fromkeys(truth, 1), account.url: 2}  # page, and list
    assert list(runner.job.glob(".holdfast-*")) == []
    assert list(runner.job.glob("UNVERIFIED*")) == []
    runner.verify()


def _journal(runner: Runner) -> str:
    found = list((runner.folder / "evidence").glob("profile-*/journal.jsonl"))
    return found[0].read_text("utf-8") if found else ""


def _statement(bag: Path) -> str:
    return (bag / "seal" / "statement.json").read_text("utf-8")


@pytest.mark.parametrize("name", ["scroll", "pages"])
def test_done_again_it_says_what_is_new_gone_edited_and_back(
    platforms: Platforms, name: str, tmp_path: Path
) -> None:
    account = getattr(platforms, name).open_account("grimwald", posts=5, pinned=0)
    runner = Runner(tmp_path, account)
    assert runner.run()[0] == 0
    first = runner.inventory()
    before = len(runner.bags)
    untouched, deleted, edited = account.posts[0], account.posts[1], account.posts[2]
    account.delete(deleted)
    account.edit(edited, "I never wrote anything else than this.")
    new = account.say("And another thing.")
    code, told, said = runner.run()
    assert code == 0, said
    second = runner.inventory()
    assert told["changes"] == {"gone": 1, "edited": 1}
    posts = {post["url"]: post for post in second["posts"]}
    url = {post: account.platform.url(account.platform.post_path(post)) for post in account.posts}
    gone = posts[url[deleted]]
    assert (gone["state"], gone["change"], len(gone["captures"])) == ("failed", "gone", 2)
    assert f"GONE: {url[deleted]}" in said
    (changed,) = [post for post in posts.values() if post["change"] == "edited"]
    assert len(changed["captures"]) == 2
    assert "+I never wrote anything else than this." in changed["difference"]["text"]
    assert changed["difference"]["picture"]["changed_px"] > 0
    assert posts[url[new]]["state"] == "captured"
    assert len(posts[url[untouched]]["captures"]) == 1  # nothing is captured twice for nothing
    assert len(runner.bags) == before + 5  # page, list, new, gone, edited
    assert second["previous"] == _digest(runner, first)
    runner.verify()
    assert runner.run()[1]["changes"] == {"gone": 1, "edited": 1}
    assert len(runner.bags) == before + 5 + 2  # the page, and the list


def _digest(runner: Runner, inventory: dict[str, Any]) -> str:
    return sha256(_statement(runner.job / inventory["capture_id"]).encode()).hexdigest()


def test_walls_pause_the_job_instead_of_filling_it(platforms: Platforms, tmp_path: Path) -> None:
    account = platforms.pages.open_account("grimwald", posts=8, pinned=0)
    runner = Runner(tmp_path, account)
    with subprocess.Popen(
        runner.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        next(line for line in run.stderr if line.startswith("post 1:"))
        account.change(needs_session=True)
        said = run.stderr.read()
    assert run.returncode == 3, said
    assert "failed" not in _states_in_journal(runner)
    account.change(needs_session=False)
    assert runner.run()[0] == 2  # neither begun anew by mistake …
    code, _, said = runner.run("--resume")
    assert code == 0, said
    assert set(_states(runner.inventory()).values()) == {"captured"}


def _states_in_journal(runner: Runner) -> list[str]:
    lines = [json.loads(line) for line in _journal(runner).splitlines()]
    return [line["state"] for line in lines if line["event"] == "post done"]


def test_nothing_to_resume_is_said(platforms: Platforms, tmp_path: Path) -> None:
    runner = Runner(tmp_path, platforms.pages.open_account("grimwald", posts=1))
    code, _, said = runner.run("--resume")
    assert code == 2
    assert "Leave out --resume" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--max-posts", "0"], "max-posts"),
        (["--since", "yesterday"], "since"),
        (["--jobs", "99"], "jobs"),
        (["--delay", "-1"], "delay"),
    ],
)
def test_wrong_usage_is_refused_at_once(options: list[str], words: str, tmp_path: Path) -> None:
    command = [HOLDFAST, "profile", "https://example.org/@a", "--key", tmp_path / "key.pem"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_site_is_not_hurried(platforms: Platforms, tmp_path: Path) -> None:
    """One page at a time, with the delay between; and a rest where the site asks for it."""
    account = platforms.pages.open_account("grimwald", posts=4, pinned=0)
    runner = Runner(tmp_path, account)
    code, _, said = runner.run(delay="1.5")
    assert code == 0, said
    asked = sorted(
        entry.time
        for entry in platforms.pages.log
        if entry.path.partition("?")[0].startswith("/u/") and "feed" not in entry.path
    )
    between = [later - earlier for earlier, later in pairwise(asked)]
    assert min(between) >= 1.4, between


def test_only_what_was_asked_for(platforms: Platforms, tmp_path: Path) -> None:
    account = platforms.scroll.open_account("grimwald", posts=40, pinned=0)
    runner = Runner(tmp_path, account)
    assert runner.run("--max-posts", "3")[0] == 0
    inventory = runner.inventory()
    newest = [post.url for post in sorted(account.truth(), key=lambda p: p.time)[-3:]]
    assert sorted(_states(inventory)) == sorted(newest)
    assert inventory["discovery"][0]["end"] == "max_posts"
    assert inventory["options"]["max_posts"] == 3


def test_watching_says_so_when_something_disappears(platforms: Platforms, tmp_path: Path) -> None:
    account = platforms.pages.open_account("grimwald", posts=3, pinned=0)
    runner = Runner(tmp_path, account)
    command = runner.command("--every", "10s", "--times", "2", name="watch")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        next(line for line in run.stdout if line.startswith("{"))
        account.delete(account.posts[0])
        said = run.stdout.read()
    assert run.returncode == 0
    assert "GONE: " in said
    assert len([bag for bag in runner.bags if (bag / "data" / "inventory.json").exists()]) == 2


def test_a_full_disk_ends_it_with_words_and_it_goes_on_later(
    platforms: Platforms, tmp_path: Path
) -> None:
    """(RLIMIT_FSIZE: writes fail as on a full disk, and it needs no disk of our own.)"""
    account = platforms.pages.open_account("grimwald", posts=3, pinned=0)
    runner = Runner(tmp_path, account)
    with subprocess.Popen(
        runner.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        next(line for line in run.stderr if line.startswith("post 1:"))
        psutil.Process(run.pid).rlimit(psutil.RLIMIT_FSIZE, (20_000, 20_000))
        said = run.stderr.read()
    assert run.returncode == 1, said
    assert "--resume" in said
    assert "Traceback" not in said
    code, _, said = runner.run("--resume")
    assert code == 0, said
    assert set(_states(runner.inventory()).values()) == {"captured"}
    runner.verify()


def test_behind_a_login_with_a_session_whose_secrets_stay_out(
    platforms: Platforms, tmp_path: Path
) -> None:
    """And a session that ends pauses the job; with a new one it goes on."""
    platform = platforms.pages
    account = platform.open_account(
        "grimwald", posts=5, pinned=0, needs_session=True, leaks_secrets=True, marks_seen=True
    )
    runner = Runner(tmp_path, account)
    first, file = platform.sessions.log_in(), tmp_path / "session.json"
    file.write_text(first.storage_state_json())
    with subprocess.Popen(
        runner.command("--session", str(file)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        next(line for line in run.stderr if line.startswith("post 2:"))
        first.end()
        said, told = run.stderr.read(), run.stdout.read()
    assert run.returncode == 3, said
    assert "The session has ended" in json.loads(told)["paused"]
    second = platform.sessions.log_in()
    file.write_text(second.storage_state_json())
    code, _, said = runner.run("--session", str(file), "--resume")
    assert code == 0, said
    inventory = runner.inventory()
    assert set(_states(inventory).values()) == {"captured"}
    held_back = [each for reading in inventory["discovery"] for each in reading["blocked_actions"]]
    assert {each["method"] for each in held_back} == {"POST", "PUT"}  # what marks posts as seen
    runner.verify()
    assert platform.acted == []
    secrets = [each.encode() for each in (*first.secrets, *second.secrets)]
    for path in runner.job.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [each for each in secrets if each in content], path
