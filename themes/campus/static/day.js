/* What holds up to a day is told up to the end of that day, by the visitor's calendar; then what holds afterwards.
   It is decided while the page is read, before anything is shown: nothing moves. */
(function () {
  "use strict";
  var now = new Date();
  var today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(function (one) { return String(one).padStart(2, "0"); }).join("-");
  function tell() {
    document.querySelectorAll("[data-until]").forEach(function (one) {
      var after = one.nextElementSibling, over = today > one.dataset.until;
      if (!after) return;
      one.hidden = over;
      after.hidden = !over;
    });
  }
  var reading = new MutationObserver(tell);
  reading.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", function () { tell(); reading.disconnect(); });
})();
