// An app's connection to the host: one question at a time, one transaction after another.
import { connect, type Socket } from "node:net";
import { DatabaseError } from "@faasade/connectors/sql";
import { FunctionError } from "@faasade/core";
import { type Answer, type Ask, FrameReader, type Hello, writeFrame, writeHello } from "./frames.ts";

export class Connection {
  readonly #socket: Socket;
  readonly #answers: FrameReader;
  #isAsking = false;
  #isOpen = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = new FrameReader(socket);
    const close = () => {
      this.#isOpen = false;
    };
    socket.on("close", close);
    socket.on("error", close);
    // An idle connection must not keep a process alive that has nothing else to do.
    socket.unref();
  }

  /** @throws {FunctionError} `unavailable` when nobody listens there. */
  static open(address: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const refuse = ({ message }: Error) => reject(gone(message));
      const socket = connect(address, () => {
        socket.off("error", refuse);
        resolve(new Connection(socket));
      });
      socket.once("error", refuse);
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A question waits for its answer, so nothing else can be asked. */
  get isBusy(): boolean {
    return this.#isAsking;
  }

  greet(hello: Hello): Promise<unknown> {
    return this.#answerTo(() => writeHello(this.#socket, hello));
  }

  ask(ask: Ask): Promise<unknown> {
    return this.#answerTo(() => writeFrame(this.#socket, ask));
  }

  end(): void {
    this.#isOpen = false;
    this.#socket.destroy();
  }

  async #answerTo(write: () => void): Promise<unknown> {
    if (!this.#isOpen) throw gone("the connection is closed");
    write();
    this.#isAsking = true;
    this.#socket.ref();
    let answer: Answer | undefined;
    try {
      answer = await this.#answers.next<Answer>();
    } catch (error) {
      throw gone((error as Error).message);
    } finally {
      this.#isAsking = false;
      this.#socket.unref();
    }
    if (answer === undefined) {
      this.end();
      throw gone("the connection closed before the answer");
    }
    if (answer.ok) return answer.value;
    const { code, message, database } = answer;
    if (database === undefined) throw new FunctionError(code, message);
    throw new FunctionError(code, message, { cause: new DatabaseError(database.message, database) });
  }
}

function gone(reason: string): FunctionError {
  return new FunctionError("unavailable", `Cannot reach the host's databases: ${reason}.`);
}
