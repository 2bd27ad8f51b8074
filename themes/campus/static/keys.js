/* The key / leads to the search. */
(function () {
  "use strict";
  var link = document.getElementById("search-link");
  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    event.preventDefault();
    var field = document.getElementById("query");
    if (field) field.focus();
    else if (link) location.href = link.href;
  });
})();
