// The links of the document and of the open shadow trees in it. Kept for cards.js.
(linksAtMost) => {
  const roots = [document];
  for (let at = 0; at < roots.length && at < 2000; at++)
    for (const each of roots[at].querySelectorAll('*'))
      if (each.shadowRoot) roots.push(each.shadowRoot);
  const links = roots.flatMap((root) => [...root.querySelectorAll('a[href]')])
    .filter((link) => typeof link.href === 'string' && /^https?:/.test(link.href))
    .slice(0, linksAtMost);
  globalThis.holdfastLinks = links;
  return links.map((link) => ({
    url: link.href,
    dated: link.querySelector('time') !== null || link.closest('time') !== null,
    marked: link.relList.contains('bookmark') || link.classList.contains('u-url'),
    listed: link.closest('article,[role=article],li,[role=listitem],[role=row],tr') !== null,
    aside: link.closest('nav,footer,aside,[role=navigation],[role=complementary]') !== null,
  }));
}
