/**
 * The real program: a server on a free port with a data directory that nobody has touched, and the
 * commands beside it.
 */

import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const execute = promisify(execFile);
const PROGRAM = process.env.SYNCLINE_PROGRAM;
/** How many people the demo has around those whom it names: none, unless pages are measured. */
const CROWD = process.env.SYNCLINE_CROWD ?? "0";
/** How long a server may take to begin or to end, in milliseconds. */
const PATIENCE = 60_000 + Number(CROWD);
/** Without it, a server whose test was killed would live on; it is a part of Debian's util-linux. */
const LEASH = spawnSync("setpriv", ["--pdeathsig", "KILL", "true"]).status === 0
  ? ["setpriv", "--pdeathsig", "KILL"]
  : [];

export class Server {
  /** Starts a server; with `demo` it has the two tenants of the demo. */
  static async start({ demo = false } = {}) {
    if (!PROGRAM) throw new Error("SYNCLINE_PROGRAM names no program; use `cargo xtask browser`");
    const folder = await mkdtemp(join(tmpdir(), "syncline-browser-"));
    const server = new Server(folder);
    try {
      if (demo) await cp(await demoData(), server.data, { recursive: true });
      await server.begin();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  constructor(folder) {
    this.folder = folder;
    this.data = join(folder, "data");
    /** What the server wrote to its standard error. */
    this.log = "";
  }

  async begin(listen = "127.0.0.1:0") {
    const words = ["serve", "--listen", listen, "--listen-tls", "off", "--json", "--data", this.data];
    this.child = launch(words, this.folder);
    this.child.stderr.on("data", (part) => (this.log += part));
    const line = await firstLine(this.child, (text) => text.startsWith("{"), () => this.log);
    this.url = JSON.parse(line).http;
  }

  /** Runs a command on the data directory of the server and gives the document that it prints. */
  async run(...words) {
    const { stdout } = await execute(PROGRAM, [...words, "--data", this.data, "--json"]);
    return JSON.parse(stdout);
  }

  /** A one-time link for a new operator. */
  async operatorLink(name = "anna") {
    return (await this.run("operator", "create", "--name", name)).link;
  }

  /** A tenant, and its document. */
  createTenant(name, domain) {
    return this.run("tenant", "create", name, "--domain", domain);
  }

  /** A person of a tenant; the document, with a password that is good at once. */
  async createPerson(domain, name, ...roles) {
    const login = `${name.toLowerCase()}@${domain}`;
    const set = ["--set", `displayName=${name}`, "--set", `mail=${login}`];
    const person = await this.run("user", "create", login, "--tenant", domain, ...set);
    for (const role of roles) await this.run("user", "update", login, "--tenant", domain, "--add-role", role);
    const { password } = await this.run("user", "password", "set", login, "--tenant", domain, "--keep");
    return { ...person, login, password };
  }

  /** Ends the server, and starts it again where it was. */
  async restart() {
    await end(this.child);
    await this.begin(`127.0.0.1:${new URL(this.url).port}`);
  }

  /** Ends the server and removes its data directory. */
  async stop() {
    await end(this.child);
    await rm(this.folder, { recursive: true, force: true });
  }
}

let made;

/** The demo is told once; every server that wants it gets a copy of what it left. */
function demoData() {
  made ??= tellDemo();
  return made;
}

async function tellDemo() {
  const folder = await mkdtemp(join(tmpdir(), "syncline-demo-"));
  process.on("exit", () => spawnSync("rm", ["-rf", folder]));
  const words = ["demo", "--users", CROWD, "--setting", "http.listen=127.0.0.1:0", "--setting", "http.listen-tls=off"];
  const child = launch(words, folder);
  let said = "";
  child.stderr.on("data", (part) => (said += part));
  await firstLine(child, (text) => text.startsWith("listening on"), () => said);
  await end(child);
  return join(folder, "syncline-demo");
}

function launch(words, folder) {
  const [command, ...rest] = [...LEASH, PROGRAM, ...words];
  return spawn(command, rest, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

/** The first line for which `fits`, of both outputs; they are read on to the end. */
function firstLine(child, fits, said) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the server ${why}\n${said()}`));
    const timer = setTimeout(() => fail("did not say where it listens"), PATIENCE);
    child.on("error", (error) => fail(`did not start: ${error.message}`));
    child.on("exit", (code) => fail(`ended with ${code}`));
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on("line", (line) => {
        if (!fits(line)) return;
        clearTimeout(timer);
        resolve(line);
      });
    }
  });
}

async function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await ended;
  clearTimeout(timer);
}
