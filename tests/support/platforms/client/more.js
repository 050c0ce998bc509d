// Each press of the button puts the next piece of HTML in its place.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.more");
  if (!button) return;
  button.disabled = true;
  const answer = await fetch(button.dataset.next, { headers: { "X-Requested-With": "fetch" } });
  if (answer.status === 429) { setTimeout(() => { button.disabled = false; }, 1000); return; }
  button.insertAdjacentHTML("afterend", await answer.text());
  button.remove();
});
