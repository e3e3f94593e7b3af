/* The page's script: the columns of the table can be sorted. Without it the page lacks nothing
   else, and no button that would do nothing. */
(function () {
  "use strict";
  var table = document.getElementById("keys");
  var said = document.getElementById("sorted");
  if (!table) { return; }
  var body = table.tBodies[0];
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  function value(row, column) {
    var cell = row.cells[column];
    var sort = cell.getAttribute("data-sort");
    return sort === null ? cell.textContent.trim().toLowerCase() : Number(sort);
  }
  function order(a, b) { return a < b ? -1 : a > b ? 1 : 0; }
  function sort(column) {
    var head = heads[column];
    var up = head.getAttribute("aria-sort") !== "ascending";
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      return (up ? 1 : -1) * order(value(a, column), value(b, column));
    });
    rows.forEach(function (row) { body.appendChild(row); });
    heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    said.textContent =
      "Sorted by " + head.textContent.trim() + (up ? ", ascending" : ", descending");
  }
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    button.addEventListener("click", function () { sort(column); });
    head.appendChild(button);
  });
})();
