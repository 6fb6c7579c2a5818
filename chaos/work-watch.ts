import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Random } from './random.ts';
import { NOTED, WATCH_PORT_VARIABLE, type WitnessLine } from './work-protocol.ts';

/** A process that works, as far as its witness has told. */
interface Worker {
  pid: number | undefined;
  /** The run that it is in the middle of. */
  run: { readonly taskId: string; readonly number: number } | undefined;
}

export interface WorkWatchPorts {
  /** Whether the outcome of that task is stored for sure: its callback has been seen. */
  readonly isTold: (taskId: string) => boolean;
  /** Hears of each thing that must not be. */
  readonly onViolation: (what: string) => void;
}

/** Sees every run of every task from outside: when it begins, and when it has ended or its process is gone. */
export class WorkWatch {
  runs = 0;
  overlaps = 0;
  /** Runs that began although the task's outcome was stored. */
  lateRuns = 0;
  /** Processes that were killed in the middle of a run. */
  killed = 0;
  readonly #server: Server;
  readonly #ports: WorkWatchPorts;
  readonly #workers = new Map<Socket, Worker>();
  readonly #underWay = new Map<string, Set<Worker>>();

  private constructor(server: Server, ports: WorkWatchPorts) {
    this.#server = server;
    this.#ports = ports;
    server.on('connection', (socket) => this.#attend(socket));
  }

  static async start(ports: WorkWatchPorts): Promise<WorkWatch> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new WorkWatch(server, ports);
  }

  /** What puts a witness into every process that a function starts. */
  get variables(): Record<string, string> {
    const witness = fileURLToPath(new URL('./work-witness.ts', import.meta.url));
    const { port } = this.#server.address() as AddressInfo;
    return { NODE_OPTIONS: `--import=${witness}`, [WATCH_PORT_VARIABLE]: String(port) };
  }

  /** Kills one process that is in the middle of a run; false where none is. */
  killOne(random: Random): boolean {
    const working = [...this.#workers.values()].filter(({ run }) => run !== undefined);
    const pid = working[Math.floor(random() * working.length)]?.pid;
    // Its connection is open, so the id is still its own.
    if (pid === undefined || !process.kill(pid, 'SIGKILL')) return false;
    this.killed += 1;
    return true;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#workers.keys()) socket.destroy();
  }

  #attend(socket: Socket): void {
    const worker: Worker = { pid: undefined, run: undefined };
    this.#workers.set(socket, worker);
    const lines = createInterface({ input: socket });
    // A killed process leaves a broken connection.
    lines.on('error', () => {});
    lines.on('line', (line) => {
      const said = JSON.parse(line) as WitnessLine;
      if (said.say === 'hello') worker.pid = said.pid;
      if (said.say === 'begin') this.#begin(worker, { taskId: said.taskId, number: said.run });
      if (said.say === 'end') this.#end(worker);
      if (said.say !== 'hello') socket.write(NOTED);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#end(worker);
      this.#workers.delete(socket);
    });
  }

  #begin(worker: Worker, run: { readonly taskId: string; readonly number: number }): void {
    const { taskId } = run;
    this.runs += 1;
    worker.run = run;
    const others = this.#underWay.get(taskId) ?? new Set();
    for (const { run: other } of others) {
      this.overlaps += 1;
      this.#ports.onViolation(`run ${run.number} of task ${taskId} began while run ${other?.number} went on`);
    }
    if (this.#ports.isTold(taskId)) {
      this.lateRuns += 1;
      this.#ports.onViolation(`run ${run.number} of task ${taskId} began after its callback had been sent`);
    }
    this.#underWay.set(taskId, others.add(worker));
  }

  #end(worker: Worker): void {
    const { taskId } = worker.run ?? {};
    worker.run = undefined;
    if (taskId === undefined) return;
    const under = this.#underWay.get(taskId);
    under?.delete(worker);
    if (under?.size === 0) this.#underWay.delete(taskId);
  }
}
