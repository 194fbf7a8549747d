(() => {
  "use strict";
  const form = document.getElementById("filter");
  if (!form) return;
  const one = document.getElementById("one");
  const strips = [...document.querySelectorAll("article .strip")];

  const mark = () => {
    for (const strip of strips) {
      strip.querySelector(".marked")?.classList.remove("marked");
      const told = strip.parentElement.querySelector(".marked-run") ?? document.createElement("p");
      told.className = "note marked-run";
      const cell = one.value === "" ? null : strip.children[Number(one.value)];
      cell?.classList.add("marked");
      told.textContent = cell ? cell.title : "";
      if (cell) strip.after(told);
      else told.remove();
    }
  };

  one.addEventListener("change", mark);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  mark();
})();
