(() => {
  "use strict";
  const boxes = { question: document.getElementById("by-question"), document: document.getElementById("by-document") };
  const sections = [...document.querySelectorAll("#claims section")];
  const tables = sections.map((section) => section.querySelector("table"));
  const rows = [...boxes.question.querySelectorAll("tbody tr")];
  const form = document.getElementById("filter");
  const text = document.getElementById("filter-text");
  const verdict = document.getElementById("filter-verdict");
  const source = document.getElementById("filter-document");
  const grouping = document.getElementById("grouping");
  const sorter = document.getElementById("sorter");
  const shown = document.getElementById("shown");

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const own = row.textContent.toLowerCase();
      const fits = words.every((word) => own.includes(word))
        && (!verdict.value || row.dataset.verdict === verdict.value)
        && (!source.value || row.dataset.document.split(" ").includes(source.value));
      row.hidden = !fits;
      count += fits;
    }
    for (const section of sections) section.hidden = !section.querySelector("tbody tr:not([hidden])");
    shown.textContent = `${count} of ${rows.length} claims`;
    remember();
  };

  const sort = (column, descending) => {
    const numeric = tables[0].tHead.rows[0].cells[column].dataset.type === "number";
    const value = (row) => row.cells[column].dataset.value;
    const compare = (one, other) => {
      const [a, b] = [value(one), value(other)];
      if (a === "" || b === "") return (a === "") - (b === "");
      const order = numeric ? a - b : a.localeCompare(b);
      return descending ? -order : order;
    };
    for (const table of tables) {
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort(compare));
      [...table.tHead.rows[0].cells].forEach((head, index) => {
        head.setAttribute("aria-sort", index !== column ? "none" : descending ? "descending" : "ascending");
      });
    }
    sorter.value = `${column}${descending ? " down" : ""}`;
  };

  const sortAsAsked = () => {
    if (sorter.selectedIndex < 0) return;
    const [column, down] = sorter.value.split(" ");
    sort(Number(column), down === "down");
  };

  const group = () => {
    const box = boxes[grouping.value];
    const bodies = new Map([...box.children].map((section) => [section.dataset.group, section.querySelector("tbody")]));
    // A claim of two documents stands under the first; the filter finds it under both.
    const under = (row) => (grouping.value === "document" ? row.dataset.document.split(" ")[0] : row.dataset.question);
    for (const row of rows) bodies.get(under(row)).append(row);
    for (const one of Object.values(boxes)) one.hidden = one !== box;
    sortAsAsked();
    filter();
  };

  tables.forEach((table, place) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const label = head.textContent;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => sort(column, head.getAttribute("aria-sort") === "ascending"));
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      if (place) return;
      sorter.add(new Option(`${label}, up`, `${column}`));
      sorter.add(new Option(`${label}, down`, `${column} down`));
    });
  });
  // What stands in the fold is shown as soon as somebody looks for it.
  const every = document.getElementById("every");
  const reveal = () => { every.open = true; };
  for (const link of document.querySelectorAll('a[href^="#"]')) link.addEventListener("click", reveal);
  form.addEventListener("input", reveal);
  if (location.hash || location.search) reveal();

  sorter.selectedIndex = -1;

  // What is asked stands in the address, so that a filtered table can be sent on; nothing leaves the page for that.
  const asked = { words: text, verdict, document: source, by: grouping };
  const remember = () => {
    const query = new URLSearchParams();
    for (const [name, control] of Object.entries(asked)) {
      if (control.value && control.value !== "question") query.set(name, control.value);
    }
    const told = query.toString();
    try {
      history.replaceState(null, "", (told ? `?${told}` : location.pathname.split("/").pop() || "?") + location.hash);
    } catch {} // a page that may not change its address works all the same
  };
  const recall = () => {
    const query = new URLSearchParams(location.search);
    for (const [name, control] of Object.entries(asked)) {
      const told = query.get(name) ?? "";
      const known = !control.options || [...control.options].some((option) => (option.value || option.text) === told);
      if (told && known) control.value = told;
    }
  };

  sorter.addEventListener("change", sortAsAsked);
  grouping.addEventListener("change", group);
  for (const link of document.querySelectorAll("a[data-by]")) {
    if (link.dataset.place) link.href = `#${link.dataset.place}`;
    link.addEventListener("click", () => {
      [text.value, verdict.value, source.value, grouping.value] = ["", "", "", link.dataset.by];
      group();
    });
  }
  for (const control of [text, verdict, source]) control.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  recall();
  if (grouping.value === "question") filter();
  else group();
})();
