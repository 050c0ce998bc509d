// What stands around each post. groups: index of a link in the latest look -> its post; wanted: the
// posts to tell of. The others only bound them.
(groups, wanted, textAtMost) => {
  const links = globalThis.holdfastLinks || [];
  const within = (globalThis.holdfastState || {}).within || new WeakMap();
  const ITEM = 'article,[role=article],li,[role=listitem],[role=row],tr';
  const above = (each) => each.parentElement || (each.getRootNode() || {}).host || null;
  for (const [at, group] of Object.entries(groups)) {
    for (let each = links[at]; each; each = above(each)) {
      if (!within.has(each)) within.set(each, new Set());
      if (within.get(each).size < 5) within.get(each).add(group);
    }
  }
  const boxOf = (link, group) => {
    let item = null;
    for (let each = link; each && !item; each = above(each)) if (each.matches(ITEM)) item = each;
    if (item && within.get(item).size <= 3 && [...within.get(item)][0] === group) return item;
    let box = link;
    for (let steps = 0; steps < 12; steps++) {
      const parent = above(box);
      if (!parent || parent === document.body || parent === document.documentElement) break;
      if (within.get(parent).size > 1) break;
      if (parent.matches('main,[role=main],[role=feed]')) break;
      box = parent;
    }
    return box;
  };
  const fold = (text, most) => (text || '').replace(/\s+/g, ' ').trim().slice(0, most);
  // The words of the post itself, where the markup tells them from counts and buttons.
  const MESSAGE = '.e-content,[itemprop=articleBody],[itemprop=text],[data-testid=tweetText],'
    + '[data-testid=post_text],[slot=text-body],.tgme_widget_message_text,.status__content';
  const words = (box) => {
    const message = box.querySelector(MESSAGE);
    if (message) return message.innerText;
    const paragraphs = [...box.querySelectorAll('p')].map((each) => each.innerText);
    return paragraphs.join(' ').trim() ? paragraphs.join(' ') : box.innerText;
  };
  const attributes = (link, box) => {
    const found = [];
    for (let each = link; each && found.length < 40; each = each === box ? null : above(each))
      for (const one of each.attributes)
        if (one.name.startsWith('data-') && one.value.length <= 2000)
          found.push([one.name, one.value]);
    return found;
  };
  const describe = new Set(wanted);
  const cards = {};
  for (const [at, group] of Object.entries(groups)) {
    const link = links[at];
    if (!link || !describe.has(group) || (cards[group] && cards[group].time)) continue;
    const box = boxOf(link, group);
    const time = link.querySelector('time') || link.closest('time') || box.querySelector('time');
    cards[group] = {
      text: fold(words(box), textAtMost),
      head: fold(box.innerText, 120),
      time: time ? (time.getAttribute('datetime') || '').slice(0, 100) : '',
      shown: fold(time ? time.innerText : '', 100),
      hints: fold([...box.querySelectorAll('[aria-label],[title]')].slice(0, 40)
        .map((each) => each.getAttribute('aria-label') || each.title).join(' '), 2000),
      classes: fold(box.className && box.className.toString(), 300),
      links: [...box.querySelectorAll('a[href]')].slice(0, 20)
        .filter((each) => typeof each.href === 'string')
        .map((each) => [each.href, fold(each.innerText, 200)]),
      attributes: attributes(link, box),
    };
  }
  return cards;
}
