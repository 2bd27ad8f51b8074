/* The page for what is not there is shown at any address, so its links begin at the site's root. Opened as a file, it has
   no such root: they then begin at its own folder. */
(function () {
  "use strict";

  var root = document.body.dataset.root;
  if (location.protocol !== "file:") return;
  document.querySelectorAll("[href]").forEach(function (one) {
    var link = one.getAttribute("href");
    if (link.indexOf(root) === 0) one.setAttribute("href", "./" + link.slice(root.length));
  });
}());
