/** Loaded before a program (node --import): whoever sends a line to the program's stdin sets its clock forward by that many seconds, or back. */
const clock = Date.now;
let seconds = 0;
Date.now = () => clock() + seconds * 1000;

process.stdin.on('data', (line: Buffer) => {
  seconds += Number(line.toString());
  process.stderr.write(`the clock is off by ${seconds} s\n`);
});
process.stdin.unref();
