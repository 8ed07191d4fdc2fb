/** The local server, `pygen serve`, as a child process. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A command and its first arguments. */
export type Command = readonly [string, ...string[]];

const CHECKOUT = fileURLToPath(new URL("../../../../.venv/bin/pygen", import.meta.url));

/** How `pygen` can be called here: what the variable PYGEN names, the checkout's own environment, or an installed one. */
export function findPygen(): Command | undefined {
  const { PYGEN } = process.env;
  const candidates: Command[] = PYGEN ? [[PYGEN]] : [[CHECKOUT], ["pygen"], ["python3", "-m", "pygen"]];
  return candidates.find(([program, ...first]) => {
    if (program.includes("/") && !existsSync(program)) return false;
    return spawnSync(program, [...first, "serve", "--help"], { stdio: "ignore" }).status === 0;
  });
}

/** A server that runs. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Start a server with an empty database in memory, on a free port. */
export function startServer([program, ...first]: Command, ...options: string[]): Promise<RunningServer> {
  const child = spawn(program, [...first, "serve", "--port", "0", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /Listening on (\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve({ url, stop: () => stop(child) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`the server ended with ${String(code)}: ${said}`));
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    child.kill("SIGKILL"); // its data is in memory, and it may be busy with what a fault plan makes last for ever
  });
}
