// Sounds without a file: one high tone for yes, two low ones for no. A browser lets them sound once a key was hit.
let context = null;

function tone(frequency, from, lasting) {
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.frequency.value = frequency;
  volume.gain.value = 0.15;
  source.connect(volume).connect(context.destination);
  source.start(context.currentTime + from);
  source.stop(context.currentTime + from + lasting);
}

export function beep(good) {
  document.documentElement.dataset.beeped = good ? "yes" : "no";
  if (!window.AudioContext) return;
  context ??= new AudioContext();
  if (good) return tone(880, 0, 0.12);
  tone(220, 0, 0.2);
  return tone(180, 0.28, 0.3);
}
