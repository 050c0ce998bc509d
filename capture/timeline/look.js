// The links that have come since the latest look (whole: all of them), of the document and of the
// open shadow trees in it, at most so many at once. What was told of them is kept for cards.js.
(linksAtMost, whole) => {
  const FRESH_AT_MOST = 20000, ROOTS_AT_MOST = 2000;
  const state = globalThis.holdfastState ||= {
    fresh: new Set(), roots: new Set(), queue: [], told: new WeakMap(), within: new WeakMap(),
  };
  const note = (records) => {
    for (const each of records) {
      if (each.type === 'attributes') state.fresh.add(each.target);
      else each.addedNodes.forEach((node) => node.nodeType === 1 && state.fresh.add(node));
    }
  };
  const enter = (root) => {
    if (state.roots.has(root) || state.roots.size >= ROOTS_AT_MOST) return false;
    state.roots.add(root);
    state.observer.observe(root,
      { childList: true, subtree: true, attributes: true, attributeFilter: ['href'] });
    return true;
  };
  const isLink = (each) => each.localName === 'a' && typeof each.href === 'string'
    && /^https?:/.test(each.href);
  const collect = (start) => {
    const rest = [start], links = [];
    while (rest.length) {
      const top = rest.pop();
      if (top.nodeType === 1 && isLink(top)) links.push(top);
      if (top.nodeType === 1 && top.shadowRoot && enter(top.shadowRoot)) rest.push(top.shadowRoot);
      for (const each of top.querySelectorAll('*')) {
        if (isLink(each)) links.push(each);
        if (each.shadowRoot && (whole || !state.roots.has(each.shadowRoot))) {
          enter(each.shadowRoot);
          rest.push(each.shadowRoot);
        }
      }
    }
    return links;
  };
  if (!state.observer) {
    state.observer = new MutationObserver(note);
    enter(document);
    whole = true;
  }
  note(state.observer.takeRecords());
  if (state.fresh.size > FRESH_AT_MOST) whole = true;
  const found = whole ? collect(document)
    : [...state.fresh].filter((each) => each.isConnected).flatMap(collect);
  state.fresh.clear();
  const isNew = (link) => state.told.get(link) !== link.href;
  if (found.some((link) => state.told.has(link) && isNew(link))) {
    state.within = new WeakMap();  // a row was used again for another post
  }
  const queued = new Set(whole ? [] : state.queue);
  for (const link of found) if (whole || isNew(link)) queued.add(link);
  state.queue = [...queued];
  const links = state.queue.splice(0, linksAtMost);
  for (const link of links) state.told.set(link, link.href);
  globalThis.holdfastLinks = links;
  return {
    more: state.queue.length > 0,
    links: links.map((link) => ({
      url: link.href,
      dated: link.querySelector('time') !== null || link.closest('time') !== null,
      marked: link.relList.contains('bookmark') || link.classList.contains('u-url'),
      listed: link.closest('article,[role=article],li,[role=listitem],[role=row],tr') !== null,
      aside: link.closest('nav,footer,aside,[role=navigation],[role=complementary]') !== null,
    })),
  };
}
