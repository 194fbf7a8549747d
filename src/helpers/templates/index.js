(() => {
  "use strict";
  const table = document.getElementById("claims");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  const form = document.getElementById("filter");
  const text = document.getElementById("filter-text");
  const verdict = document.getElementById("filter-verdict");
  const source = document.getElementById("filter-document");
  const sorter = document.getElementById("sorter");
  const shown = document.getElementById("shown");

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const own = row.textContent.toLowerCase();
      const fits = words.every((word) => own.includes(word))
        && (!verdict.value || row.dataset.verdict === verdict.value)
        && (!source.value || row.dataset.document === source.value);
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} claims`;
  };

  const sort = (column, descending) => {
    const numeric = heads[column].dataset.type === "number";
    const value = (row) => row.cells[column].dataset.value;
    const compare = (one, other) => {
      const [a, b] = [value(one), value(other)];
      if (a === "" || b === "") return (a === "") - (b === "");
      const order = numeric ? a - b : a.localeCompare(b);
      return descending ? -order : order;
    };
    body.append(...[...rows].sort(compare));
    heads.forEach((head, index) => {
      head.setAttribute("aria-sort", index !== column ? "none" : descending ? "descending" : "ascending");
    });
    sorter.value = `${column}${descending ? " down" : ""}`;
  };

  heads.forEach((head, column) => {
    const label = head.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => sort(column, head.getAttribute("aria-sort") === "ascending"));
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
    sorter.add(new Option(`${label}, up`, `${column}`));
    sorter.add(new Option(`${label}, down`, `${column} down`));
  });
  sorter.selectedIndex = -1;
  sorter.addEventListener("change", () => {
    const [column, down] = sorter.value.split(" ");
    sort(Number(column), down === "down");
  });
  for (const control of [text, verdict, source]) control.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
