/* Tables that can be sorted and filtered. Without this script they are whole and readable; the state is in the address. */
(function () {
  "use strict";

  var register = document.getElementById("register");
  if (!register) return;
  var table = register.querySelector("table.incidents");
  if (!table) return;
  var body = table.tBodies[0];
  var form = document.getElementById("filters");
  var status = document.getElementById("shown");
  var more = document.getElementById("more");
  var pages = document.getElementById("pages");
  var root = register.dataset.root;
  var year = register.dataset.year;
  var KEYS = ["department", "section", "assessor", "month", "status", "text"];
  var COLUMNS = ["date", "department", "words", "clause", "counted"];
  var STEP = 200;
  var rows = null;
  var clauses = {};
  var found = [];
  var shown = 0;
  var sort = "";
  var original = body.innerHTML;
  var names = {};

  form.querySelectorAll("select").forEach(function (select) {
    names[select.name] = {};
    Array.prototype.forEach.call(select.options, function (option) {
      if (option.value) names[select.name][option.value] = option.textContent;
    });
  });

  /* Half- and full-width letters are alike, and so are large and small ones. */
  function folded(text) {
    return text.normalize("NFKC").toLowerCase();
  }

  /* Points in thousandths of a thousandth, exactly: amounts have at most six decimals. */
  function units(text) {
    var parts = text.replace("-", "").split(".");
    var value = BigInt(parts[0]) * 1000000n + BigInt(((parts[1] || "") + "000000").slice(0, 6));
    return text[0] === "-" ? -value : value;
  }

  function plain(value) {
    var text = value.toString().padStart(7, "0");
    return (text.slice(0, -6) + "." + text.slice(-6)).replace(/\.?0+$/, "");
  }

  window.kaohe = window.kaohe || {};
  window.kaohe.rows = function (given) {
    clauses = given.clauses;
    rows = given.rows.map(function (row) {
      var text = [row[0], row[1], names.department[row[2]] || row[2], row[5], clauses[row[6]], row[7]].join(" ");
      return {
        id: row[0], date: row[1], department: row[2], section: row[3], assessor: row[4], words: row[5],
        clause: row[6], counted: row[7], points: units(row[7]), statuses: row[8] ? row[8].split(" ") : [],
        folded: folded(text)
      };
    });
  };

  function fits(row, wanted) {
    return (!wanted.department || row.department === wanted.department) &&
      (!wanted.section || (row.section + ".").indexOf(wanted.section + ".") === 0) &&
      (!wanted.assessor || row.assessor === wanted.assessor) &&
      (!wanted.month || row.date.slice(0, 7) === wanted.month) &&
      (!wanted.status || row.statuses.indexOf(wanted.status) >= 0) &&
      (!wanted.text || wanted.text.every(function (word) { return row.folded.indexOf(word) >= 0; }));
  }

  function cell(tag, text, name) {
    var made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function link(text, url) {
    var made = cell("a", text);
    made.href = root + url;
    return made;
  }

  function line(row) {
    var tr = document.createElement("tr");
    tr.append(cell("td", row.date, "date"));
    var who = cell("td", "", "who");
    who.append(link(names.department[row.department] || row.department, year + "/departments/" + row.department + ".html"));
    var what = cell("td", "");
    what.append(link(row.words || row.id, year + "/incidents/" + row.id + ".html"), " ");
    row.statuses.forEach(function (name) {
      var label = document.getElementById("status-labels").content.querySelector("[data-status=" + name + "]");
      if (label) what.append(label.cloneNode(true));
    });
    var rule = cell("td", "", "rule");
    var at = row.clause.indexOf("#");
    var owner = row.clause.slice(0, at);
    var shared = owner === row.section || row.section.indexOf(owner + ".") === 0;
    var place = shared ? owner : row.section;
    var anchor = (shared ? "clauses" : owner.slice(row.section.length + 1)) + "." + row.clause.slice(at + 1);
    rule.append(link(clauses[row.clause], year + "/handbook/" + place + ".html#" + anchor));
    tr.append(who, what, rule, cell("td", row.points ? "−" + row.counted : "0", "number"));
    return tr;
  }

  function show() {
    var part = document.createDocumentFragment();
    found.slice(shown, shown + STEP).forEach(function (row) { part.append(line(row)); });
    body.append(part);
    shown = Math.min(shown + STEP, found.length);
    more.hidden = shown >= found.length;
  }

  function value(row, column) {
    if (column === "counted") return row.points;
    if (column === "department") return names.department[row.department] || row.department;
    if (column === "clause") return clauses[row.clause];
    return row[column];
  }

  function compare(left, right) {
    if (typeof left === "bigint") return left < right ? -1 : left > right ? 1 : 0;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  function state() {
    var wanted = {};
    KEYS.forEach(function (key) {
      var text = form.elements[key].value.trim();
      if (text) wanted[key] = text;
    });
    if (sort) wanted.sort = sort;
    return wanted;
  }

  function remember(wanted) {
    var query = new URLSearchParams(wanted).toString();
    try {
      history.replaceState(null, "", location.pathname + (query ? "?" + query : "") + location.hash);
    } catch (error) { /* from a folder some browsers refuse: the page works all the same */ }
  }

  function apply() {
    var wanted = state();
    remember(wanted);
    table.querySelectorAll("th").forEach(function (th, number) {
      var own = sort.replace("-", "") === COLUMNS[number];
      th.setAttribute("aria-sort", own ? (sort[0] === "-" ? "descending" : "ascending") : "none");
    });
    if (!Object.keys(wanted).length && register.dataset.paged !== "0") {
      body.innerHTML = original;
      pages.hidden = false;
      more.hidden = true;
      status.textContent = "";
      return;
    }
    var asked = Object.assign({}, wanted, { text: wanted.text && folded(wanted.text).split(/\s+/) });
    found = rows.filter(function (row) { return fits(row, asked); });
    if (sort) {
      var column = sort.replace("-", "");
      var sign = sort[0] === "-" ? -1 : 1;
      found = found.map(function (row) { return [value(row, column), row]; })
        .sort(function (left, right) { return sign * compare(left[0], right[0]); })
        .map(function (pair) { return pair[1]; });
    }
    var points = found.reduce(function (total, row) { return total + row.points; }, 0n);
    status.textContent = found.length
      ? status.dataset.shown.replace("{shown}", found.length).replace("{count}", rows.length).replace("{points}", plain(points))
      : status.dataset.none;
    body.textContent = "";
    shown = 0;
    if (pages) pages.hidden = true;
    show();
  }

  var waiting = null;

  function changed() {
    if (rows) return apply();
    if (waiting) return;
    waiting = document.createElement("script");
    waiting.src = register.dataset.script;
    waiting.onload = apply;
    waiting.onerror = function () {
      waiting = null;
      status.textContent = status.dataset.failed;
    };
    document.head.append(waiting);
  }

  table.querySelectorAll("th").forEach(function (th, number) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append.apply(button, Array.prototype.slice.call(th.childNodes));
    button.addEventListener("click", function () {
      var column = COLUMNS[number];
      sort = sort === column ? "-" + column : sort === "-" + column ? "" : column;
      changed();
    });
    th.append(button);
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () {
    sort = "";
    setTimeout(changed);
  });
  more.addEventListener("click", show);
  form.hidden = false;

  /* The address may carry a state: what it cannot mean is said, and not used. */
  var given = new URLSearchParams(location.search.slice(0, 1000));
  var damaged = false;
  var any = false;
  given.forEach(function (text, key) {
    if (key === "sort" && COLUMNS.indexOf(text.replace("-", "")) >= 0) {
      sort = text;
      any = true;
    } else if (key === "text" && text.length <= 100) {
      form.elements.text.value = text;
      any = true;
    } else if (names[key] && Object.prototype.hasOwnProperty.call(names[key], text)) {
      form.elements[key].value = text;
      any = true;
    } else if (key === "sort" || KEYS.indexOf(key) >= 0) {
      damaged = true;
    }
  });
  if (damaged) {
    sort = "";
    form.querySelectorAll("select, input").forEach(function (field) { field.value = ""; });
    status.textContent = status.dataset.damaged;
  } else if (any) {
    changed();
  }
})();
