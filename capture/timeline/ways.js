// Buttons, links to further pages and feeds. The buttons are kept for pressing. relation: that of
// the page with older posts.
(relation) => {
  const fold = (text) => (text || '').replace(/\s+/g, ' ').trim().slice(0, 80);
  const said = (each) => fold(each.innerText) || fold(each.getAttribute('aria-label'))
    || fold(each.title);
  const shown = (each) => each.getClientRects().length > 0;
  const harmless = (each) => !each.closest('form') || each.closest('form').method === 'get';
  const buttons = [...document.querySelectorAll(
    'button,[role=button],a:not([href]),a[href="#"],a[href^="javascript:"],input[type=button]')]
    .filter((each) => shown(each) && harmless(each) && !each.disabled).slice(0, 2000);
  globalThis.holdfastButtons = buttons;
  const links = [...document.querySelectorAll(`a[href],link[rel~="${relation}"]`)].slice(0, 5000);
  return {
    buttons: buttons.map((each) => said(each) || fold(each.value)),
    links: links.filter((each) => typeof each.href === 'string').map((each) => ({
      url: each.href, text: said(each), next: each.relList.contains(relation) })),
    feeds: [...document.querySelectorAll('link[rel~=alternate][href]')]
      .filter((each) => /^application\/(atom|rss)\+xml/.test(each.type)).slice(0, 20)
      .map((each) => each.href),
  };
}
