/* Tables that can be sorted, filtered and counted. Without this script they are whole and readable; the state is in the
   address. The rows are those of the page or, where a page holds only a part, those of a data file. */
(function () {
  "use strict";

  var kaohe = window.kaohe;
  var form = document.getElementById("filters");
  var status = document.getElementById("shown");
  var conditions = document.getElementById("conditions");
  if (!form) return;
  var register = document.getElementById("register");
  var table = register ? register.querySelector("table.incidents") : document.getElementById("table");
  if (!table) return;
  var collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  var sort = "";

  /* The column of a sort, which begins with a hyphen where it descends. */
  function columnOf(text) {
    return text.replace(/^-/, "");
  }

  /* Points in millionths, exactly: amounts have at most six decimals. */
  function units(text) {
    var parts = text.replace("-", "").split(".");
    var value = BigInt(parts[0]) * 1000000n + BigInt(((parts[1] || "") + "000000").slice(0, 6));
    return text[0] === "-" ? -value : value;
  }

  function plain(value) {
    var text = value.toString().padStart(7, "0");
    return (text.slice(0, -6) + "." + text.slice(-6)).replace(/\.?0+$/, "");
  }

  /* Values in the order of the page's language: each different one is compared once. */
  function ranked(rows, value) {
    var values = rows.map(value);
    if (typeof values[0] === "bigint") return values;
    var ranks = {};
    Object.keys(values.reduce(function (seen, one) { seen[one] = 1; return seen; }, {}))
      .sort(collator.compare)
      .forEach(function (one, number) { ranks[one] = number; });
    return values.map(function (one) { return ranks[one]; });
  }

  function sorted(rows, value) {
    if (!sort) return rows;
    var sign = sort[0] === "-" ? -1 : 1;
    var ranks = ranked(rows, value);
    return rows
      .map(function (row, number) { return [ranks[number], number, row]; })
      .sort(function (left, right) {
        if (left[0] === right[0]) return left[1] - right[1];
        return left[0] < right[0] ? -sign : sign;
      })
      .map(function (pair) { return pair[2]; });
  }

  /* The rows of the page: those that a merged cell covers get a cell of their own while the table is filtered. */
  function onPage() {
    var bodies = Array.prototype.slice.call(table.tBodies);
    var rows = flat(bodies);
    var filtered = document.createElement("tbody");
    return {
      ready: function (then) { then(); },
      fits: function (row, key, wanted) { return key === "text" || (row.element.dataset[key] || "").split(" ").indexOf(wanted) >= 0 || row.element.dataset[key] === wanted; },
      rows: function () { return rows; },
      value: function (row) { return row.values[columnOf(sort)] || ""; },
      whole: function () {
        filtered.remove();
        bodies.forEach(function (one) { table.append(one); });
        return "";
      },
      show: function (found) {
        bodies.forEach(function (one) { one.remove(); });
        filtered.replaceChildren.apply(filtered, found.map(function (row) { return row.element; }));
        table.append(filtered);
        return { shown: found.length, count: rows.length };
      }
    };
  }

  function flat(bodies) {
    var rows = [];
    bodies.forEach(function (body) {
      var over = [];
      Array.prototype.forEach.call(body.rows, function (tr) {
        var made = tr.cloneNode(false);
        var cells = Array.prototype.slice.call(tr.cells);
        var column = 0;
        while (cells.length || (over[column] && over[column].left > 0)) {
          var held = over[column];
          var cell = held && held.left > 0 ? held.cell : cells.shift();
          var span = cell.colSpan;
          var copy = cell.cloneNode(true);
          copy.removeAttribute("rowspan");
          copy.querySelectorAll(".again").forEach(function (one) { one.remove(); });
          if (held && held.left > 0) {
            held.left -= 1;
            copy.removeAttribute("id");
          } else {
            over[column] = { cell: cell, left: cell.rowSpan - 1 };
          }
          if (copy.tagName === "TH") copy.scope = "row";
          made.append(copy);
          column += span;
        }
        rows.push(read(made));
      });
    });
    return rows;
  }

  function read(tr) {
    var values = {};
    Array.prototype.forEach.call(tr.cells, function (cell) {
      var name = cell.dataset.column;
      if (name) values[name] = cell.dataset.value === undefined ? cell.textContent.trim() : units(cell.dataset.value);
    });
    return { element: tr, values: values, folded: kaohe.folded(tr.textContent + " " + (tr.dataset.group || "")) };
  }

  /* All incidents of the year, from a data file: shown in steps, however many fit. */
  function fromRegister() {
    var STEP = 200;
    var body = table.tBodies[0];
    var more = document.getElementById("more");
    var pages = document.getElementById("pages");
    var year = register.dataset.year;
    var original = Array.prototype.slice.call(body.rows);
    var labels = document.getElementById("status-labels").content;
    var rows = null;
    var clauses = {};
    var measured = [];
    var found = [];
    var shown = 0;

    /* What was found deducts, by the outermost sections: no rule adds these up. */
    function sums() {
      var list = document.getElementById("tops");
      return Array.prototype.map.call(list.children, function (top) {
        var own = found.filter(function (row) { return row.section.split(".")[0] === top.dataset.section; });
        var points = own.reduce(function (total, row) { return total + row.points; }, 0n);
        return own.length ? filled(top.dataset.sum, { points: plain(points) }) : "";
      }).filter(Boolean).join(list.dataset.separator);
    }

    function department(row) {
      return names.department[row.department] || row.department;
    }

    kaohe.rows = function (given) {
      clauses = given.clauses;
      measured = given.measured;
      rows = given.rows.map(function (row) {
        var made = {
          id: row[0], date: row[1], department: row[2], section: row[3], assessor: row[4], words: row[5],
          clause: row[6], counted: row[7], points: units(row[7]), statuses: row[8] ? row[8].split(" ") : []
        };
        made.folded = kaohe.folded([row[0], row[1], department(made), row[5], clauses[row[6]], row[7]].join(" "));
        return made;
      });
    };

    function link(text, url) {
      var made = kaohe.made("a", text);
      made.href = kaohe.root + url;
      return made;
    }

    function clausePage(row) {
      var at = row.clause.indexOf("#");
      var owner = row.clause.slice(0, at);
      var shared = owner === row.section || row.section.indexOf(owner + ".") === 0;
      var anchor = (shared ? "clauses" : owner.slice(row.section.length + 1)) + "." + row.clause.slice(at + 1);
      return year + "/handbook/" + (shared ? owner : row.section) + ".html#" + anchor;
    }

    function line(row) {
      var tr = document.createElement("tr");
      tr.append(kaohe.made("td", measured.indexOf(row.id) < 0 ? row.id : "", "record-id"), kaohe.made("td", row.date, "date"));
      var who = kaohe.made("td", "", "who");
      who.append(link(department(row), year + "/departments/" + row.department + ".html"));
      var what = kaohe.made("td", "");
      what.append(link(row.words || clauses[row.clause], year + "/incidents/" + row.id + ".html"), " ");
      row.statuses.forEach(function (name) {
        var label = labels.querySelector("[data-status=" + name + "]");
        if (label) what.append(label.cloneNode(true));
      });
      var rule = kaohe.made("td", "", "rule");
      rule.append(link(clauses[row.clause], clausePage(row)));
      tr.append(who, what, rule, kaohe.made("td", row.points ? "−" + row.counted : "0", row.points ? "number" : "number nothing"));
      return tr;
    }

    function add() {
      var part = document.createDocumentFragment();
      found.slice(shown, shown + STEP).forEach(function (row) { part.append(line(row)); });
      body.append(part);
      shown = Math.min(shown + STEP, found.length);
      more.hidden = shown >= found.length;
    }
    addEventListener("beforeprint", function () {
      while (shown < found.length) add();
    });
    more.addEventListener("click", function () {
      var first = shown;
      add();
      body.rows[first].querySelector("a").focus();
    });

    return {
      ready: function (then) {
        if (rows) then();
        else kaohe.load(register.dataset.script, then, function () { status.textContent = status.dataset.failed; });
      },
      fits: function (row, key, wanted) {
        if (key === "section") return (row.section + ".").indexOf(wanted + ".") === 0;
        if (key === "month") return row.date.slice(0, 7) === wanted;
        if (key === "status") return row.statuses.indexOf(wanted) >= 0;
        return key === "text" || row[key] === wanted;
      },
      rows: function () { return rows; },
      value: function (row) {
        var column = columnOf(sort);
        if (column === "counted") return row.points;
        if (column === "department") return department(row);
        return column === "clause" ? clauses[row.clause] : row[column];
      },
      whole: function () {
        found = [];
        body.replaceChildren.apply(body, original);
        if (pages) pages.hidden = false;
        more.hidden = true;
      },
      show: function (given) {
        found = given;
        body.textContent = "";
        shown = 0;
        if (pages) pages.hidden = true;
        add();
        return { shown: found.length, count: rows.length, points: sums() };
      }
    };
  }

  var names = {};
  form.querySelectorAll("select").forEach(function (select) {
    names[select.name] = {};
    Array.prototype.forEach.call(select.options, function (option) {
      if (option.value) names[select.name][option.value] = option.textContent;
    });
  });
  var keys = Object.keys(names).concat(["text"]);
  var source = register ? fromRegister() : onPage();
  var columns = Array.prototype.map.call(table.querySelectorAll("th[data-sort]"), function (th) { return th.dataset.sort; });

  function state() {
    var wanted = {};
    keys.forEach(function (key) {
      var text = form.elements[key].value.trim();
      if (text) wanted[key] = text;
    });
    if (sort) wanted.sort = sort;
    return wanted;
  }

  function filled(text, values) {
    return Object.keys(values).reduce(function (made, name) {
      return made.replace("{" + name + "}", function () { return values[name]; });
    }, text);
  }

  /* What paper says of a table that is not whole. */
  function say(wanted) {
    var list = conditions.querySelector("span");
    var asked = keys.filter(function (key) { return wanted[key]; });
    conditions.hidden = !asked.length;
    status.classList.toggle("no-print", !asked.length);
    list.textContent = asked.map(function (key) {
      var name = form.elements[key].parentElement.querySelector("span").textContent;
      var value = key === "text" ? wanted[key] : names[key][wanted[key]];
      return "　" + filled(list.dataset.condition, { name: name, value: value });
    }).join("");
  }

  function apply() {
    var wanted = state();
    say(wanted);
    kaohe.remember(wanted);
    table.querySelectorAll("th[data-sort]").forEach(function (th) {
      var own = columnOf(sort) === th.dataset.sort;
      th.setAttribute("aria-sort", own ? (sort[0] === "-" ? "descending" : "ascending") : "none");
    });
    if (!Object.keys(wanted).length) {
      source.whole();
      status.textContent = "";
      return;
    }
    var words = kaohe.spelt(wanted.text || "");
    var asked = keys.filter(function (key) { return wanted[key]; });
    var found = source.rows().filter(function (row) {
      return kaohe.holds(row.folded, words) && asked.every(function (key) { return source.fits(row, key, wanted[key]); });
    });
    var counts = source.show(sorted(found, source.value));
    status.textContent = filled(found.length ? status.dataset.shown : status.dataset.none, counts);
  }

  function changed() {
    if (Object.keys(state()).length) source.ready(apply);
    else apply();
  }

  table.querySelectorAll("th[data-sort]").forEach(function (th) {
    var column = th.dataset.sort;
    th.querySelector("button.sort").addEventListener("click", function () {
      sort = sort === column ? "-" + column : sort === "-" + column ? "" : column;
      changed();
    });
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () {
    sort = "";
    setTimeout(changed);
  });
  /* The address may carry a state: what it cannot mean is said, and not used. */
  var damaged = false;
  var any = false;
  kaohe.given().forEach(function (text, key) {
    if (key === "sort" && columns.indexOf(columnOf(text)) >= 0) {
      sort = text;
      any = true;
    } else if (key === "text" && text.length <= 100) {
      form.elements.text.value = text;
      any = true;
    } else if (names[key] && Object.prototype.hasOwnProperty.call(names[key], text)) {
      form.elements[key].value = text;
      any = true;
    } else if (key === "sort" || keys.indexOf(key) >= 0) {
      damaged = true;
    }
  });
  if (damaged) {
    sort = "";
    keys.forEach(function (key) { form.elements[key].value = ""; });
    status.textContent = status.dataset.damaged;
  } else if (any) {
    source.ready(function () {
      apply();
      kaohe.arrive();
    });
  }
})();
