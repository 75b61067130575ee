// The falling characters. Only decoration: nothing depends on it.
(function () {
  var canvas = document.querySelector('.scene canvas'), pen = canvas && canvas.getContext('2d');
  if (!pen) return;
  var still = matchMedia('(prefers-reduced-motion: reduce)');
  var letters = 'ΓΔΘΛΞΠΣΦΨΩБДЖИЛФЦЧЭЮЯ0123456789+*=:<>', step = 20, columns, last = 0;

  function letter() { return letters.charAt(Math.floor(Math.random() * letters.length)); }
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name); }

  function fit() {
    var scale = window.devicePixelRatio || 1;
    canvas.width = innerWidth * scale;
    canvas.height = innerHeight * scale;
    pen.scale(scale, scale);
    pen.font = '16px monospace';
    columns = [];
    for (var x = 0; x < innerWidth; x += step) {
      var tail = 8 + Math.floor(Math.random() * 22), text = [];
      while (text.length < tail) text.push(letter());
      columns.push({ x: x + 2, y: Math.floor(Math.random() * innerHeight / step * 1.5), text: text });
    }
    draw();
  }

  function draw() {
    var rain = colour('--rain'), head = colour('--rain-head');
    pen.clearRect(0, 0, innerWidth, innerHeight);
    columns.forEach(function (column) {
      column.text.forEach(function (text, back) {
        pen.globalAlpha = 1 - back / column.text.length;
        pen.fillStyle = back ? rain : head;
        pen.fillText(text, column.x, (column.y - back) * step);
      });
    });
  }

  function fall(time) {
    requestAnimationFrame(fall);
    var phase = document.documentElement.dataset.phase;
    if (still.matches || time - last < 90 || phase === 'failed' || phase === 'held') return;
    last = time;
    columns.forEach(function (column) {
      column.y += 1;
      column.text.unshift(letter());
      column.text.pop();
      if ((column.y - column.text.length) * step > innerHeight) column.y = -Math.floor(Math.random() * 20);
    });
    draw();
  }

  addEventListener('resize', fit);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  fit();
  requestAnimationFrame(fall);
})();
