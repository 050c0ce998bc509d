// The scripts of the document that may hold data: JSON, and such as assign an object to something.
(charactersAtMost) => {
  const found = [];
  let rest = charactersAtMost;
  for (const each of [...document.scripts].slice(0, 1000)) {
    const text = each.src ? '' : each.textContent;
    const json = /json/i.test(each.type);
    if (!text || text.length > rest || !(json || /[\]\w$)"']\s*=\s*[{[]/.test(text))) continue;
    rest -= text.length;
    found.push({ json, text });
    if (found.length >= 200) break;
  }
  return found;
}
