/* Asks a server one question after the other, on four connections; sends how many milliseconds each answer took. */
import { Agent, get } from 'node:http';

const [port, seconds] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const latencies = [];

function ask() {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
}

const begin = performance.now();
async function asking() {
  // What comes first makes connections and compiles: it is left out.
  while (performance.now() - begin < (seconds + 0.5) * 1000) {
    const asked = performance.now();
    await ask();
    if (asked - begin > 500) latencies.push(performance.now() - asked);
  }
}

await Promise.all(Array.from({ length: 4 }, asking));
agent.destroy();
process.send(latencies, () => process.disconnect());
