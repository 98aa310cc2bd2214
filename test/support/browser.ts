import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "undici";
import { eventually } from "./eventually.js";

/** A page in a headless Chromium, driven by the browser's own protocol. */
export interface BrowserPage extends AsyncDisposable {
  /** Resolves when the address is asked for; what it draws is waited for by `until`. */
  open(url: string): Promise<void>;
  /** Evaluates an expression of JavaScript in the page, whose value must be one of JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression is true. */
  until(expression: string): Promise<void>;
  /** The page as PNG, of this height from its top. */
  picture(heightPx: number): Promise<Buffer>;
}

/** What the protocol answers a command with. */
interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const TIMEOUT_MS = 30_000;

/** Starts `chromium` with one page of this width, in CSS pixels; pictures have `scale` pixels for each. */
export async function startBrowser(chromium: string, widthPx: number, scale: number): Promise<BrowserPage> {
  const profile = await mkdtemp(join(tmpdir(), "straightline-browser-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0"];
  const child = spawn(chromium, [...flags, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.kill()) await once(child, "exit");
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const debuggerUrl = await eventually(() => /ws:\/\/([^/]+)\//.exec(output)?.[1], { what: "Chromium", timeoutMs: TIMEOUT_MS });
    const pages = (await (await fetch(`http://${debuggerUrl}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const send = await connect(pages.find(({ type }) => type === "page")?.webSocketDebuggerUrl ?? "");
    return { ...pageOf(send, widthPx, scale), [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

type Send = (method: string, params: object) => Promise<Readonly<Record<string, unknown>>>;

async function connect(url: string): Promise<Send> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
  });
  let id = 0;
  return (method, params) =>
    new Promise((resolve, reject) => {
      id += 1;
      const timer = setTimeout(() => reject(new Error(`${method} is not answered`)), TIMEOUT_MS);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
}

function pageOf(send: Send, width: number, deviceScaleFactor: number): Omit<BrowserPage, typeof Symbol.asyncDispose> {
  const resize = (height: number): Promise<unknown> =>
    send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor, mobile: false });
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value?: unknown }).value;
  };
  return {
    evaluate,
    async open(url) {
      await resize(width);
      await send("Page.navigate", { url });
    },
    async until(expression) {
      await eventually(async () => (await evaluate(expression)) === true, {
        what: expression,
        timeoutMs: TIMEOUT_MS,
        pollMs: 100,
      });
    },
    async picture(height) {
      await resize(height);
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Buffer.from(String(data), "base64");
    },
  };
}
