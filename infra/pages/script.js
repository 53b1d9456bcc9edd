// The list can be searched and filtered; without this script it is simply whole.
const byId = (id) => document.getElementById(id);
const rows = [...byId("customer-list").tBodies[0].rows];
const words = byId("filter-words"), tier = byId("filter-tier"), outcome = byId("filter-outcome");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const texts = rows.map((row) => fold(row.cells[0].textContent));
const filter = () => {
  const wanted = fold(words.value.trim());
  let shown = 0;
  rows.forEach((row, index) => {
    const fits = texts[index].includes(wanted) && (!tier.value || row.dataset.tier === tier.value)
      && (!outcome.value || row.dataset.outcomes.includes("|" + outcome.value + "|"));
    row.hidden = !fits;
    shown += fits;
  });
  byId("filter-count").textContent = shown + " of " + rows.length;
};
byId("filters").addEventListener("input", filter);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").hidden = false;
filter();
