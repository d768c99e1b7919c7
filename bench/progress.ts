// How far a long run is: a line that is written over on a terminal, a line a minute elsewhere.

export interface Progress {
  done(what: string): void;
  end(): void;
}

export function startProgress(tasks: number): Progress {
  const { stderr } = process;
  const started = performance.now();
  const step = stderr.isTTY ? 200 : 60_000;
  let finished = 0;
  let shownAt = started;
  return {
    done(what) {
      finished += 1;
      const now = performance.now();
      if (now - shownAt < step) return;
      shownAt = now;
      const seconds = Math.round((now - started) / 1000);
      const line = `${finished} of ${tasks} done in ${seconds} s; ${what}`;
      if (stderr.isTTY) stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      else stderr.write(`${line}\n`);
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
}
