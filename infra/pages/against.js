// The list can be searched and filtered; without this script it is simply whole.
const byId = (id) => document.getElementById(id);
const cards = [...byId("customer-list").children];
const words = byId("filter-words"), kind = byId("filter-kind");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const texts = cards.map((card) => fold(card.textContent));
const filter = () => {
  const wanted = fold(words.value.trim());
  let shown = 0;
  cards.forEach((card, index) => {
    const fits = texts[index].includes(wanted) && (!kind.value || card.dataset.kinds.includes("|" + kind.value + "|"));
    card.hidden = !fits;
    shown += fits;
  });
  byId("filter-count").textContent = shown + " of " + cards.length;
};
byId("filters").addEventListener("input", filter);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").hidden = false;
filter();
