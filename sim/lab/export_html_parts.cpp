#include "sim/lab/export_html_parts.hpp"

#include <array>

#include "sim/base/printable.hpp"
#include "sim/base/utf8.hpp"

namespace podium::lab {

std::string html_text(std::string_view text) {
    const std::string shown = printable(text);
    std::string out;
    out.reserve(shown.size());
    for (std::size_t at = 0; at < shown.size();) {
        const Rune rune = decode_rune(shown, at);
        switch (rune.valid ? rune.value : 0xFFFD) {
            case U'&': out += "&amp;"; break;
            case U'<': out += "&lt;"; break;
            case U'>': out += "&gt;"; break;
            case U'"': out += "&quot;"; break;
            case U'\'': out += "&#39;"; break;
            default: append_rune(out, rune.valid ? rune.value : 0xFFFD); break;
        }
        at += rune.size;
    }
    return out;
}

std::string_view tone_name(view::Tone tone) {
    constexpr std::array<std::string_view, 5> kNames = {"plain", "good", "bad", "warning", "quiet"};
    return kNames[static_cast<std::size_t>(tone)];
}

std::string length_text(Duration length) {
    if (length < milliseconds(1)) return length.nanoseconds == 0 ? "at once" : "less than 1 ms";
    if (length < seconds(1)) return format_seconds(length.nanoseconds * 1000, 0) + " ms";
    if (length < minutes(1)) return format_seconds(length.nanoseconds, 1) + " s";
    return format_duration(Duration{length.nanoseconds / 1'000'000'000 * 1'000'000'000});
}

std::string_view page_style() {
    // Dark as Podium's window is, light where the reader's system is. A state is told by its colour, its pattern and its text.
    return R"css(
:root{color-scheme:dark light;--bg:#0F1218;--panel:#161A22;--panel2:#1C212B;--line:#2A313D;--text:#E3E7EE;--dim:#98A2B3;--faint:#5D6779;--accent:#6EA8FE;--ok:#4CC38A;--warn:#F0B429;--bad:#F2555A;--soft:.34}
@media (prefers-color-scheme:light){:root{--bg:#F4F6F9;--panel:#FFFFFF;--panel2:#EEF1F6;--line:#D5DAE3;--text:#1A2029;--dim:#566072;--faint:#8C96A6;--accent:#1F63C9;--ok:#1B8455;--warn:#A86F00;--bad:#C62F36;--soft:.26}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.45 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:1480px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:22px;font-weight:700;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:15px;font-weight:650;margin:0 0 10px}
p{margin:0 0 10px}
.sub{color:var(--dim);margin-bottom:18px}
.sub span{white-space:nowrap;margin-right:18px}
.sub b{color:var(--text);font-weight:600}
section{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:0 0 16px}
.wide{overflow-x:auto}
.left-out{color:var(--warn)}
.left-out::before{content:"\25B2  "}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
#facts{width:100%}
th{text-align:left;color:var(--dim);font-weight:600;font-size:12px;padding:4px 24px 4px 0;border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:4px 24px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child>td{border-bottom:0}
.n{text-align:right}
td.n,td.t{white-space:nowrap}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible,button:focus-visible,svg:focus-visible,input:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
code{font-family:"JetBrains Mono",ui-monospace,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}
.good{color:var(--ok)}.bad{color:var(--bad)}.warning{color:var(--warn)}.quiet{color:var(--dim)}
.tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin-bottom:10px}
.js .tools{display:flex}
html:not(.js) .tools,html:not(.js) #why,html:not(.js) .how{display:none}
.wide+p,.how{margin:12px 0 0}
button,input[type=search]{background:var(--panel2);color:var(--text);border:1px solid var(--line);border-radius:6px;padding:4px 12px;font:inherit}
button:hover{border-color:var(--accent)}
input[type=search]{min-width:16em}
#read{color:var(--dim);min-height:1.45em;flex:1;min-width:12em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
#timeline{display:block;width:100%;height:auto;font-size:11px;touch-action:pan-y;user-select:none}
.js #timeline{height:auto;cursor:crosshair}
#timeline text{fill:var(--text)}
#timeline .head{fill:var(--dim);font-weight:650;letter-spacing:.02em}
#timeline .axis text{fill:var(--dim);font-variant-numeric:tabular-nums}
#timeline .axis line{stroke:var(--line)}
#timeline .rule{stroke:var(--line);opacity:.6}
#timeline .label{pointer-events:none;paint-order:stroke;stroke:var(--panel);stroke-width:2.5px;stroke-linejoin:round}
.s{stroke-width:1;fill:none;stroke:none}
.s.up{fill:var(--faint);fill-opacity:.3}
.s.running,.s.healthy,.s.answered{fill:var(--ok);fill-opacity:var(--soft);stroke:var(--ok);stroke-opacity:.7}
.s.healthy{fill-opacity:.6}
.s.starting{fill:url(#dots-ok);stroke:var(--ok);stroke-opacity:.7}
.s.created,.s.stopped{stroke:var(--faint);stroke-dasharray:3 2}
.s.done{stroke:var(--ok);stroke-dasharray:1 3}
.s.paused,.s.sending{fill:url(#bars-accent);stroke:var(--accent)}
.s.waits-to-restart{fill:url(#posts-warn);stroke:var(--warn)}
.s.engine-stops,.s.engine-starts,.s.frozen,.s.partly-failing,.s.broken-on-purpose{fill:url(#slants-warn);stroke:var(--warn)}
.s.unhealthy,.s.failing,.s.down,.s.engine-down{fill:url(#slants-bad);stroke:var(--bad)}
.s.failed,.s.host-down,.s.lost-with-its-host{fill:url(#grid-bad);stroke:var(--bad);stroke-opacity:.8}
.s.failed{fill-opacity:.3;stroke-opacity:.6}
.s.command{fill:var(--accent);fill-opacity:.22;stroke:var(--accent);stroke-opacity:.6}
.s.pull{fill:url(#dots-accent);stroke:var(--accent);stroke-opacity:.6}
.s.folded{fill:url(#posts-faint);stroke:var(--faint)}
.s[data-f]{cursor:pointer}
.s:hover{stroke:var(--text);stroke-opacity:1}
.m{fill:var(--dim);stroke:var(--panel);stroke-width:1;cursor:pointer}
.m.good{fill:var(--ok)}.m.bad{fill:var(--bad)}.m.warning{fill:var(--warn)}.m.quiet{fill:var(--faint)}.m.plain{fill:var(--text)}
.m:hover,a:focus .m{stroke:var(--text);stroke-width:2}
.ok-fg{fill:var(--ok)}.warn-fg{fill:var(--warn)}.bad-fg{fill:var(--bad)}.accent-fg{fill:var(--accent)}.faint-fg{fill:var(--faint)}
.ground{fill:var(--panel2)}
#cursor{stroke:var(--dim);stroke-dasharray:2 3;pointer-events:none}
#chain{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round;pointer-events:none}
#ends circle{fill:var(--panel);stroke:var(--accent);stroke-width:2;pointer-events:none}
.legend{display:flex;flex-wrap:wrap;gap:6px 16px;color:var(--dim);font-size:12px;margin-top:10px}
.legend span{white-space:nowrap}
.legend svg{vertical-align:-3px;margin-right:6px}
#facts td,#facts th{padding:3px 14px 3px 0}
#facts td.cause,#facts td.who{white-space:nowrap}
#facts td.who.long{white-space:normal}
#facts .tone{display:inline-block;width:1.3em}
#facts td.why{color:var(--dim)}
#facts td{overflow-wrap:anywhere}
.js #facts tbody tr{cursor:pointer}
.js #facts tbody tr:hover{background:var(--panel2)}
#facts tr.detail{opacity:.8}
.js #facts:not(.details) tr.detail:not(.chained){display:none}
#facts tr.hidden:not(.chained){display:none}
#facts tr:target,#facts tr.chosen{background:var(--panel2);box-shadow:inset 3px 0 var(--accent)}
#facts tr.chained{box-shadow:inset 3px 0 var(--accent)}
#why{position:sticky;bottom:12px;z-index:2;max-height:46vh;overflow:auto;box-shadow:0 6px 28px rgba(0,0,0,.45);border-color:var(--accent)}
#why[hidden]{display:none}
#why h2{display:flex;justify-content:space-between;gap:12px}
#why ol{margin:0;padding:0;list-style:none}
#why li{padding:2px 0 2px 0;display:grid;grid-template-columns:7.5em 1fr;gap:10px}
#why li>span:first-child{color:var(--dim);text-align:right;font-variant-numeric:tabular-nums}
#why li+li>span:last-child::before{content:"\2514 ";color:var(--faint)}
#why .because{color:var(--dim)}
footer{color:var(--dim);padding-bottom:40px}
@media (max-width:700px){main,header,footer{padding:0 10px}section{padding:12px 10px}}
@media print{#why,.tools{display:none}section{break-inside:avoid}}
)css";
}

std::string_view page_script() {
    // All it knows it reads from the page's own elements, so it is the same for every run.
    return R"js(
(function () {
  'use strict';
  var root = document.documentElement;
  var svg = document.getElementById('timeline');
  var ns = svg.namespaceURI;
  var end = Math.max(1, Number(svg.dataset.end));
  var from = 0, to = end, width = 1200, gutter = 190, pad = 12, top = 24;
  var height = Number(svg.dataset.height);
  var read = document.getElementById('read');
  var chain = document.getElementById('chain'), ends = document.getElementById('ends');
  var labels = document.getElementById('labels'), axis = document.getElementById('axis'), cursor = document.getElementById('cursor');
  var why = document.getElementById('why'), steps = document.getElementById('steps'), head = document.getElementById('why-head');
  var facts = document.getElementById('facts');
  var chosen = [];

  function all(selector, make) { return Array.prototype.map.call(document.querySelectorAll(selector), make); }
  function clear(element) { while (element.firstChild) element.removeChild(element.firstChild); }
  function make(name, values, parent, text) {
    var element = document.createElementNS(ns, name);
    for (var key in values) element.setAttribute(key, values[key]);
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  }
  function digits(number, count) { return String(number).padStart(count, '0'); }
  function clock(microseconds, decimals) {
    var ms = Math.round(microseconds / 1000), s = Math.floor(ms / 1000), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    var out = h > 0 ? h + 'h' + digits(m, 2) + 'm' : m > 0 ? m + 'm' : '';
    out += out ? digits(s % 60, 2) : s;
    return out + (decimals > 0 ? '.' + digits(ms % 1000, 3).slice(0, decimals) : '') + 's';
  }

  var spans = all('#timeline .s', function (e) {
    return {e: e, b: Number(e.dataset.b), e2: Number(e.dataset.e), t: e.dataset.t || '', y: Number(e.getAttribute('y'))};
  });
  var marks = all('#timeline .m', function (e) { return {e: e, t: Number(e.dataset.b), y: Number(e.dataset.y)}; });
  var names = all('#timeline .name, #timeline .head', function (e) { return e; });

  function x(time) { return gutter + (time - from) / (to - from) * (width - gutter - pad); }
  function step(most) {
    var units = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1.5e7, 3e7, 6e7, 1.2e8, 3e8, 6e8, 9e8, 1.8e9, 3.6e9, 7.2e9, 1.08e10, 2.16e10, 4.32e10, 8.64e10];
    for (var i = 0; i < units.length; ++i) if ((to - from) / units[i] <= most) return units[i];
    return (to - from) / most;
  }
  function drawAxis() {
    clear(axis);
    var by = step(Math.max(2, (width - gutter) / 110)), decimals = by >= 1e6 ? 0 : by >= 1e5 ? 1 : by >= 1e4 ? 2 : 3;
    for (var time = Math.ceil(from / by) * by; time <= to; time += by) {
      make('line', {x1: x(time), x2: x(time), y1: top - 6, y2: height}, axis);
      make('text', {x: x(time), y: 12, 'text-anchor': time === 0 ? 'start' : time > to - by / 2 ? 'end' : 'middle'}, axis, clock(time, decimals));
    }
  }
  function place() {
    width = Math.max(320, Math.round(svg.getBoundingClientRect().width));
    gutter = Math.min(190, Math.round(width * 0.3));
    svg.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
    var clip = document.getElementById('clip');
    clip.setAttribute('x', gutter);
    clip.setAttribute('width', Math.max(1, width - gutter - pad + 1));
    names.forEach(function (e) { if (e.classList.contains('name')) e.setAttribute('x', gutter - 10); });
    all('#timeline .rule', function (e) { e.setAttribute('x2', width); });
    clear(labels);
    spans.forEach(function (s) {
      var outside = s.e2 < from || s.b > to;
      s.e.style.display = outside ? 'none' : '';
      if (outside) return;
      var left = Math.max(x(s.b), gutter - 2), right = Math.min(x(s.e2), width - pad + 2), wide = Math.max(right - left, 2);
      s.e.setAttribute('x', left);
      s.e.setAttribute('width', wide);
      if (s.t && wide > s.t.length * 6.1 + 10) make('text', {'class': 'label', x: Math.max(left, gutter) + 5, y: s.y + 12}, labels, s.t);
    });
    marks.forEach(function (m) {
      var outside = m.t < from || m.t > to;
      m.e.style.display = outside ? 'none' : '';
      if (!outside) m.e.setAttribute('transform', 'translate(' + x(m.t) + ' ' + m.y + ')');
    });
    drawAxis();
    drawChain();
  }
  var waiting = false;
  function placeSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () { waiting = false; place(); });
  }
  function look(a, b) {
    var length = Math.min(end, Math.max(1000, b - a));
    from = Math.max(0, Math.min(a, end - length));
    to = from + length;
    placeSoon();
  }
  function zoom(factor, at) { look(at - (at - from) * factor, at + (to - at) * factor); }
  function timeAt(event) {
    var box = svg.getBoundingClientRect();
    return from + ((event.clientX - box.left) * width / box.width - gutter) / (width - gutter - pad) * (to - from);
  }

  function rowOf(fact) { return document.getElementById('f' + fact); }
  function causesOf(fact) {
    var out = [];
    for (var row = rowOf(fact); row; row = row.dataset.c ? rowOf(row.dataset.c) : null) out.unshift(row);
    return out;
  }
  function drawChain() {
    clear(ends);
    var path = '', last = null;
    chosen.forEach(function (row) {
      if (!row.dataset.y) return;
      var at = [x(Number(row.dataset.t)), Number(row.dataset.y)];
      path += last ? (last[1] === at[1] ? 'L' : 'C' + (last[0] + 14) + ' ' + last[1] + ' ' + (at[0] - 14) + ' ' + at[1] + ' ') + at[0] + ' ' + at[1] : 'M' + at[0] + ' ' + at[1];
      last = at;
      make('circle', {cx: at[0], cy: at[1], r: 4}, ends);
    });
    chain.setAttribute('d', path || 'M0 0');
  }
  function cell(row, name) { var e = row.querySelector('.' + name); return e ? e.textContent : ''; }
  function tell(row) {
    var line = document.createElement('li'), time = document.createElement('span'), text = document.createElement('span');
    var link = document.createElement('a'), because = document.createElement('span');
    time.textContent = cell(row, 't');
    link.href = '#' + row.id;
    link.textContent = [cell(row, 'who'), cell(row, 'text')].filter(Boolean).join(' ');
    because.className = 'because';
    because.textContent = cell(row, 'why') ? ' \u2013 ' + cell(row, 'why') : '';
    text.appendChild(link);
    text.appendChild(because);
    line.appendChild(time);
    line.appendChild(text);
    steps.appendChild(line);
  }
  function choose(fact) {
    chosen.forEach(function (row) { row.classList.remove('chained', 'chosen'); });
    chosen = fact ? causesOf(fact) : [];
    why.hidden = chosen.length === 0;
    clear(steps);
    if (chosen.length > 0) {
      chosen[chosen.length - 1].classList.add('chosen');
      head.textContent = chosen.length === 1 ? 'Nothing else led to this' : 'How this came, each step caused by the one before';
      var most = 30, skip = chosen.length > most ? chosen.length - most : 0;
      chosen.forEach(function (row, i) {
        row.classList.add('chained');
        if (skip === 0 || i < most / 2 || i >= most / 2 + skip) return tell(row);
        if (i > most / 2) return;
        var line = document.createElement('li');
        line.appendChild(document.createElement('span'));
        line.appendChild(document.createElement('span')).textContent = 'and so on, ' + skip + ' more steps';
        steps.appendChild(line);
      });
      why.scrollTop = why.scrollHeight;
    }
    drawChain();
  }
  function go(fact) {
    try { history.replaceState(null, '', fact ? '#f' + fact : '#'); } catch (e) { /* not where pages are shown in frames */ }
    choose(fact);
  }
  function chooseByAddress() {
    var found = /^#f(\d+)$/.exec(location.hash);
    choose(found && rowOf(found[1]) ? found[1] : null);
  }

  var drag = null;
  svg.addEventListener('pointermove', function (event) {
    var time = timeAt(event);
    if (drag) {
      if (Math.abs(event.clientX - drag.x) > 3) drag.moved = true;
      var shift = (drag.x - event.clientX) / (width - gutter - pad) * (to - from);
      if (drag.moved) look(drag.from + shift, drag.to + shift);
    }
    var inside = time >= from && time <= to;
    cursor.setAttribute('visibility', inside ? 'visible' : 'hidden');
    cursor.setAttribute('x1', x(time));
    cursor.setAttribute('x2', x(time));
    var of = event.target.closest('.s, .m, .name'), title = of && of.querySelector('title');
    read.textContent = (inside ? clock(time, 3) : '') + (title ? '   ' + title.textContent : '');
  });
  svg.addEventListener('pointerleave', function () { cursor.setAttribute('visibility', 'hidden'); read.textContent = ''; });
  svg.addEventListener('pointerdown', function (event) {
    if (event.button === 0) drag = {x: event.clientX, from: from, to: to, moved: false};
  });
  window.addEventListener('pointerup', function () { setTimeout(function () { drag = null; }, 0); });
  svg.addEventListener('click', function (event) {
    var of = event.target.closest('.s, .m');
    if (of) event.preventDefault();
    if (drag && drag.moved) return;
    if (of && of.dataset.f && rowOf(of.dataset.f)) go(of.dataset.f);
  });
  svg.addEventListener('dblclick', function (event) { zoom(0.4, timeAt(event)); });
  svg.addEventListener('wheel', function (event) {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
    event.preventDefault();
    zoom((event.deltaY || event.deltaX) > 0 ? 1.25 : 0.8, timeAt(event));
  }, {passive: false});
  svg.addEventListener('keydown', function (event) {
    var part = (to - from) / 4, middle = (from + to) / 2;
    if (event.key === '+' || event.key === '=') zoom(0.5, middle);
    else if (event.key === '-') zoom(2, middle);
    else if (event.key === 'ArrowLeft') look(from - part, to - part);
    else if (event.key === 'ArrowRight') look(from + part, to + part);
    else if (event.key === '0') look(0, end);
    else return;
    event.preventDefault();
  });
  function press(id, act) { document.getElementById(id).addEventListener('click', act); }
  press('zoom-in', function () { zoom(0.5, (from + to) / 2); });
  press('zoom-out', function () { zoom(2, (from + to) / 2); });
  press('zoom-all', function () { look(0, end); });
  press('why-close', function () { go(''); });
  facts.tBodies[0].addEventListener('click', function (event) {
    var row = event.target.closest('tr'), link = event.target.closest('a');
    if (!row || !row.id || link || String(getSelection())) return;
    go(row.id.slice(1));
  });
  document.getElementById('details').addEventListener('change', function (event) { facts.classList.toggle('details', event.target.checked); });
  document.getElementById('find').addEventListener('input', function (event) {
    var wanted = event.target.value.toLowerCase();
    all('#facts tbody tr', function (row) { row.classList.toggle('hidden', wanted !== '' && row.textContent.toLowerCase().indexOf(wanted) < 0); });
  });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') go(''); });
  window.addEventListener('hashchange', chooseByAddress);
  window.addEventListener('resize', placeSoon);
  root.classList.add('js');
  place();
  chooseByAddress();
  root.dataset.ready = 'yes';
}());
)js";
}

}  // namespace podium::lab
