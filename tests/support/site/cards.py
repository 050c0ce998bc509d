"""Posts and profiles as HTML."""

from __future__ import annotations

from html import escape

from .network import Account, Media, Network, Post


def media_html(media: Media, *, lazy: bool = True) -> str:
    """A picture, a video or a sound."""
    path, alt = escape(media.path), escape(media.alt)
    if media.kind == "video":
        return (
            f'<video controls muted preload="metadata" src="{path}" width=640 height=360></video>'
        )
    if media.kind == "audio":
        return f'<audio controls preload="metadata" src="{path}"></audio>'
    width, _, height = path.rpartition("-")[2].removesuffix(".jpg").partition("x")
    loading = ' loading="lazy"' if lazy else ""
    return f'<img src="{path}" alt="{alt}" width={width} height={height}{loading}>'


def media_block(items: list[Media], *, lazy: bool = True) -> str:
    """Everything attached to a post."""
    pictures = [media_html(m, lazy=lazy) for m in items if m.kind != "audio"]
    sounds = [media_html(m) for m in items if m.kind == "audio"]
    block = f'<div class="media">{"".join(pictures)}</div>' if pictures else ""
    return block + "".join(sounds)


def post_html(
    post: Post, account: Account, *, link: str, kind: str = "", note: str = "", lazy: bool = True
) -> str:
    """A post as a card; `kind` is '', 'main' or 'reply'."""
    handle = escape(account.handle)
    edited = " · edited" if post.edited else ""
    return f"""<article class="card {kind}" data-post="{post.id}" data-account="{account.id}">
{note}<div class="by"><img src="/media/avatar/{account.id}.png" alt="" width=44 height=44>
<div><a class="name" href="/@{handle}">{escape(account.name)}</a>
<a class="handle" href="/@{handle}">@{handle}</a></div>
<a href="{escape(link)}"><time datetime="{post.time.isoformat(timespec="milliseconds")}">\
{post.time:%d %b %Y, %H:%M} UTC{edited}</time></a></div>
<p>{escape(post.text)}</p>
{media_block(post.media, lazy=lazy)}<div class="foot"><span><i class="icon">&#xe001;</i>Reply</span>
<span>{post.reposts} reposts</span><span><i class="icon">&#xe000;</i>{post.likes}</span></div>
</article>
"""


def card(network: Network, post: Post, *, kind: str = "", lazy: bool = True) -> str:
    """A post of the network, with what it answers and whether it is pinned."""
    note = '<p class="to"><span class="badge">Pinned</span></p>' if post.pinned and not kind else ""
    if post.reply_to in network.posts and not kind:
        parent = network.posts[post.reply_to]
        name = escape(network.accounts[parent.account_id].handle)
        note += f'<p class="to">In reply to <a href="{network.link(parent)}">@{name}</a></p>'
    author = network.accounts[post.account_id]
    return post_html(post, author, link=network.link(post), kind=kind, note=note, lazy=lazy)


def profile_html(account: Account, count: int) -> str:
    """The head of a profile."""
    return f"""<section class="profile" data-account="{account.id}">
<img class="cover" src="/media/photo/{account.id % 997}-900x240.jpg" alt="" width=900 height=240>
<div class="who"><img src="/media/avatar/{account.id}.png" alt="" width=96 height=96>
<h1>{escape(account.name)}</h1><span class="handle">@{escape(account.handle)}</span>
<p>{escape(account.bio)}</p>
<span class="joined">Joined {account.joined:%B %Y} · account {account.id}</span>
<dl><div><dt>posts</dt><dd>{count}</dd></div><div><dt>followers</dt><dd>{account.followers:,}</dd>
</div></dl></div></section>
"""


def feed_html(account_id: int, before: int | None, api: str, cards: str) -> str:
    """The posts of a profile, and what loads the next ones."""
    return f"""<div id="feed" data-account="{account_id}" data-before="{before or ""}" \
data-api="{api}">{cards}</div>
<div id="more" class="more"></div>
<script src="/assets/timeline.js"></script>
"""
