// Search, filter and sort over the lists of one page (list.js beside it does the work; without a script all rows stay).
// A list is a table or a group marked data-list; a heading marked data-filter becomes a choice of the page.
(function () {
  "use strict";
  const filters = ["severity", "state", "kind", "period", "form"];
  const labels = {
    severity: ["Mức", "grade"], state: ["Tình trạng", "state"], kind: ["Loại", "kind"], period: ["Kỳ", "period"],
    form: ["Báo cáo", "workbook"],
  };
  const collator = new Intl.Collator("vi", { numeric: true });

  // Accents and capitals are forgiven, as on the pages of khoi serve.
  function folded(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/\s+/g, " ");
  }

  function vietnamese(cell) {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".en").forEach((english) => english.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  // A day is sorted by year, a number as the number it is (1.234,5 is written the Vietnamese way), else the words.
  function sortable(cell) {
    if (cell.dataset.sort) return Number(cell.dataset.sort);
    const text = vietnamese(cell);
    const day = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{2}):(\d{2}))?$/.exec(text);
    if (day) return Number(day[3] + day[2] + day[1] + (day[4] || "00") + (day[5] || "00"));
    const number = /^[+−-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?(?= ?%?$)/.exec(text);
    return number ? Number(number[0].replace(/\./g, "").replace(",", ".").replace("−", "-")) : text;
  }

  // Numbers before words, and what is empty last.
  function compared(one, other) {
    const rank = (value) => (typeof value === "number" ? 0 : value === "" || value === "–" ? 2 : 1);
    if (rank(one) !== rank(other)) return rank(one) - rank(other);
    return typeof one === "number" ? one - other : collator.compare(one, other);
  }

  function prepare(list) {
    const body = list.tagName === "TABLE" ? list.tBodies[0] : list;
    const rows = body ? Array.from(body.children).filter((row) => !row.matches("h2")) : [];
    if (!rows.length) return null;
    const heads = list.tagName === "TABLE" ? Array.from(list.tHead.rows[0].cells) : [];
    rows.forEach((row) => {
      filters.forEach((name) => { row.dataset[name] = row.dataset[name] || ""; });
      row.dataset.all = folded(row.textContent);
      heads.forEach((head, at) => {
        const filter = head.dataset.filter;
        if (filter && row.cells[at]) row.dataset[filter] = row.cells[at].dataset.filter || vietnamese(row.cells[at]);
      });
    });
    body.classList.add("list");
    const made = new List(list === body ? list.parentElement : list, { valueNames: [{ data: ["all"].concat(filters) }], listClass: "list", page: 1e6 });
    made.has = (name) => rows.some((row) => row.dataset[name]);
    made.group = list.closest("[data-group]");
    if (rows.length > 2) heads.forEach((head, at) => order(made, list, head, at));
    return made;
  }

  function order(made, list, head, at) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "order";
    while (head.firstChild) button.append(head.firstChild);
    head.append(button);
    button.addEventListener("click", () => {
      const turn = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      list.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", turn);
      const keys = new Map(made.items.map((item) => [item, sortable(item.elm.cells[at])]));
      const sortFunction = (one, other) => compared(keys.get(one), keys.get(other));
      made.sort("all", { order: turn === "ascending" ? "asc" : "desc", sortFunction: sortFunction });
    });
  }

  function labelled(vietnameseText, english, control) {
    const label = document.createElement("label");
    const small = document.createElement("span");
    small.className = "en";
    small.lang = "en";
    small.textContent = english;
    label.append(vietnameseText, small, control);
    return label;
  }

  function choice(lists, name) {
    const values = new Set();
    lists.forEach((list) => list.items.forEach((item) => values.add(item.elm.dataset[name])));
    values.delete("");
    if (values.size < 2) return null;
    const select = document.createElement("select");
    select.dataset.filters = name;
    select.add(new Option("tất cả / all", ""));
    Array.from(values).sort(collator.compare).forEach((value) => select.add(new Option(value, value)));
    return labelled(labels[name][0], labels[name][1], select);
  }

  function start() {
    const lists = Array.from(document.querySelectorAll("[data-list]")).map(prepare).filter(Boolean);
    const total = lists.reduce((sum, list) => sum + list.items.length, 0);
    if (total < 3) return;
    const form = document.createElement("form");
    form.className = "tools";
    form.setAttribute("role", "search");
    const search = document.createElement("input");
    search.type = "search";
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    form.append(labelled("Tìm", "search", search));
    filters.map((name) => choice(lists, name)).filter(Boolean).forEach((one) => form.append(one));
    const reset = document.createElement("button");
    reset.type = "reset";
    reset.textContent = "Bỏ lọc";
    form.append(reset, count);

    function show() {
      const chosen = Array.from(form.querySelectorAll("select")).filter((select) => select.value);
      const asked = folded(search.value).trim();
      lists.forEach((list) => {
        list.search(asked, ["all"]);
        // A choice says nothing of a list without its column.
        const mine = chosen.filter((select) => list.has(select.dataset.filters));
        list.filter((item) => mine.every((select) => item.elm.dataset[select.dataset.filters] === select.value));
        if (list.group) list.group.hidden = !lists.some((one) => one.group === list.group && one.matchingItems.length);
      });
      const found = lists.reduce((sum, list) => sum + list.matchingItems.length, 0);
      count.textContent = found + "/" + total + " dòng";
    }
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    form.addEventListener("reset", () => setTimeout(show));
    form.addEventListener("submit", (event) => event.preventDefault());
    document.querySelector("main").prepend(form);
    show();
    // The browser went to the row of the address before the lists were made: go there again.
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
