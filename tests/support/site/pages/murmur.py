"""Murmur, the social network: home, profiles, posts with their threads, and the API behind them."""

from __future__ import annotations

from html import escape

from ..cards import card, feed_html, profile_html
from ..messages import Request, Response, json_answer
from ..network import PAGE, Account, Network, Post
from ..routes import Routes
from .frame import page

routes = Routes()
NOTICE = "<section class=notice><h1>{}</h1><p>{}</section>"


def _visitor_name(request: Request) -> str:
    visitor = request.site.network.visitor(request.cookies)
    return f"@{visitor.handle}" if visitor else "Log in"


def _newest(network: Network) -> list[Post]:
    visible = [p for p in list(network.posts.values()) if not p.private]
    visible = [p for p in visible if not network.accounts[p.account_id].suspended]
    return sorted(visible, key=lambda post: post.id, reverse=True)[:PAGE]


@routes.at("/")
async def home(request: Request) -> Response:
    """The newest posts of everybody."""
    network = request.site.network
    cards = "".join(card(network, post) for post in _newest(network))
    return page("Murmur", cards, who=_visitor_name(request))


@routes.under("/@")
async def account_page(request: Request) -> Response:
    """`/@handle` and `/@handle/post/ID`."""
    network = request.site.network
    handle, _, rest = request.path.removeprefix("/@").partition("/")
    account = network.account(handle)
    if account is None:
        return page("Not found", NOTICE.format("404", "This account does not exist."), 404)
    if account.suspended:
        return page(
            "Account suspended", NOTICE.format("Suspended", "This account is suspended."), 403
        )
    if rest.startswith("post/") and rest[5:].isdecimal():
        return _post_page(request, account, int(rest[5:]))
    return _profile(request, account) if not rest else request.site.not_found(request)


def _profile(request: Request, account: Account) -> Response:
    network = request.site.network
    posts, before = network.page_of(account.id, None)
    cards = "".join(card(network, post) for post in posts)
    count = len(network.posts_of(account.id))
    body = profile_html(account, count) + feed_html(account.id, before, "/api/timeline", cards)
    head = '<meta property="og:type" content="profile">\n'
    head += f'<meta name="account-id" content="{account.id}">\n'
    title = f"{account.name} (@{account.handle}) · Murmur"
    return page(title, body, head=head, description=account.bio, who=_visitor_name(request))


def _post_page(request: Request, account: Account, identity: int) -> Response:
    network = request.site.network
    if identity in network.deleted and network.deleted[identity].account_id == account.id:
        return page("Post deleted", NOTICE.format("Gone", "This post was deleted."), 410)
    post = network.posts.get(identity)
    if post is None or post.account_id != account.id:
        return page("Not found", NOTICE.format("404", "This post does not exist."), 404)
    if post.private and not network.visitor(request.cookies):
        return Response(b"", 302, headers=[("Location", f"/login?next={request.path}")])
    parts = [card(network, earlier, kind="reply") for earlier in network.ancestors(post)]
    parts.append(card(network, post, kind="main", lazy=False))
    parts += [card(network, answer, kind="reply") for answer in network.replies(post.id)]
    title = f"{account.name} on Murmur: “{post.text[:60]}”"
    link = request.origin() + network.link(post)
    return page(
        title,
        "".join(parts),
        head=_post_head(link, title, post),
        description=post.text[:200],
        who=_visitor_name(request),
    )


def _post_head(link: str, title: str, post: Post) -> str:
    when = post.time.isoformat(timespec="milliseconds")
    return (
        f'<link rel="canonical" href="{escape(link)}">\n'
        '<meta property="og:type" content="article">\n'
        f'<meta property="og:title" content="{escape(title)}">\n'
        f'<meta property="og:url" content="{escape(link)}">\n'
        f'<meta property="article:published_time" content="{when}">\n'
    )


@routes.at("/api/timeline")
async def timeline(request: Request) -> Response:
    """The next twenty posts of an account, older than `before`."""
    network = request.site.network
    account, before = request.query.get("account", ""), request.query.get("before", "")
    if not account.isdecimal() or int(account) not in network.accounts:
        return json_answer({"error": "no such account"}, 404)
    posts, rest = network.page_of(int(account), int(before) if before.isdecimal() else None)
    return json_answer(
        {
            "html": "".join(card(network, post) for post in posts),
            "posts": [_as_json(network, post) for post in posts],
            "before": str(rest) if rest else None,
        }
    )


@routes.under("/api/post/")
async def post_data(request: Request) -> Response:
    """A post as JSON."""
    network, identity = request.site.network, request.path.rpartition("/")[2]
    post = network.posts.get(int(identity)) if identity.isdecimal() else None
    if post is None or post.private:
        gone = identity.isdecimal() and int(identity) in network.deleted
        return json_answer({"error": "deleted" if gone else "not found"}, 410 if gone else 404)
    return json_answer(_as_json(network, post))


def _as_json(network: Network, post: Post) -> dict[str, object]:
    author = network.accounts[post.account_id]
    return {
        "id": str(post.id),
        "url": network.link(post),
        "account": {"id": str(author.id), "handle": author.handle, "name": author.name},
        "text": post.text,
        "time": post.time.isoformat(timespec="milliseconds"),
        "reply_to": str(post.reply_to) if post.reply_to else None,
        "media": [{"kind": media.kind, "url": media.path} for media in post.media],
        "pinned": post.pinned,
        "edited": post.edited,
    }
