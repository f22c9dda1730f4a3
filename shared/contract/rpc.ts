/** Procedures and frames over a {@link Port}: the page's client, the service's server, and the door where input is parsed. */

import { createBirpc } from 'birpc';
import * as v from 'valibot';
import { type Failure, InspectorError } from './errors.ts';
import type { Message, Port } from './port.ts';
import {
  type ProcedureInput,
  type ProcedureName,
  type ProcedureOutput,
  type ProcedureParsed,
  procedures,
} from './procedures.ts';
import type { Frame } from './pushes.ts';

type Answer = { readonly value: unknown } | { readonly failure: Failure };

interface ServerFunctions {
  call(name: string, input: unknown): Promise<Answer>;
  acknowledge(frame: number): void;
}

interface ClientFunctions {
  frame(frame: Frame): void;
}

function channel(port: Port) {
  return {
    post: (message: Message) => port.post(message),
    on: (listener: (message: Message) => void) => port.onMessage(listener),
    timeout: -1,
  };
}

/** The page's end. */
export interface Client {
  /** Resolves with the procedure's output; rejects with an {@link InspectorError}, `cancelled` where the port closed first. */
  call<N extends ProcedureName>(name: N, input: ProcedureInput<N>): Promise<ProcedureOutput<N>>;
  close(): void;
}

/**
 * @param onFrame applies one frame; it is acknowledged when the call returns or, where that answers a promise, once this is fulfilled
 * @param onClose the port closed: nothing more will come
 */
export function createClient(
  port: Port,
  onFrame: (frame: Frame) => Promise<void> | undefined,
  onClose: () => void,
): Client {
  const remote = createBirpc<ServerFunctions, ClientFunctions>(
    {
      frame(frame) {
        const acknowledge = () => void remote.acknowledge.asEvent(frame.number);
        const applied = onFrame(frame);
        if (applied === undefined) acknowledge();
        else void applied.then(acknowledge);
      },
    },
    channel(port),
  );
  port.onClose(() => {
    remote.$close(new InspectorError('cancelled', {}));
    onClose();
  });
  return {
    async call(name, input) {
      const answer = await remote.call(name, input);
      if ('failure' in answer) throw new InspectorError(answer.failure.code, answer.failure.data);
      return answer.value as ProcedureOutput<typeof name>;
    },
    close: () => port.close(),
  };
}

/** What answers each procedure; input is parsed and trusted. Throws {@link InspectorError} for what the contract names. */
export type Handlers = {
  readonly [N in ProcedureName]: (input: ProcedureParsed<N>) => ProcedureOutput<N> | Promise<ProcedureOutput<N>>;
};

export interface ServerEvents {
  acknowledged(frame: number): void;
  closed(): void;
  /** A fault that was answered with `internal`. */
  faulted(procedure: string, error: unknown): void;
}

/** The service's end, one per page. */
export interface Server {
  sendFrame(frame: Frame): void;
  close(): void;
}

export function createServer(port: Port, handlers: Handlers, events: ServerEvents): Server {
  const remote = createBirpc<ClientFunctions, ServerFunctions>(
    {
      call: (name, input) => answerCall(handlers, events, name, input),
      acknowledge: (frame) => events.acknowledged(frame),
    },
    channel(port),
  );
  port.onClose(() => events.closed());
  return {
    sendFrame: (frame) => void remote.frame.asEvent(frame),
    close: () => port.close(),
  };
}

async function answerCall(handlers: Handlers, events: ServerEvents, name: string, input: unknown): Promise<Answer> {
  if (!Object.hasOwn(procedures, name)) return { failure: { code: 'unknown-procedure', data: { procedure: name } } };
  const known = name as ProcedureName;
  const parsed = v.safeParse(procedures[known].input, input);
  if (!parsed.success) return { failure: invalidInput(name, parsed.issues) };
  try {
    const handler = handlers[known] as (input: unknown) => unknown;
    return { value: (await handler(parsed.output)) ?? null };
  } catch (error) {
    if (error instanceof InspectorError) return { failure: { code: error.code, data: error.data } as Failure };
    events.faulted(name, error);
    return { failure: { code: 'internal', data: { message: error instanceof Error ? error.message : String(error) } } };
  }
}

function invalidInput(procedure: string, issues: readonly v.BaseIssue<unknown>[]): Failure {
  return {
    code: 'invalid-input',
    data: { procedure, issues: issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message })) },
  };
}
