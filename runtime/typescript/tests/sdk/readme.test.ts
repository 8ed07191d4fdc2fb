import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGE = resolve(HERE, "../..");
const PROGRAM = resolve(HERE, "program.ts");

/** What the compiler has to say of a program that stands in this folder. */
function complaints(program: string): string[] {
  const options = optionsOf(resolve(PACKAGE, "tsconfig.json"));
  const host = ts.createCompilerHost(options);
  const usual = host.readFile.bind(host);
  // The compiler's paths have other slashes on Windows.
  host.readFile = (path) => (resolve(path) === PROGRAM ? program : usual(path));
  const found = ts.getPreEmitDiagnostics(ts.createProgram([PROGRAM], options, host));
  return found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n"));
}

function optionsOf(path: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path, (each) => ts.sys.readFile(each)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, PACKAGE);
  return { ...options, paths: { "cdf-pygen-runtime": [resolve(PACKAGE, "src/index.ts")] } };
}

it("the README begins with an example that compiles", { timeout: 60_000 }, () => {
  const readme = readFileSync(resolve(PACKAGE, "README.md"), "utf-8");
  const example = (/```ts\n(.*?)```/s.exec(readme)?.[1] ?? "").replace(
    '{ WindClient } from "./wind/index.js"',
    '{ ConsistencyClient as WindClient } from "./sample/index.js"',
  );
  expect(example).toContain("./sample/");
  const misuse = '// @ts-expect-error there is no such property\nawait client.turbine.list({ colour: "red" });';
  expect(complaints(`${example}\n${misuse}`)).toEqual([]);
});
