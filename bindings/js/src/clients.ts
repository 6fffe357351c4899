/**
 * The host's clients: which one a request uses, and where events go. A client is opened at the first start of a task and
 * closed once it is no longer the current one and its last task has ended. Knows of tasks only that they take events.
 */
import type { NativeEvent, NativeHost, NativeOptions } from './native.js';
import type { Plan } from './plan.js';
import { reportLater } from './report.js';

export interface EventSink {
  receive(event: NativeEvent): void;
  /** The client is gone: nothing more will come, and nothing may be told. */
  close(): void;
}

export class Client {
  /** close() was called: its tasks end without a word. */
  closed = false;
  private handle: number | null = null;
  private users = 0;
  private retired = false;

  constructor(
    readonly host: NativeHost,
    readonly options: NativeOptions,
    private readonly owner: Clients,
  ) {}

  open(): number {
    this.handle ??= this.host.open(this.options, this.owner.deliver);
    return this.handle;
  }

  /** For each task, before all else; `leave` at its end. */
  enter(): void {
    this.users++;
  }

  /** Starts a native task; from now on its events go to `task`. Throws what the host throws. */
  start(plan: Plan, task: EventSink): number {
    const id = this.host.start(this.open(), plan.method, plan.url, plan.fields, plan.body, plan.options, plan.flags);
    this.owner.tasks.set(id, task);
    return id;
  }

  /** `id`: what start returned, or 0. Late events of this id go nowhere. */
  leave(id: number): void {
    if (id !== 0) this.owner.tasks.delete(id);
    if (--this.users === 0 && this.retired) this.shut();
  }

  /** Another client is the current one now. */
  retire(): void {
    this.retired = true;
    if (this.users === 0) this.shut();
  }

  shut(): void {
    this.owner.all.delete(this);
    if (this.handle === null) return;
    const handle = this.handle;
    this.handle = null;
    this.host.close(handle);
  }
}

export class Clients {
  /** Clients that are open or may yet be. */
  readonly all = new Set<Client>();
  /** Started tasks that have not ended, by the host's id; ids are unique over all clients. */
  readonly tasks = new Map<number, EventSink>();
  current: Client;

  constructor(
    private readonly host: NativeHost,
    options: NativeOptions,
  ) {
    this.current = this.make(options);
  }

  /**
   * Later requests use a client with these options. Texts (certificates, proxies) can only be judged by the core, so with one
   * of them the client is opened at once; what that throws is thrown here, and nothing has changed.
   */
  replace(options: NativeOptions): void {
    const client = this.make(options);
    try {
      if (options.some((value) => typeof value === 'string')) client.open();
    } catch (error) {
      client.shut();
      throw error;
    }
    const last = this.current;
    this.current = client;
    last.retire();
  }

  /** Ends all tasks without a word and closes all clients. A new one, with the same options, is opened when it is needed. */
  close(): void {
    const { options } = this.current;
    const clients = [...this.all];
    for (const client of clients) client.closed = true;
    this.current = this.make(options);
    for (const task of [...this.tasks.values()]) task.close();
    for (const client of clients) client.shut();
  }

  /** What the host calls. Ids that are not known (any more) are passed over. */
  readonly deliver = (events: NativeEvent[]): void => {
    for (const event of events) {
      const task = this.tasks.get(event[1]);
      if (task === undefined) continue;
      try {
        task.receive(event);
      } catch (error) {
        // A bug of ours: it must reach neither the host nor the other tasks of the batch.
        reportLater(error);
      }
    }
  };

  private make(options: NativeOptions): Client {
    const client = new Client(this.host, options, this);
    this.all.add(client);
    return client;
  }
}
