// Watches a start and leaves when the service answers. It finds what it changes by data-cm, data-when, data-hold and
// data-step, and works in a page that has none of them. Text is only ever set as text.
(function () {
  'use strict';
  var own = document.currentScript.dataset;
  var root = document.documentElement;
  var now = { phase: own.phase, p50_ms: +own.p50, p90_ms: +own.p90 };
  var began = performance.now() - own.elapsed;
  var heard = 0; // when the last message came
  var over = false; // leaving, or given up
  var source = null;

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function find(name) { return document.querySelector('[data-cm="' + name + '"]'); }
  function reveal(element, shown) { if (element) element.hidden = !shown; }
  function say(element, value) {
    if (!element) return;
    var text = (element.dataset.text || '{}').replace('{}', function () { return value; });
    if (element.textContent !== text) element.textContent = text;
  }

  function duration(ms) {
    var s = ms > 0 ? Math.max(1, Math.round(ms / 1000)) : 0, gap = own.gap, m = Math.floor(s / 60);
    return [m ? m + gap + 'min' : '', s % 60 || !m ? s % 60 + gap + 's' : ''].filter(Boolean).join(' ');
  }

  // Time and bar. The same curve as on the server: it never stands still, and never claims to be done.
  function tick() {
    var runs = now.phase === 'starting' || now.phase === 'waiting';
    var elapsed = runs ? performance.now() - began : 0, bar = find('bar');
    say(find('elapsed'), duration(elapsed));
    reveal(find('elapsed'), runs);
    if (now.p50_ms > 0) say(find('usual'), duration(now.p50_ms));
    if (now.p90_ms > 0) say(find('late'), duration(now.p90_ms));
    reveal(find('late'), now.p90_ms > 0 && elapsed > now.p90_ms);
    if (!bar) return;
    if (now.p50_ms > 0) {
      var percent = Math.min(95, Math.round(100 * (1 - Math.exp(-elapsed / now.p50_ms * 1.6))));
      bar.setAttribute('aria-valuenow', percent);
      bar.firstElementChild.style.width = percent + '%';
    } else {
      bar.removeAttribute('aria-valuenow');
      bar.firstElementChild.style.width = '';
    }
  }

  function show(message) {
    var order = ['queued', 'starting', 'waiting'], at = order.indexOf(message.phase);
    root.dataset.phase = message.phase;
    all('[data-when]').forEach(function (element) {
      var shown = element.dataset.when.split(' ').indexOf(message.phase) >= 0;
      if (element.hidden === shown) element.hidden = !shown;
    });
    all('[data-step]').forEach(function (element) {
      var step = order.indexOf(element.dataset.step);
      element.dataset.state = step < at ? 'done' : step === at ? 'now' : 'next';
      if (step === at) element.setAttribute('aria-current', 'step'); else element.removeAttribute('aria-current');
    });
    if (message.phase === 'failed') {
      var lines = message.lines || [];
      say(find('reason'), message.reason || '');
      reveal(find('reason'), message.reason);
      say(find('detail'), message.detail || '');
      reveal(find('detail'), message.detail);
      say(find('lines'), lines.join('\n'));
      reveal(find('log'), lines.length);
    }
    all('[data-hold]').forEach(function (element) {
      var mine = message.held && message.held.cause === element.dataset.hold;
      if (mine && element.dataset.text) say(element, message.held.detail || '');
      reveal(element, mine);
    });
    var heading = document.querySelector('[data-when]:not([hidden]) h1');
    if (heading) document.title = heading.textContent;
  }

  function stands(phase) { return phase === 'failed' || phase === 'held'; }

  function take(message) {
    if (over) return;
    heard = performance.now();
    reveal(find('lost'), false);
    if (message.phase === 'ready') return leave();
    // A page without words for every phase gets another one when a start ends, or begins again.
    if (!document.querySelector('[data-when]') && stands(message.phase) !== stands(own.phase)) return leave();
    now = message;
    began = performance.now() - message.elapsed_ms;
    show(message);
    tick();
    // For themes with scripts of their own.
    document.dispatchEvent(new CustomEvent('core-monitor', { detail: message }));
  }

  // Reloads, unless that has not helped three times in 30 seconds: then the service stops as soon as it is up. Reloads of
  // all generations count, since a service that stops at once gets a new one each time.
  function leave() {
    var key = 'core-monitor:' + own.service, at = Date.now(), times = [], wait = 0;
    over = true;
    if (source) source.close();
    try {
      times = JSON.parse(sessionStorage.getItem(key) || '[]').filter(function (t) { return at - t.at < 30000; });
      if (times.length >= 3) return giveUp();
      times.push({ at: at, generation: now.generation || own.generation });
      sessionStorage.setItem(key, JSON.stringify(times));
    } catch (e) {
      wait = 5000; // Nothing can be counted here, so it must not be fast.
    }
    setTimeout(function () {
      // Replacing an address with a fragment by itself would load nothing. This page is only ever the answer to a GET.
      if (location.hash) location.reload(); else location.replace(location.href);
    }, wait);
  }

  function giveUp() {
    show({ phase: 'flapping' });
    if (find('flapping')) return;
    var element = document.createElement('p');
    element.setAttribute('role', 'alert');
    element.textContent = own.flapping;
    document.body.appendChild(element);
  }

  function ask() {
    return fetch(own.status, { cache: 'no-store', headers: { Accept: 'application/json' } }).then(function (answer) {
      // Nobody knows this page any more: the gateway was restarted, or the service has taken over.
      if (answer.status === 404 || answer.status === 410) return { phase: 'ready' };
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    }).then(take, function () { reveal(find('lost'), !over); });
  }

  function poll() {
    if (source) source.close();
    source = null;
    ask().then(function () { if (!over) setTimeout(poll, 1000); });
  }

  function listen() {
    if (!window.EventSource) return poll();
    source = new EventSource(own.events);
    source.onmessage = function (event) { take(JSON.parse(event.data)); };
    source.onerror = function () { if (!over && source) poll(); };
    // A proxy that collects the events lets none through: the first one has to come at once.
    setTimeout(function () { if (!heard && !over && source) poll(); }, 3000);
    setInterval(function () { if (source && !over && performance.now() - heard > 15000) ask(); }, 5000);
  }

  setInterval(function () { if (!over) tick(); }, 500);
  tick();
  listen();
})();
